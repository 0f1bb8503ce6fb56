#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds everything, runs every suite, counts every test case: `./dev test`.

usage: run_tests.py [--all | --ci | --asan | --tsan] [--no-build] [--only SUITE [NAME]]
One line per suite; of a failure the last lines; whole logs in build/test-logs/. The last line is `N passed, M failed`.
A suite that runs no test has failed, and so has a program that crashes or takes too long. --all adds what only runs on demand:
the suites of AT_LENGTH and the tests with that word in their name. --asan and --tsan run the suites of SANITIZED in those builds;
what a sanitizer reports of any process is a failure. --ci runs unit and integration in the build asan alone, and clang-tidy over the
last commit. docs/testing.md says more.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from files import ROOT

LOGS = os.path.join(ROOT, "build", "test-logs")
REPORTS = os.path.join(ROOT, "build", "sanitizer-reports")
PYTHON = "/usr/bin/python3"
TAIL = 60  # lines shown of a failure
FUZZ_SECONDS = 60  # of each target
# Programs of GoogleTest, files of Python and of node:test: their tests wait more than they reckon, and pass beside busy loops.
AT_ONCE = {"conformance": 3, "engines": 1, "system": 3}
AT_ONCE_ELSE = 2


@dataclass
class Way:
    """How the suites are run."""
    preset: str = "release"
    slower: int = 1  # than release: time-outs are multiplied by it
    at_length: bool = False
    targets: tuple = ()  # that are built; none: everything
    as_built: bool = False  # nothing is built; programs that are not there are left out

    def built(self, *path):
        return os.path.join(ROOT, "build", self.preset, *path)

    def environment(self):
        """Sanitizers write what they find into REPORTS, whichever process they find it in."""
        def suppressed(name):
            return "suppressions=" + os.path.join(ROOT, "tools", "suppressions", name)
        log = f"log_path={os.path.join(REPORTS, 'report')}"
        # What is freed is kept for a while, to catch whoever uses it: 256 MB of it would take a tenth of the time.
        asan = {"ASAN_OPTIONS": f"{log}:quarantine_size_mb=16", "UBSAN_OPTIONS": "print_stacktrace=1", "LSAN_OPTIONS": suppressed("leak.txt")}
        return {"asan": asan,
                "tsan": {"TSAN_OPTIONS": f"{log}:second_deadlock_stack=1:{suppressed('thread.txt')}"}}.get(self.preset, {})


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    failures: str = ""

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.failures += other.failures


RUNNING = set()  # process groups


def end_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, log, timeout, cwd=ROOT, **variables):
    """Returns (exit code, output); the code is None after the timeout. The whole process group ends with it."""
    with open(os.path.join(LOGS, log), "w+", encoding="utf-8", errors="replace") as file:
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
                                   stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        RUNNING.add(process.pid)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            RUNNING.discard(process.pid)
            end_group(process.pid)
            process.wait()
        file.seek(0)
        return code, file.read()


def tail(text, lines=TAIL):
    return "\n".join(text.rstrip().splitlines()[-lines:]) + "\n"


def judged(name, log, code, output, passed, failed, timeout):
    """Adds what the counts alone do not show: crashes, timeouts, nothing run."""
    reason = ""
    if code is None:
        reason = f"took longer than {timeout} s"
    elif code < 0:
        reason = f"ended by {signal.Signals(-code).name}"
    elif code != 0 and failed == 0:
        reason = f"exit code {code}"
    elif passed + failed == 0:
        reason = "ran no test"
    if reason:
        failed += 1
    failures = ""
    if failed:
        title = f"{name}: {failed} failed{', ' + reason if reason else ''}; all of it: build/test-logs/{log}"
        failures = f"--- {title}\n{tail(output)}"
    return Count(passed, failed, failures)


def size_of_sources(program):
    """Of an integration test; 0: of another."""
    folder = os.path.join(ROOT, "tests", "integration", program.removesuffix("_itest"))
    return sum(entry.stat().st_size for entry in os.scandir(folder)) if os.path.isdir(folder) else 0


def gtest_programs(label, way):
    """The programs CMake knows under this ctest label, the long ones first: what is left at the end is short."""
    listing = subprocess.run(["ctest", "--test-dir", way.built(), "-L", f"^{label}$", "--show-only=json-v1"],
                             capture_output=True, text=True, check=True).stdout
    found = [(test["name"], test["command"]) for test in json.loads(listing)["tests"] if "command" in test]
    programs = [(name, command) for name, command in found if os.path.exists(command[0]) or not way.as_built]
    return sorted(programs, key=lambda one: -size_of_sources(one[0]))


