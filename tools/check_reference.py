#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets Doxygen read the public headers of the libraries: an undocumented type, function or member, or a comment that Doxygen
does not understand, is a problem. `./dev docs` writes the pages."""

import os
import subprocess
import sys

from files import ROOT, read


def main():
    os.makedirs(os.path.join(ROOT, "build", "docs"), exist_ok=True)
    done = subprocess.run(["doxygen", "-"], input=read("docs/Doxyfile") + "GENERATE_HTML = NO\nGENERATE_XML = YES\n", cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    problems = [line.replace(f"{ROOT}/", "").replace(": error:", ":") for line in done.stdout.splitlines() if line.strip()]
    print("".join(f"{line}\n" for line in problems), end="")
    return 1 if problems or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
