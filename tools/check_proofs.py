#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/security.md names as a proof is there: `module/file_test.Name` and `module/file_itest.Name` (GoogleTest),
`test_file.test_name` (tests/system), `file.test: title` (tests/e2e), and every path in src/, tests/, tools/ and docs/. The
count of what is held is that of its table."""

import collections
import os
import re
import sys

from files import ROOT, project_files, read

PAGE = "docs/security.md"
CPP = re.compile(r"(\w+)/(\w+_i?test)\.(\w+)")
PYTHON = re.compile(r"(test_\w+)\.(test_\w+)")
NODE = re.compile(r"(\w+\.test): (.+)")
PATH = re.compile(r"(?:src|tests|tools|docs|cmake)/[\w/.-]+")


def is_there(name, paths, text_of):
    """Whether the name in backquotes is a proof that exists; None: it is no proof."""
    if found := CPP.fullmatch(name):
        module, file, test = found.groups()
        places = [path for path in paths if path.endswith(f"/{file}.cpp") and f"/{module}/" in path]
        return any(re.search(rf"^TEST(?:_F|_P)?\(\w+,\s*{test}\)", text_of(path), re.MULTILINE) for path in places)
    if found := PYTHON.fullmatch(name):
        path = f"tests/system/{found[1]}.py"
        return path in paths and f"def {found[2]}(" in text_of(path)
    if found := NODE.fullmatch(name):
        path = f"tests/e2e/{found[1]}.mjs"
        return path in paths and f'test("{found[2]}"' in text_of(path)
    if PATH.fullmatch(name):
        return any(path == name or path.startswith(name.rstrip("/") + "/") for path in paths)
    return None


def miscount(page):
    """The statements are counted below their table, in the words of its third column."""
    verdicts = collections.Counter(re.findall(r"^\| \d+ \|[^|\n]*\| ([^|\n]*?) \|", page, re.MULTILINE))
    told = re.search(r"^(\d+) are held, (\d+) in part, (\d+) by construction, (\d+) not; (\d+) do not apply\.$", page, re.MULTILINE)
    kinds = ("held", "partly", "by construction", "not held", "not applicable")
    if verdicts and (not told or [int(count) for count in told.groups()] != [verdicts[kind] for kind in kinds]):
        yield f"{PAGE}: the table of statements has " + ", ".join(f"{verdicts[kind]} {kind}" for kind in kinds)


def problems(page, paths, text_of):
    yield from miscount(page)
    for number, line in enumerate(page.split("\n"), 1):
        for name in re.findall(r"`([^`\n]+)`", line):
            if is_there(name, paths, text_of) is False:
                yield f"{PAGE}:{number}: there is no {name}"


def main():
    found = list(problems(read(PAGE), set(project_files()), read)) if os.path.exists(os.path.join(ROOT, PAGE)) else []
    print("".join(f"{problem}\n" for problem in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