def failed_parts(output):
    """The output of the failed tests of a GoogleTest program, without that of the others."""
    parts = re.findall(r"^\[ RUN      \] .*?^\[ +(?:FAILED|OK) +\][^\n]*\n", output, re.MULTILINE | re.DOTALL)
    return "".join(part for part in parts if "[  FAILED  ]" in part)


def failed_points(output):
    """The failed tests of a run of node:test in TAP, each with what it says of itself, without those that passed."""
    return "".join(re.findall(r"^ *not ok .*\n(?: *---\n(?:.*\n)*?^ *\.\.\.\n)?", output, re.MULTILINE))


def gtest_counts(output):
    """From the summary; of a program that did not get there, what it had done."""
    def number(pattern):
        return sum(int(value) for value in re.findall(pattern, output, re.MULTILINE))
    if re.search(r"^\[==========\] .* ran\.", output, re.MULTILINE):
        return number(r"^\[  PASSED  \] (\d+) test"), number(r"^\[  (?:FAILED|SKIPPED) *\] (\d+) test")
    return len(re.findall(r"\[       OK \] ", output)), len(re.findall(r"\[  FAILED  \] ", output))


def gtest_filter(name, way):
    """A test that is named runs, whatever tier it is of."""
    return f"*{name}*" if name or way.at_length else "-*AtLength*"


def sum_of(suite, run_one, programs):
    """The counts of all, as many at a time as is good for the suite."""
    total = Count()
    pool = ThreadPoolExecutor(AT_ONCE.get(suite, AT_ONCE_ELSE))
    try:
        for count in pool.map(run_one, programs):
            total.add(count)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        for pid in list(RUNNING):
            end_group(pid)
        raise
    return total


