#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rejects source files longer than 500 lines. Split by what the parts are about."""

import sys

from files import project_files, read

LIMIT = 500
ENDINGS = (".cpp", ".hpp", ".ts", ".js", ".mjs", ".lua", ".py", ".sh")


def main():
    bad = 0
    for path in project_files():
        if not path.endswith(ENDINGS):
            continue
        lines = read(path).count("\n")
        if lines > LIMIT:
            print(f"{path}: {lines} lines; the limit is {LIMIT}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
