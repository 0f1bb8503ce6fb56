#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the small changes of tests/mutants, one at a time, and tells which the tests see: `./dev mutants`.

usage: mutants.py [--module M] [--only NAME] [--new] [--limit N] [--write] [--table]
Works in a copy of the tree, build/mutants, with its own build in it: what you edit is never changed, and what an interrupted run left
behind is put right by the next. Of each change the file is compiled, the programs of its tests are linked, and the tests run, which
must have passed before. A time-out counts as seen. Verdicts are kept in build/mutants.json until their entry changes: --new runs only
what has none, --table prints the table of all without running any, --write puts it into docs/testing.md.
The exit code is 1 when fewer than 90 % of those that have run are seen, or one could not be tried.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from files import ROOT
from mutant_list import Test, mutants, problems, read
from run_tests import LOGS, RUNNING, end_group, run

COPY = os.path.join(ROOT, "build", "mutants")
BUILT = os.path.join(COPY, "build", "mutants")
TAKEN = os.path.join(COPY, "build", "taken")  # programs of the change that is being tested, while the next is built
VERDICTS = os.path.join(ROOT, "build", "mutants.json")
PAGE = os.path.join(ROOT, "docs", "testing.md")
BEGIN, END = "<!-- what follows: ./dev mutants --write -->\n", "<!-- end of it -->\n"
TIMEOUT = 120  # of the tests of one change
BUILD_TIMEOUT = 3600
WANTED = 90  # percent


