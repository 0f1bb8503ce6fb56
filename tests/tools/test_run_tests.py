# SPDX-License-Identifier: MIT
"""tools/run_tests.py counts what the programs say, and takes a crash, a timeout or an empty run for a failure."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools")
sys.path.insert(0, TOOLS)
import run_tests  # noqa: E402
from run_tests import (CI, Way, failed_names, failed_parts, failed_points, gtest_counts, gtest_filter, gtest_suite, judged, plan,  # noqa: E402
                       python_files, suites_of)
from run_python_tests import is_chosen  # noqa: E402

GTEST = """[==========] Running 3 tests from 1 test suite.
[ RUN      ] Exam.Starts
fine
[       OK ] Exam.Starts (0 ms)
[ RUN      ] Exam.Ends
exam_test.cpp:3: Failure
[  FAILED  ] Exam.Ends (0 ms)
[ RUN      ] Exam.Grades
no line end[       OK ] Exam.Grades (0 ms)
[==========] 3 tests from 1 test suite ran. (0 ms total)
[  PASSED  ] 2 tests.
[  FAILED  ] 1 test, listed below:
[  FAILED  ] Exam.Ends

 1 FAILED TEST
"""

TAP = """TAP version 13
# Subtest: the first
ok 1 - the first
  ---
  duration_ms: 3
  ...
# Subtest: the second
not ok 2 - the second
  ---
  duration_ms: 5
  error: 'a label that is missing'
  ...
# Subtest: the third
ok 3 - the third
  ---
  duration_ms: 3
  ...
