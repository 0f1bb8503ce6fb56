#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds every SQL statement to the tables of its own module.

A table belongs to the module under src/ whose CREATE TABLE makes it. No other names it in a statement; it asks the owner for
a function. A foreign key may point to a table of a module that CMakeLists.txt lets it use. Routes (*_api.cpp) run no
statements: they stand in the module's store. Tests may look anywhere.
"""

import re
import sys

from check_layers import parse_modules
from cpp_text import line_of
from files import project_files, read

LITERAL = re.compile(r'//[^\n]*|R"\((?P<raw>.*?)\)"|"(?P<text>(?:[^"\\\n]|\\.)*)"', re.DOTALL)
CREATE = re.compile(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)")
USE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?: IF NOT EXISTS)?|INDEX (?:IF NOT EXISTS )?\w+ ON) (\w+)")
KEY = re.compile(r"\bREFERENCES (\w+)")
RUN = re.compile(r"\bsession\.(?:query|query_one|execute|run)\(")
HELPER = re.compile(r'\b(?:insert_into|update_of)\(\s*"(\w+)"')


def module_of(path):
    return path.split("/")[1]


def literals(text):
    """What stands between quotes, everything else blanked: a statement may be several literals in a row."""
    parts, end = [], 0
    for match in LITERAL.finditer(text):
        kept = match.group("raw") if match.group("raw") is not None else match.group("text")
        at = match.start("raw") if match.group("raw") is not None else match.start("text")
        gap = text[end:match.start()]
        # Between two literals in a row stands nothing; anything else ends the statement.
        parts.append(re.sub(r"[^\n]", " ", gap) if not gap.strip() else re.sub(r"[^\n]", ";", gap))
        parts.append(re.sub(r"[^\n]", " ", match.group()) if kept is None else
                     " " * (at - match.start()) + kept + " " * (match.end() - at - len(kept)))
        end = match.end()
    return "".join(parts)


def squeezed(pattern):
    """The pattern with any white space where it has one space."""
    return re.compile(pattern.pattern.replace(" ", r"\s+"))


def check(cmake, sources):
    """All problems. sources: path -> text, of src/ without tests."""
    modules = parse_modules(cmake)
    statements = {path: literals(text) for path, text in sources.items()}
    owners, problems = {}, []
    for path, text in statements.items():
        for match in squeezed(CREATE).finditer(text):
            owners.setdefault(match.group(1), module_of(path))
    for path, text in sources.items():
        if path.endswith("_api.cpp"):
            problems += [f"{path}:{line_of(text, match.start())}: a statement in a route: it belongs into the store"
                         for match in RUN.finditer(text)]
    for path, text in statements.items():
        module = module_of(path)
        uses = set(modules[module].uses) if module in modules else set()
        for pattern, searched, allowed in ((squeezed(USE), text, set()), (HELPER, sources[path], set()),
                                           (squeezed(KEY), text, uses)):
            for match in pattern.finditer(searched):
                owner = owners.get(match.group(1), module)
                if owner != module and owner not in allowed:
                    problems.append(f"{path}:{line_of(searched, match.start(1))}: the table {match.group(1)} is {owner}'s: "
                                    "ask it for a function")
    return problems


def main():
    paths = [path for path in project_files()
             if path.startswith("src/") and path.endswith((".cpp", ".hpp")) and not path.endswith("_test.cpp")]
    problems = check(read("CMakeLists.txt"), {path: read(path) for path in paths})
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
