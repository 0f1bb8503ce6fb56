#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/queue-compatibility.md: which item of tests/conformance/checklist.txt is proved by which suite.

usage: queue_compatibility.py [--write] [--logs FOLDER]
A test proves the items whose numbers are in its name (C042). Their results are read from the logs of the last `./dev test`.
Without --write it says what is wrong: an item without a passing test, a failed one, a number that no item has, a page that is
not what the run gives. Exit code 1 then.
"""

import argparse
import os
import re
import sys
from collections import defaultdict

from files import ROOT, read

CHECKLIST = "tests/conformance/checklist.txt"
FEATURES = "tests/conformance/features.txt"
PAGE = "docs/queue-compatibility.md"
LOGS = os.path.join(ROOT, "build", "test-logs")
NUMBER = re.compile(r"C\d{3}(?!\d)")


class Malformed(Exception):
    """A line of one of the two lists that cannot be understood."""


def sections(path, text):
    """[title, lines] of each [title] of a list."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if title := re.fullmatch(r"\[(.+?)\](?: \(not yet\))?", line):
            found.append((title[1], line.endswith("(not yet)"), []))
        elif found:
            found[-1][2].append(line)
        else:
            raise Malformed(f"{path}:{number}: before the first [section]")
    return found


def read_checklist(text):
    """(section, is required, [(number, level, statement)]) of each section."""
    result = []
    for title, is_later, lines in sections(CHECKLIST, text):
        items = []
        for line in lines:
            item = re.fullmatch(r"(C\d{3}) (must|should) +(.+)", line)
            if not item:
                raise Malformed(f"{CHECKLIST}: not `C000 must|should statement`: {line}")
            items.append(item.groups())
        result.append((title, not is_later, items))
    return result


def gtest_results(log):
    for word, name in re.findall(r"^\[ *(OK|FAILED) +\] (\S+) \(\d+ ms\)$", log, re.MULTILINE):
        yield name, word == "OK"


def python_results(log):
    for word, name in re.findall(r"^(ok|FAILED) +(\S+) \(", log, re.MULTILINE):
        yield name, word == "ok"


def node_results(log):
    """(suite, name, passed): the suite is the outermost one, as `BullMQ 5.66.4`; of a test in none it is empty."""
    suite, pending = "", []
    for line in log.splitlines():
        if opened := re.match(r"# Subtest: (.*)", line):
            suite, pending = opened[1], []
        elif done := re.match(r"( *)(not ok|ok) \d+ - (.*)", line):
            passed = done[2] == "ok"
            if done[1]:
                pending.append((done[3], passed))
            elif pending:
                yield from ((suite, name, result) for name, result in pending)
                pending = []
            else:
                yield "", done[3], passed


def collect(folder):
    """number -> suite -> whether all its tests of that number passed, from the logs of a run."""
    proofs = defaultdict(dict)

    def note(suite, name, passed):
        for number in NUMBER.findall(name):
            proofs[number][suite] = proofs[number].get(suite, True) and passed

    for file in sorted(os.listdir(folder)):
        log = read(os.path.join(folder, file))
        if kind := re.fullmatch(r"(unit|integration)-queue_\w+\.log", file):
            for name, passed in gtest_results(log):
                note(kind[1], name, passed)
        elif re.fullmatch(r"tests-system-\w+\.log", file):
            for name, passed in python_results(log):
                note("system", name, passed)
        elif file == "conformance.log":
            for suite, name, passed in node_results(log):
                note(suite or "conformance", name, passed)
    return proofs


def problems(checklist, proofs):
    known = {number for _, _, items in checklist for number, _, _ in items}
    for number in sorted(set(proofs) - known):
        yield f"{number}: no such item in {CHECKLIST}"
    for title, is_required, items in checklist:
        for number, level, _ in items:
            for suite, passed in sorted(proofs.get(number, {}).items()):
                if not passed:
                    yield f"{number}: a test failed in {suite}"
            if is_required and not proofs.get(number):
                yield f"{number} ({level}, {title}): no test"


def proof_text(suites):
    versions = sorted(suite.removeprefix("BullMQ ") for suite in suites if suite.startswith("BullMQ "))
    own = sorted(suite for suite in suites if not suite.startswith("BullMQ "))
    return ", ".join(own + ([f"BullMQ {' and '.join(versions)}"] if versions else []))


def item_row(number, level, statement, suites):
    result = "not yet" if not suites else "pass" if all(suites.values()) else "FAILED"
    return f"| {number} | {level} | {statement} | {proof_text(suites)} | {result} |"


def feature_row(line):
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != 3 or cells[0] not in ("yes", "partly", "not yet", "no"):
        raise Malformed(f"{FEATURES}: not `state | feature | how or why`: {line}")
    return f"| {cells[1]} | {cells[0]} | {cells[2]} |"


def render(checklist, features, proofs):
    numbers = [number for _, _, items in checklist for number, _, _ in items]
    proved = [number for number in numbers if proofs.get(number) and all(proofs[number].values())]
    judged = [number for number in proved if any(suite.startswith("BullMQ ") for suite in proofs[number])]
    lines = [
        "# Compatibility with BullMQ", "",
        "<!-- Generated by tools/queue_compatibility.py from a test run; edit tests/conformance/checklist.txt. -->", "",
        "Tripos and Node programs share queues with BullMQ 5.66.4 and 6.7.0. Of each thing that takes: the tests with its number in",
        "their name, and where they ran. `integration` tests look at the keys in a real Redis; `BullMQ` ones have the original as the",
        "other side. [queue-protocol.md](queue-protocol.md) has the layout.", "",
        f"{len(proved)} of {len(numbers)} items are proved, {len(judged)} of them with BullMQ itself.", "",
    ]
    for title, _, items in checklist:
        lines += [f"## {title}", "", "| item | | what holds | proved by | |", "| --- | --- | --- | --- | --- |"]
        lines += [item_row(*item, proofs.get(item[0], {})) for item in items] + [""]
    lines += ["## Features of BullMQ", ""]
    for title, _, rows in features:
        lines += [f"### {title}", "", "| BullMQ | here | how, or why not |", "| --- | --- | --- |"]
        lines += [feature_row(row) for row in rows] + [""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--logs", default=LOGS)
    arguments = parser.parse_args()

    checklist = read_checklist(read(CHECKLIST))
    proofs = collect(arguments.logs)
    page = render(checklist, sections(FEATURES, read(FEATURES)), proofs)
    found = list(problems(checklist, proofs))
    if arguments.write:
        with open(os.path.join(ROOT, PAGE), "w", encoding="utf-8") as file:
            file.write(page)
    elif page != (read(PAGE) if os.path.exists(os.path.join(ROOT, PAGE)) else ""):
        found.append(f"{PAGE} is not what this run gives: tools/queue_compatibility.py --write")
    print("".join(f"{problem}\n" for problem in found), end="")
    print(f"{0 if found else 1} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