1..3
# tests 3
"""


class RunTests(unittest.TestCase):
    def test_counts_a_finished_program_by_its_summary(self):
        self.assertEqual(gtest_counts(GTEST), (2, 1))
        self.assertEqual(gtest_counts("[==========] 1 test from 1 test suite ran. (0 ms total)\n[  PASSED  ] 1 test.\n"), (1, 0))

    def test_counts_a_crashed_program_by_what_it_had_done(self):
        self.assertEqual(gtest_counts(GTEST[:GTEST.index("[ RUN      ] Exam.Grades")]), (1, 1))

    def test_shows_the_failed_tests_alone(self):
        self.assertNotIn("fine", failed_parts(GTEST))
        self.assertIn("exam_test.cpp:3", failed_parts(GTEST))

    def test_names_the_failed_tests_of_a_program_that_got_to_its_end(self):
        self.assertEqual(failed_names(GTEST + "[  FAILED  ] Engines/Exam.Starts/sqlite, where GetParam() = sqlite\n"),
                         "Exam.Ends:Engines/Exam.Starts/sqlite")
        self.assertEqual(failed_names(GTEST[:GTEST.index("[ RUN      ] Exam.Grades")]), "")

    def test_what_fails_in_a_slow_build_runs_once_more_and_what_fails_again_has_failed(self):
        again = GTEST[GTEST.index("[ RUN      ] Exam.Ends"):GTEST.index("[ RUN      ] Exam.Grades")]
        ends = "[==========] 1 test from 1 test suite ran. (0 ms total)\n"
        answers = {"slow": f"{again.replace('[  FAILED  ]', '[       OK ]')}{ends}[  PASSED  ] 1 test.\n",
                   "broken": f"{again}{ends}[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Exam.Ends\n"}
        asked = []

        def run(command, log, timeout):
            asked.append((command[0], command[-1]))
            is_again = command[-1] == "--gtest_filter=Exam.Ends"
            return int(not is_again or command[0] == "broken"), answers[command[0]] if is_again else GTEST

        with mock.patch.object(run_tests, "gtest_programs", lambda *_: [(name, [name]) for name in answers]), mock.patch.object(run_tests, "run", run):
            count = gtest_suite("unit", "", 5, Way("asan", slower=5))
            self.assertEqual((count.passed, count.failed), (5, 1))
            self.assertCountEqual(asked[2:], [(name, "--gtest_filter=Exam.Ends") for name in answers])
            self.assertIn("broken: 1 failed", count.failures)
            self.assertIn("exam_test.cpp:3", count.failures)
            asked.clear()
            self.assertEqual(gtest_suite("unit", "", 5, Way()).failed, 2)
            self.assertEqual(len(asked), 2, "in the build that counts nothing is tried again")

    def test_shows_the_failed_tests_of_node_alone_with_what_they_say(self):
        shown = failed_points(TAP)
        self.assertIn("a label that is missing", shown)
        self.assertIn("not ok 2 - the second", shown)
        for other in ("the first", "the third", "# tests"):
            self.assertNotIn(other, shown)

    def test_every_file_of_python_is_found_whatever_its_folder(self):
        found = {os.path.basename(path) for path in python_files("tests/tools")}
        self.assertIn(os.path.basename(__file__), found)
        self.assertEqual(len(found), len(python_files("tests/tools")))

    def test_a_name_starts_only_the_files_that_may_have_it(self):
        for name in ("test_run_tests", "RunTests", "run_tests.RunTests.test_a_name_starts", "test_a_name_starts_only"):
            self.assertIn(os.path.basename(__file__), [os.path.basename(path) for path in python_files("tests/tools", name)], name)
        self.assertEqual(python_files("tests/tools", "no_" + "such_name"), [])

    def test_a_file_without_tests_fails_and_one_whose_tests_wait_for_their_tier_does_not(self):
        runner = os.path.join(TOOLS, "run_python_tests.py")
        with tempfile.TemporaryDirectory() as folder:
            for name, body, code in (("test_none.py", "", 1), ("test_broken.py", "import no_such_module", 1),
                                     ("test_later.py", "import unittest\nclass AtLength(unittest.TestCase):\n"
                                                       "    def test_one(self):\n        self.fail()\n", 0)):
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(body)
                done = subprocess.run([sys.executable, runner, path], capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, code, done.stdout)
                if code == 0:
                    self.assertEqual(subprocess.run([sys.executable, runner, path, "--all"], capture_output=True, timeout=30).returncode, 1)

    def test_a_clone_that_was_never_built_runs(self):
        with tempfile.TemporaryDirectory() as clone:
            os.mkdir(os.path.join(clone, "tools"))
            for name in ("run_tests.py", "files.py"):
                shutil.copy(os.path.join(TOOLS, name), os.path.join(clone, "tools"))
            with open(os.path.join(clone, "tools", "check.py"), "w", encoding="utf-8") as check:
                check.write("print('2 passed, 0 failed')")
            done = subprocess.run([sys.executable, os.path.join(clone, "tools", "run_tests.py"), "--only", "check"],
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.endswith("2 passed, 0 failed\n"), done.stdout)

    def test_what_takes_long_runs_on_demand_and_by_name(self):
        for suite in ("fuzz", "engines", "broken"):
            self.assertNotIn(suite, suites_of(Way()))
        for suite in ("fuzz", "engines", "broken"):
            self.assertIn(suite, suites_of(Way(at_length=True)))
        self.assertEqual(gtest_filter("", Way()), "-*AtLength*")
        self.assertEqual(gtest_filter("", Way(at_length=True)), "**")
        self.assertEqual(gtest_filter("HistoriesAtLength", Way()), "*HistoriesAtLength*")
        self.assertTrue(is_chosen("test_a.B.test_c", "", at_length=False))
        self.assertFalse(is_chosen("test_a.B.test_cAtLength", "", at_length=False))
        self.assertTrue(is_chosen("test_a.B.test_cAtLength", "", at_length=True))
        self.assertTrue(is_chosen("test_a.B.test_cAtLength", "test_c", at_length=False))
        self.assertFalse(is_chosen("test_a.B.test_c", "test_d", at_length=True))

    def test_sanitizers_watch_the_suites_of_the_program(self):
        self.assertEqual(suites_of(Way("asan")), ["unit", "integration", "conformance", "system"])

    def test_with_ci_every_suite_runs_once_and_the_tests_of_the_libraries_with_sanitizers(self):
        chosen = {suite: way.preset for suite, way in plan(CI)}
        self.assertEqual([suite for suite, _ in plan(CI)], ["check", "tidy", *suites_of(Way())[1:]])
        self.assertEqual([suite for suite, preset in chosen.items() if preset == "asan"], ["unit", "integration"])
        self.assertEqual([suite for suite, _ in plan(Way())], suites_of(Way()))

    def judge(self, code, passed, failed):
        return judged("name", "log", code, "output\n", passed, failed, 5)

    def test_a_crash_a_timeout_and_an_empty_run_are_failures(self):
        self.assertEqual(self.judge(-11, 7, 0).failed, 1)
        self.assertIn("SIGSEGV", self.judge(-11, 7, 0).failures)
        self.assertEqual(self.judge(None, 7, 0).failed, 1)
        self.assertEqual(self.judge(0, 0, 0).failed, 1)
        self.assertEqual(self.judge(3, 7, 0).failed, 1)

    def test_counted_failures_are_not_counted_twice(self):
        self.assertEqual(self.judge(1, 7, 2).failed, 2)
        self.assertEqual(self.judge(0, 7, 0).failed, 0)


if __name__ == "__main__":
    unittest.main()
