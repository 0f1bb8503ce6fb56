#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the documentation shows is what compiles or runs: each block of C++, nginx or Caddy follows a line `<!-- from PATH -->`, and its lines stand
in that file as they are (its indentation aside; a line `...` leaves some out); or `<!-- file: NAME -->`, then a test compiles it."""

import os
import re
import sys
import textwrap

from files import ROOT, project_files

BLOCK = re.compile(r"(?:<!-- (from|file:) (\S+) -->\n)?```(?:cpp|nginx|caddy)\n(.*?)^```", re.DOTALL | re.MULTILINE)
GAP = re.compile(r"^[ \t]*(?://[ \t]*)?\.\.\.[ \t]*\n", re.MULTILINE)


def flat(text):
    """Without the indentation that all its lines share, nor empty lines at its ends."""
    return textwrap.dedent(text).strip("\n")


def occurs(piece, source):
    """Whether these lines stand in the source one after another, however deep they are indented there."""
    wanted = flat(piece).split("\n")
    lines = source.split("\n")
    return any(flat("\n".join(lines[at:at + len(wanted)])) == "\n".join(wanted) for at in range(len(lines) - len(wanted) + 1))


def snippet_problems(path, text, read):
    """read(name): the text of a file of the project, or None."""
    for found in BLOCK.finditer(text):
        place = f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
        mark, name, code = found.groups()
        if mark == "file:":
            continue
        if name is None:
            yield f"{place}: say where this comes from: a line <!-- from examples/... --> before the block"
            continue
        source = read(name)
        if source is None:
            yield f"{place}: there is no {name}"
            continue
        for piece in GAP.split(code):
            if piece.strip() and not occurs(piece, source):
                yield f"{place}: not in {name}: {piece.strip().splitlines()[0]}"


def read_file(name):
    path = os.path.join(ROOT, name)
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    problems = [problem for path in project_files() if path.endswith(".md")
                for problem in snippet_problems(path, read_file(path), read_file)]
    print("".join(f"{problem}\n" for problem in problems), end="")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
