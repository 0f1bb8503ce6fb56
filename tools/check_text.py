#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rejects text that must not be there: dead links in *.md, a TODO without an issue, and the rules of RULES.

tools/catch_sites.txt lists the files that may catch exceptions, each with its reason.
"""

import json
import os
import re
import sys

from cpp_text import blank, line_of
from files import ROOT, project_files, read

# What is checked by these two must be able to name it.
EXEMPT = ("tools/check_text.py", "tests/tools/")
BINARY = (".png", ".jpg", ".ico", ".woff2", ".gz", ".db")

# (regular expression, why, applies to path?) on the text as it stands.
TEXT_RULES = [
    (r"(?<![\w./-])/(?:work|root)/", "path of one machine", lambda path: True),
    (r"https?://[\w.-]*\b(?:artifactory|nexus|verdaccio|mirror|devpi)[\w.-]*", "package mirror of one machine",
     lambda path: True),
    (r"^\s*(?:registry|index-url)\s*=", "package registry of one machine", lambda path: True),
    (r"\bTODO\b(?!\((?:perf|security|cleanup|test)\):[^\n]*\(#\d+\))", "TODO without kind and issue: TODO(kind): text (#n)",
     lambda path: not path.endswith(".md")),
]

# The same on C++ with comments and literals blanked out.
CODE_RULES = [
    (r"\bsystem_clock\s*::\s*now\b", "take the time from a Clock", lambda path: not path.startswith("src/core/")),
    (r"\basio::detached\b|\bdetached\s*\)", "spawn in a TaskGroup",
     lambda path: path.startswith("src/") and not path.startswith("src/async/")),
    (r"\bgetenv\b", "read settings in settings/",
     # child_process looks a program up in PATH, which is no setting of ours; nor is a failpoint, which no release has.
     lambda path: path.startswith("src/") and not path.startswith(
         ("src/settings/", "src/redis/detail/child_process.", "src/core/failpoint."))),
    (r"\bTask<[^;{}]*=\s*\{\s*\}", "a braced default of a Task's parameter is a brace in its co_await: overload instead (GCC 12)",
     lambda path: True),
    (r"\bGTEST_SKIP\b|\bDISABLED_", "a test runs or does not exist", lambda path: True),
]


def first_lines(pattern, text):
    return [line_of(text, match.start()) for match in re.finditer(pattern, text, re.MULTILINE)]


def text_problems(path, text, catch_sites=frozenset()):
    if path.startswith(EXEMPT) or path.endswith(BINARY):
        return
    is_lock = path.endswith("package-lock.json")
    for pattern, why, applies in TEXT_RULES:
        if applies(path) and not is_lock:
            for line in first_lines(pattern, text):
                yield f"{path}:{line}: {why}"
    if is_lock:
        for name, package in json.loads(text).get("packages", {}).items():
            if "resolved" in package:
                yield f"{path}: {name} names a registry; write the lock file with omit-lockfile-registry-resolved"
    if path.endswith((".cpp", ".hpp")):
        code = blank(text)
        for pattern, why, applies in CODE_RULES:
            if applies(path):
                for line in first_lines(pattern, code):
                    yield f"{path}:{line}: {why}"
        if path.startswith("src/") and not path.endswith("_test.cpp") and path not in catch_sites:
            for line in first_lines(r"\bcatch\s*\(", code):
                yield f"{path}:{line}: exceptions are caught only in the files of tools/catch_sites.txt"


def slug(heading):
    """The anchor a Markdown heading gets."""
    heading = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def without_code(text):
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def link_problems(path, text, root=ROOT):
    for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)", without_code(text)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        full = os.path.normpath(os.path.join(root, os.path.dirname(path), file)) if file else os.path.join(root, path)
        if not os.path.exists(full):
            yield f"{path}: dead link {target}"
        elif anchor and full.endswith(".md"):
            with open(full, encoding="utf-8") as document:
                headings = re.findall(r"^#+ (.*)$", document.read(), re.MULTILINE)
            if anchor not in {slug(heading) for heading in headings}:
                yield f"{path}: no heading for {target}"


def read_catch_sites():
    sites = {}
    for line in read("tools/catch_sites.txt").splitlines():
        if line and not line.startswith("#"):
            site, _, reason = line.partition(" ")
            sites[site] = reason.strip()
    return sites


def main():
    sites = read_catch_sites()
    problems = [f"tools/catch_sites.txt: {site}: no reason given" for site, reason in sites.items() if not reason]
    for path in project_files():
        if path.endswith(BINARY):
            continue
        text = read(path)
        problems += text_problems(path, text, sites)
        if path.endswith(".md"):
            problems += link_problems(path, text)
    for site in sites:
        if not os.path.exists(os.path.join(ROOT, site)):
            problems.append(f"tools/catch_sites.txt: {site} does not exist")
        elif not first_lines(r"\bcatch\s*\(", blank(read(site))):
            problems.append(f"tools/catch_sites.txt: {site} catches nothing")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
