#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the unittest tests of a file: one line per test with its time, then `N passed, M failed`.

usage: run_python_tests.py FILE [NAME] [--timeout SECONDS] [--all]
NAME filters by substring of file.Class.test. Without it, the tests with AtLength in theirs run only with --all. A test that takes longer than the timeout fails. A skipped test fails too:
a test runs or does not exist.
"""

import argparse
import os
import signal
import sys
import time
import traceback
import unittest


class TimedOut(BaseException):
    """Not an Exception, so that no handler of a test swallows it."""


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def is_chosen(test_id, name, at_length):
    """A test that is named runs, whatever tier it is of."""
    return name in test_id if name else at_length or "AtLength" not in test_id


class Result(unittest.TestResult):
    def __init__(self, timeout):
        super().__init__()
        self.timeout = timeout
        self.passed = 0
        self.problems = 0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.is_bad = False
        signal.alarm(self.timeout)

    def stopTest(self, test):
        signal.alarm(0)
        if not self.is_bad:
            self.passed += 1
            self.report("ok", test)
        super().stopTest(test)

    def report(self, word, test):
        seconds = time.monotonic() - getattr(self, "started", time.monotonic())
        print(f"{word:6} {test.id()} ({seconds:.2f} s)", flush=True)

    def bad(self, test, text):
        """Also called for setUpClass and broken imports, without startTest."""
        self.is_bad = True
        self.problems += 1
        self.report("FAILED", test)
        print("".join("    " + line + "\n" for line in text.splitlines()), end="", flush=True)

    def addError(self, test, error):
        self.bad(test, "".join(traceback.format_exception(*error)))

    def addFailure(self, test, error):
        self.bad(test, "".join(traceback.format_exception(*error)))

    def addSkip(self, test, reason):
        self.bad(test, f"skipped: {reason}")

    def addExpectedFailure(self, test, error):
        self.bad(test, "expected failures are not used here")

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.bad(subtest, "".join(traceback.format_exception(*error)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()

    def on_alarm(*_):
        raise TimedOut(f"took longer than {arguments.timeout} s")
    signal.signal(signal.SIGALRM, on_alarm)

    sys.dont_write_bytecode = True
    result = Result(arguments.timeout)
    folder, file = os.path.split(os.path.abspath(arguments.file))
    suite = unittest.TestLoader().discover(folder, file, top_level_dir=folder)
    tests = list(flatten(suite))
    chosen = unittest.TestSuite(test for test in tests if is_chosen(test.id(), arguments.name, arguments.all))
    chosen.run(result)
    print(f"{result.passed} passed, {result.problems} failed", flush=True)
    return 1 if result.problems or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
