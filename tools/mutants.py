#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the small changes of tests/mutants, one at a time, and tells which the tests see: `./dev mutants`.

usage: mutants.py [--module M] [--only NAME] [--new] [--limit N] [--write] [--table]
Works in a copy of the tree, build/mutants, with its own build in it: what you edit is never changed, and what an interrupted run left
behind is put right by the next. Of each change the file is compiled, the programs of its tests are linked, and the tests run, which
must have passed before. A time-out counts as seen. Verdicts are kept in build/mutants.json until their entry changes: --new runs what
was not seen yet, --table prints the table of all without running any, --write puts it into docs/testing.md.
The exit code is 1 when fewer than 90 % of those that have run are seen, or one could not be tried.
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from files import ROOT
from mutant_list import mutants, problems, read
from run_tests import AT_ONCE_ELSE, LOGS, RUNNING, end_group, run

COPY = os.path.join(ROOT, "build", "mutants")
BUILT = os.path.join(COPY, "build", "mutants")
TAKEN = os.path.join(COPY, "build", "taken")  # a folder for the programs of each change that is being tested
AHEAD = 40  # changes that are built and wait for their tests
VERDICTS = os.path.join(ROOT, "build", "mutants.json")
PAGE = os.path.join(ROOT, "docs", "testing.md")
BEGIN, END = "<!-- what follows: ./dev mutants --write -->\n", "<!-- end of it -->\n"
TIMEOUT = 120  # of the tests of one change
BUILD_TIMEOUT = 3600
WANTED = 90  # percent


@contextlib.contextmanager
def only_run():
    """There is one copy."""
    os.makedirs(COPY, exist_ok=True)
    with open(os.path.join(COPY, ".lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("./dev mutants is running already in this tree")
        yield


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


def take(tests, place):
    """Moves the programs out of the way of the next build, into a folder of that name."""
    folder = os.path.join(TAKEN, place)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for path in {path for test in tests for _, path, _ in targets_of(test)}:
        os.replace(os.path.join(BUILT, path), os.path.join(folder, os.path.basename(path)))
    return folder


def outcome(test, folder):
    """With the programs of that folder: `passed`, `failed` or `nothing`, when no test of that name has run."""
    variables = {variable: os.path.join(folder, os.path.basename(path)) for _, path, variable in targets_of(test) if variable}
    place = COPY
    if test.is_gtest:
        name = f"{test.name}:*/{test.name}/*"
        command, ran = [os.path.join(folder, test.program), f"--gtest_filter={name}", "--gtest_color=no"], r"^\[ RUN "
    elif test.is_node:
        place = os.path.join(COPY, "tests", "conformance")
        command, ran = ["node", "--test", "--test-reporter=tap", f"--test-name-pattern={test.name}", test.program], \
            r"^# (?:pass|fail) [1-9]"
    else:
        command, ran = [sys.executable, "tools/run_python_tests.py", f"tests/system/{test.program}.py", test.name], r"^(?:ok|FAILED) "
    log = re.sub(r"\W+", "-", f"mutant-{os.path.basename(folder)}-{test}") + ".log"
    code, output = run(command, log, TIMEOUT, place, **variables)
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


def verdict(mutant, folder):
    """The word for it, and by which test it is seen."""
    seen_by = next((test for test in mutant.tests if outcome(test, folder) == "failed"), None)
    shutil.rmtree(folder)
    return ("seen", f" ({seen_by})") if seen_by else ("survived", "")


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


def begin_as_it_is(chosen, pool):
    """The outcome of each test on the tree as it is, once it has run."""
    tests = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
    if not build(tests):
        sys.exit("the tree does not build; all of it: build/test-logs/mutant-build.log")
    folder = take(tests, "as-it-is")
    return {test: pool.submit(outcome, test, folder) for test in tests}


def build_changed(mutant):
    """The folder with the programs; nothing when it does not build."""
    original = apply(mutant)
    try:
        is_built = build(mutant.tests)
    finally:
        write(os.path.join(COPY, mutant.file), original)
    return take(mutant.tests, mutant.id.replace("/", "-")) if is_built else None


def try_all(chosen, verdicts):
    """Tests run while the next changes are built."""
    pool, waiting = ThreadPoolExecutor(AT_ONCE_ELSE), deque()

    def report(mutant, word, by=""):
        verdicts.put(mutant, word)
        print(f"{word:13} {mutant.id}: {mutant.what}{by}", flush=True)

    def report_first():
        mutant, running = waiting.popleft()
        unsound = [f" ({test})" for test in mutant.tests if as_it_is[test].result() != "passed"]
        report(mutant, *(("test fails", unsound[0]) if unsound else running.result()))

    try:
        as_it_is = begin_as_it_is(chosen, pool)
        for mutant in chosen:
            while waiting and (waiting[0][1].done() or len(waiting) >= AHEAD):
                report_first()
            if folder := build_changed(mutant):
                waiting.append((mutant, pool.submit(verdict, mutant, folder)))
            else:
                report(mutant, "did not build")
        while waiting:
            report_first()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for pid in list(RUNNING):
            end_group(pid)


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
              and not (arguments.new and verdicts.of(mutant) == "seen")][:arguments.limit]
    if not arguments.table:
        os.makedirs(LOGS, exist_ok=True)
        with only_run():
            copy_tree()
            try_all(chosen, verdicts)
    text = table(listed, verdicts)
    print("\n" + text, end="")
    if arguments.write:
        write_page(text)
    return 0 if is_good(chosen, verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
