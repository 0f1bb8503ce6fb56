#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rejects a name that two sources of a module declare in their anonymous namespaces: the release build compiles several sources of
a module as one (cmake/AddModule.cmake). Overloads may share a name, and so may aliases of the same thing. Share what is the same;
name apart what is not."""

import re
import sys

from cpp_text import blank, line_of, matching
from files import project_files, read

DECLARATION = re.compile(
    r"^(?:(?:struct|class|enum(?: class)?) (?P<type>\w+)"
    r"|(?P<alias>(?:using|namespace) [^;{]+);"
    r"|(?P<before>[\w:<][^=({;#}]*?)\b(?P<name>\w+)(?P<rest>\[[^\]]*\])?\s*(?P<mark>[({=;]))", re.MULTILINE)
NAMESPACE = re.compile(r"^namespace(?: ([\w:]+))? \{", re.MULTILINE)


def parameter_types(text):
    return ",".join(re.sub(r"(?<=[\w&*>]) *\b\w+$", "", " ".join(part.split("=")[0].split())) for part in text.split(","))


def declarations(code):
    """Yields (offset, key) for what the anonymous namespaces of blanked code declare; equal keys cannot live together."""
    named = ""
    for opening in NAMESPACE.finditer(code):
        if opening.group(1):
            named = opening.group(1)
            continue
        body = opening.end()
        for found in DECLARATION.finditer(code, body, matching(code, opening.end() - 1)):
            if found.group("type"):
                yield found.start(), f"{named}::{found.group('type')}"
            elif not found.group("alias"):
                key = f"{named}::{found.group('name')}"
                if found.group("mark") == "(":
                    key += f"({parameter_types(code[found.end():matching(code, found.end() - 1)])})"
                yield found.start(), key


def check(sources):
    """Yields problems of (path, text) pairs that belong to one module."""
    seen = {}
    for path, text in sources:
        code = blank(text)
        own = {}
        for offset, key in declarations(code):
            own.setdefault(key, offset)
        for key, offset in own.items():
            if key in seen:
                yield f"{path}:{line_of(code, offset)}: {key} is in {seen[key]} as well"
            seen.setdefault(key, path)


def main():
    modules = {}
    for path in project_files():
        if path.startswith("src/") and path.endswith(".cpp") and not path.endswith(("_test.cpp", "/main.cpp")):
            modules.setdefault(path.split("/")[1], []).append((path, read(path)))
    problems = [problem for sources in modules.values() for problem in check(sources)]
    print("".join(f"{problem}\n" for problem in problems), end="")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