def failed_names(output):
    """As --gtest_filter wants them; empty: none, or the program did not get to its end."""
    summary = re.search(r"^\[==========\] [^\n]* ran\..*", output, re.MULTILINE | re.DOTALL)
    return ":".join(re.findall(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", summary[0], re.MULTILINE)) if summary else ""


def gtest_suite(label, name_filter, timeout, way):
    late = []  # programs of a build that is slower than its tests expect, and which of them have failed

    def run_one(program, chosen=""):
        name, command = program
        log = f"{label}-{name}{'-again' if chosen else ''}.log"
        code, output = run([*command, "--gtest_color=no", "--gtest_filter=" + (chosen or gtest_filter(name_filter, way))], log, timeout)
        passed, failed = gtest_counts(output)
        if name_filter and code == 0 and passed + failed == 0:
            return Count()
        if way.slower > 1 and not chosen and code is not None and code >= 0 and failed_names(output):
            late.append((program, failed_names(output)))
            return Count(passed)
        count = judged(name, log, code, output, passed, failed, timeout)
        if failed and code is not None and code >= 0:
            count.failures = count.failures.splitlines()[0] + "\n" + tail(failed_parts(output))
        return count

    total = sum_of(label, run_one, gtest_programs(label, way))
    for program, names in late:
        print(f"{program[0]}: once more, with nothing beside them: {names.replace(':', ', ')}", flush=True)
        total.add(run_one(program, names))
    return total


def may_have(path, test):
    """Whether a file can have a test whose `file.Class.test_name` contains that: a start of Python each is saved where it cannot."""
    with open(path, encoding="utf-8") as file:
        words = os.path.basename(path) + file.read()
    return all(part in words for part in test.split("."))


def python_files(folder, test=""):
    """Those with tests, the long ones first: what is left at the end is short."""
    found = [os.path.join(inside, name) for inside, folders, names in os.walk(os.path.join(ROOT, folder))
             if "node_modules" not in inside for name in names if re.fullmatch(r"test_.*\.py", name)]
    return sorted((path for path in found if may_have(path, test)), key=lambda path: (-os.path.getsize(path), path))


def python_suite(folder, name_filter, timeout, way, **environment):
    tier = ["--all"] if way.at_length else []

    def run_one(path):
        name = os.path.relpath(path, ROOT)
        log = name.removesuffix(".py").replace("/", "-") + ".log"
        code, output = run([PYTHON, "tools/run_python_tests.py", path, name_filter, f"--timeout={300 * way.slower}", *tier], log,
                           timeout, **environment)
        summary = re.search(r"^(\d+) passed, (\d+) failed$", output, re.MULTILINE)
        passed, failed = (int(summary[1]), int(summary[2])) if summary else (len(re.findall(r"^ok ", output, re.M)), 0)
        if code == 0 and passed + failed == 0:  # all of its tests are of another name or tier
            return Count()
        count = judged(name, log, code, output, passed, failed, timeout)
        if summary and failed:
            blocks = re.findall(r"^FAILED .*\n(?:    .*\n|\n)*", output, re.MULTILINE)
            count.failures = count.failures.splitlines()[0] + "\n" + tail("".join(blocks))
        return count

    return sum_of(os.path.basename(folder), run_one, python_files(folder, name_filter))


def node_packages(folder):
    """Installs what the lock file of the folder names, unless it is there. Returns (exit code, output)."""
    lock, installed = os.path.join(folder, "package-lock.json"), os.path.join(folder, "node_modules/.package-lock.json")
    if os.path.exists(installed) and os.path.getmtime(installed) >= os.path.getmtime(lock):
        return 0, ""
    os.makedirs(LOGS, exist_ok=True)
    # Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, which npm leaves out when
    # the registry at hand does not carry them. --no-save keeps to the lock file and does not touch it.
    return run(["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"],
               f"{os.path.basename(folder)}-npm.log", 600, folder)


def node_suite(name, name_filter, timeout, folder="", files=(), **environment):
    """The node:test files of tests/<folder or name>, all or these, with the packages its lock file names."""
    folder = os.path.join(ROOT, "tests", folder or name)
    code, output = node_packages(folder)
    if code != 0:
        return judged("npm install", f"{os.path.basename(folder)}-npm.log", code, output, 0, 0, 600)
    arguments = [f"--test-name-pattern={name_filter}"] if name_filter else []
    arguments += [f"--test-concurrency={AT_ONCE.get(name, AT_ONCE_ELSE)}", "--test-reporter=tap", *files]
    code, output = run(["node", "--test", *arguments], f"{name}.log", timeout, folder, **environment)

    def number(word):
        return sum(int(value) for value in re.findall(rf"^# {word} (\d+)$", output, re.MULTILINE)[-1:])
    # A name leaves tests out, which Node counts as skipped when they are in a `describe`.
    failed = number("fail") + number("cancelled") + (0 if name_filter else number("skipped") + number("todo"))
    count = judged(name, f"{name}.log", code, output, number("pass"), failed, timeout)
    if failed and failed_points(output):
        count.failures = count.failures.splitlines()[0] + "\n" + tail(failed_points(output), TAIL * 2)
    return count


def fuzz_suite(name_filter, timeout, _):
    """Looks for new inputs; those known are replayed by the suite unit."""
    total = Count()
    for target in sorted(os.listdir(os.path.join(ROOT, "tests", "fuzz", "corpus"))):
        if name_filter in target:
            log = f"fuzz-{target}.log"
            code, output = run(["./dev", "fuzz", target, "--seconds", str(FUZZ_SECONDS)], log, timeout)
            total.add(judged(target, log, code, output, int(code == 0), int(code != 0), timeout))
    return total


def check_suite(_, timeout, __):
    code, output = run([PYTHON, "tools/check.py"], "check.log", timeout)
    summary = re.search(r"^(\d+) passed, (\d+) failed$", output, re.MULTILINE)
    return judged("check", "check.log", code, output, *(map(int, summary.groups()) if summary else (0, 0)), timeout)


def tidy_suite(_, timeout, __):
    code, output = run(["./dev", "tidy", "--changed"], "tidy.log", timeout)
    summary = re.search(r"^(\d+) passed, (\d+) failed", output, re.MULTILINE)
    passed, failed = map(int, summary.groups()) if summary else (0, 0)
    return judged("tidy", "tidy.log", code, output, passed or int(code == 0), failed, timeout)


def compatibility_suite(_, timeout, __):
    """Whether the suites before this one prove what docs/queue-compatibility.md says."""
    code, output = run([PYTHON, "tools/queue_compatibility.py"], "compatibility.log", timeout)
    return judged("compatibility", "compatibility.log", code, output, int(code == 0), int(code == 1), timeout)


def broken_suite(name_filter, timeout, way):
    """Servers broken on purpose, which the load test has to catch. Only the build asan can be broken."""
    code, output = run(["./dev", "build", "--asan", "tripos"], "broken-build.log", timeout)
    if code != 0:
        return judged("build of asan", "broken-build.log", code, output, 0, 0, timeout)
    return python_suite("tests/broken", name_filter, timeout, way, TRIPOS_BINARY=os.path.join(ROOT, "build", "asan", "tripos"))


SUITES = {
    "check": check_suite,
    "tidy": tidy_suite,
    "tools": lambda name, timeout, way: python_suite("tests/tools", name, timeout, way),
    "unit": lambda name, timeout, way: gtest_suite("unit", name, timeout, way),
    "integration": lambda name, timeout, way: gtest_suite("integration", name, timeout, way),
    "conformance": lambda name, timeout, way: node_suite(
        "conformance", name, timeout, QUEUE_AGENT=way.built("tests", "conformance", "queue_agent"), TRIPOS_BINARY=way.built("tripos")),
    "system": lambda name, timeout, way: python_suite("tests/system", name, timeout, way, TRIPOS_BINARY=way.built("tripos")),
    "e2e": lambda name, timeout, way: node_suite("e2e", name, timeout, TRIPOS_BINARY=way.built("tripos"),
                                                 TRIPOS_AT_LENGTH="yes" if name or way.at_length else ""),
    "engines": lambda name, timeout, way: node_suite("engines", name, timeout, "e2e", ["firefox.mjs"], TRIPOS_BINARY=way.built("tripos")),
    "examples": lambda name, timeout, way: python_suite("examples", name, timeout, way),
    "compatibility": compatibility_suite,
    "fuzz": fuzz_suite,
    "broken": broken_suite,
}
TIMEOUTS = {"check": 60, "tidy": 1200, "tools": 60, "unit": 120, "integration": 600, "conformance": 600, "system": 1800, "e2e": 2400,
            "engines": 300, "examples": 600, "compatibility": 60, "fuzz": 1800, "broken": 3600}
NEED_NO_BUILD = {"check", "tidy", "tools", "compatibility", "fuzz", "broken"}
AT_LENGTH = {"fuzz", "engines", "broken"}
CI_ONLY = {"tidy"}
SANITIZED = {"unit", "integration", "conformance", "system"}
CI = Way(targets=("all",))
CI_SANITIZED = Way("asan", slower=5, targets=("unit", "integration"))


def suites_of(way):
    if way.preset != "release":
        return [suite for suite in SUITES if suite in SANITIZED]
    return [suite for suite in SUITES if suite not in CI_ONLY and (way.at_length or suite not in AT_LENGTH)]


def plan(way):
    """Which suites run, and how."""
    if way != CI:
        return [(suite, way) for suite in suites_of(way)]
    return [(suite, CI_SANITIZED if suite in CI_SANITIZED.targets else CI) for suite in SUITES if suite not in AT_LENGTH]


def reports():
    """What sanitizers have written since the last call, each a failure."""
    count = Count()
    for name in sorted(os.listdir(REPORTS)):
        path = os.path.join(REPORTS, name)
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        seen = os.path.join(LOGS, f"sanitizer-{name}.log")
        os.replace(path, seen)
        first = "\n".join(text.splitlines()[:TAIL])
        count.add(Count(0, 1, f"--- a sanitizer reports; all of it: {os.path.relpath(seen, ROOT)}\n{first}\n"))
    return count


def progress(name):
    """On a terminal: what is running now, overwritten by its result."""
    if sys.stdout.isatty():
        print(f"{name:12} ...\r", end="", flush=True)


def build(way):
    start = time.monotonic()
    progress("build")
    preset = [f"--{way.preset}"] if way.preset != "release" else []
    with open(os.path.join(LOGS, "build.log"), "w+", encoding="utf-8") as log:
        done = subprocess.run(["./dev", "build", *preset, *way.targets], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        log.seek(0)
        output = log.read()
    print(f"build        {'FAILED' if done.returncode else 'ok'} ({time.monotonic() - start:.1f} s)", flush=True)
    if done.returncode:
        errors = [line for line in output.splitlines() if re.search(r"error|Error|FAILED", line)]
        print("\n".join(errors[:TAIL]) or tail(output))
        print("all of it: build/test-logs/build.log\n0 passed, 1 failed")
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser()
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--all", dest="way", action="store_const", const=Way(at_length=True), default=Way())
    ways.add_argument("--ci", dest="way", action="store_const", const=CI)
    ways.add_argument("--asan", dest="way", action="store_const", const=Way("asan", slower=5))
    ways.add_argument("--tsan", dest="way", action="store_const", const=Way("tsan", slower=10))
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--only", choices=SUITES, metavar="SUITE")
    parser.add_argument("name", nargs="?", default="")
    arguments = parser.parse_args()
    chosen = plan(arguments.way)
    if arguments.only:
        chosen = [one for one in chosen if one[0] == arguments.only] or [(arguments.only, arguments.way)]
    for folder in (LOGS, REPORTS):
        os.makedirs(folder, exist_ok=True)

    total, built = Count(), set()
    for suite, way in chosen:
        if suite not in NEED_NO_BUILD and not arguments.no_build and way.preset not in built:
            build(way)
            built.add(way.preset)
        os.environ.update(way.environment())
        start = time.monotonic()
        progress(suite)
        count = SUITES[suite](arguments.name, TIMEOUTS[suite] * way.slower, replace(way, as_built=arguments.no_build))
        count.add(reports())
        if count.passed + count.failed == 0:
            count = Count(0, 1, f"--- {suite}: ran no test\n")
        word = "FAILED" if count.failed else "ok"
        print(f"{suite:12} {word:6} {count.passed:4} passed, {count.failed} failed ({time.monotonic() - start:.1f} s)")
        print(count.failures, end="", flush=True)
        total.add(count)
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