def copy_tree():
    """Makes the copy equal to the tree. Only what differs is written: its time says to the build that it changed."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = {path for path in listed.stdout.split("\0") if path and os.path.isfile(os.path.join(ROOT, path))}
    for folder in ("src", "tests", "web/src"):
        for place, folders, names in os.walk(os.path.join(COPY, folder)):
            folders[:] = [name for name in folders if name != "node_modules"]
            for name in names:
                if os.path.relpath(os.path.join(place, name), COPY) not in paths:
                    os.remove(os.path.join(place, name))
    for path in paths:
        source, target = os.path.join(ROOT, path), os.path.join(COPY, path)
        if not os.path.exists(target) or not same(source, target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(source, target)
            shutil.copymode(source, target)


def same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def targets_of(test):
    """What is built for a test: (target, path below the build, variable that names it to the test)."""
    if test.is_gtest:
        return [(test.program, test.program, "")]
    server = ("tripos", "tripos", "TRIPOS_BINARY")
    return [server, ("queue_agent", "tests/conformance/queue_agent", "QUEUE_AGENT")] if test.is_node else [server]


def build(tests):
    """True when what these tests run is built."""
    targets = sorted({target for test in tests for target, _, _ in targets_of(test)})
    code, _ = run(["./dev", "build", "--mutants", *targets], "mutant-build.log", BUILD_TIMEOUT, COPY)
    return code == 0


def take(tests):
    """Moves the programs out of the way of the next build."""
    shutil.rmtree(TAKEN, ignore_errors=True)
    os.makedirs(TAKEN)
    for path in {path for test in tests for _, path, _ in targets_of(test)}:
        os.replace(os.path.join(BUILT, path), os.path.join(TAKEN, os.path.basename(path)))


def outcome(test, timeout=TIMEOUT):
    """`passed`, `failed` or `nothing`, when no test of that name has run."""
    variables = {variable: os.path.join(TAKEN, os.path.basename(path)) for _, path, variable in targets_of(test) if variable}
    folder = COPY
    if test.is_gtest:
        name = f"{test.name}:*/{test.name}/*"
        command, ran = [os.path.join(TAKEN, test.program), f"--gtest_filter={name}", "--gtest_color=no"], r"^\[ RUN "
    elif test.is_node:
        folder = os.path.join(COPY, "tests", "conformance")
        command, ran = ["node", "--test", "--test-reporter=tap", f"--test-name-pattern={test.name}", test.program], \
            r"^# (?:pass|fail) [1-9]"
    else:
        command, ran = [sys.executable, "tools/run_python_tests.py", f"tests/system/{test.program}.py", test.name], r"^(?:ok|FAILED) "
    code, output = run(command, f"mutant-{test.program}.log", timeout, folder, **variables)
    if code == 0:
        return "passed" if re.search(ran, output, re.M) else "nothing"
    return "failed"


def apply(mutant):
    """Returns the file as it was."""
    path = os.path.join(COPY, mutant.file)
    original = read(path)
    write(path, original.replace(mutant.text, mutant.replacement))
    return original


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def verdict(mutant):
    start = time.monotonic()
    seen_by = next((test for test in mutant.tests if outcome(test) == "failed"), None)
    return mutant, "seen" if seen_by else "survived", str(seen_by or ""), time.monotonic() - start


class Verdicts:
    """Those of this and earlier runs, in VERDICTS."""

    def __init__(self):
        self.known = json.loads(read(VERDICTS)) if os.path.exists(VERDICTS) else {}

    def of(self, mutant):
        return self.known.get(mutant.key, "not run")

    def put(self, mutant, word):
        self.known[mutant.key] = word
        write(VERDICTS + ".new", json.dumps(self.known, indent=1))
        os.replace(VERDICTS + ".new", VERDICTS)


def unsound(chosen):
    """Tests that fail on the tree as it is, which say nothing of a change."""
    tests = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
    if not build(tests):
        sys.exit("the tree does not build; all of it: build/test-logs/mutant-build.log")
    take(tests)
    bad = set()
    for test in tests:
        if (word := outcome(test)) != "passed":
            print(f"on the tree as it is: {word}: {test}", flush=True)
            bad.add(test)
    return bad


def try_all(chosen, verdicts):
    """Builds a change while the tests of the one before run."""
    bad = unsound(chosen)
    print(f"{len(chosen)} changes", flush=True)
    pool, running = ThreadPoolExecutor(1), None

    def report(mutant, word, by="", seconds=0.0):
        verdicts.put(mutant, word)
        print(f"{word:13} {mutant.id}: {mutant.what}{f' ({by}, {seconds:.1f} s)' if by else ''}", flush=True)

    try:
        for mutant in chosen:
            if bad & set(mutant.tests):
                report(mutant, "test fails")
                continue
            original = apply(mutant)
            try:
                is_built = build(mutant.tests)
            finally:
                write(os.path.join(COPY, mutant.file), original)
            if running:
                report(*running.result())
                running = None
            if is_built:
                take(mutant.tests)
                running = pool.submit(verdict, mutant)
            else:
                report(mutant, "did not build")
        if running:
            report(*running.result())
    finally:
        for pid in list(RUNNING):
            end_group(pid)
        pool.shutdown(wait=False, cancel_futures=True)


def share(seen, survived):
    return f"{100 * seen // (seen + survived)} %" if seen + survived else ""


def table(listed, verdicts):
    """Markdown: modules with their numbers, then each survivor with its reason."""
    rows, total = [], {}
    for module in sorted({mutant.module for mutant in listed}):
        words = [verdicts.of(mutant) for mutant in listed if mutant.module == module]
        numbers = {word: words.count(word) for word in ("seen", "survived")} | {"listed": len(words)}
        total = {word: total.get(word, 0) + number for word, number in numbers.items()}
        rows.append((module, numbers))
    lines = ["| module | changes | seen | survived | not run | seen of those run |", "| --- | --- | --- | --- | --- | --- |"]
    for module, of in [*rows, ("all", total)]:
        rest = of["listed"] - of["seen"] - of["survived"]
        lines.append(f"| {module} | {of['listed']} | {of['seen']} | {of['survived']} | {rest} | {share(of['seen'], of['survived'])} |")
    survivors = [mutant for mutant in listed if verdicts.of(mutant) == "survived"]
    if survivors:
        lines += ["", "| survivor | what it breaks | why no test sees it |", "| --- | --- | --- |"]
        lines += [f"| `{mutant.id}` | {mutant.what} | {mutant.survives or 'a test is missing'} |" for mutant in survivors]
    return "\n".join(lines) + "\n"


def is_good(chosen, verdicts):
    words = [verdicts.of(mutant) for mutant in chosen]
    seen, survived = words.count("seen"), words.count("survived")
    untried = sum(word in ("did not build", "test fails") for word in words)
    return untried == 0 and 100 * seen >= WANTED * (seen + survived)


def write_page(text):
    page = read(PAGE)
    write(PAGE, page[:page.index(BEGIN) + len(BEGIN)] + text + page[page.index(END):])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--module", default="")
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--limit", type=int, metavar="N")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    listed, verdicts = mutants(), Verdicts()
    if wrong := problems(listed):
        sys.exit("\n".join(wrong))
    chosen = [mutant for mutant in listed if arguments.module in ("", mutant.module) and arguments.only in mutant.name
              and not (arguments.new and verdicts.of(mutant) in ("seen", "survived"))][:arguments.limit]
    if not arguments.table:
        os.makedirs(LOGS, exist_ok=True)
        copy_tree()
        try_all(chosen, verdicts)
    text = table(listed, verdicts)
    print("\n" + text, end="")
    if arguments.write:
        write_page(text)
    return 0 if is_good(chosen, verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
