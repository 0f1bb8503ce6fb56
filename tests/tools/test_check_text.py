# SPDX-License-Identifier: MIT
"""tools/check_text.py rejects forbidden text and dead links."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_text import link_problems, text_problems  # noqa: E402


class CheckText(unittest.TestCase):
    def reject(self, path, text):
        self.assertEqual(len(list(text_problems(path, text))), 1, text)

    def accept(self, path, text, **more):
        self.assertEqual(list(text_problems(path, text, **more)), [], text)

    def test_time_is_taken_from_a_clock(self):
        self.reject("src/exams/a.cpp", "auto now = std::chrono::system_clock::now();")
        self.accept("src/core/clock.cpp", "auto now = std::chrono::system_clock::now();")
        self.accept("src/exams/a.cpp", "// not system_clock::now()")

    def test_detached_coroutines_live_in_async_alone(self):
        self.reject("src/queue/a.cpp", "co_spawn(executor, run(), asio::detached);")
        self.accept("src/async/a.cpp", "co_spawn(executor, run(), asio::detached);")

    def test_exceptions_are_caught_at_the_listed_sites(self):
        self.reject("src/queue/a.cpp", "try { f(); } catch (const Error&) {}")
        self.accept("src/queue/a.cpp", "try { f(); } catch (const Error&) {}", catch_sites={"src/queue/a.cpp"})

    def test_the_environment_is_read_in_settings(self):
        self.reject("src/mail/a.cpp", 'std::getenv("HOME")')
        self.accept("src/settings/a.cpp", 'std::getenv("HOME")')

    def test_no_test_is_skipped(self):
        # Samples of what must be refused, as text: nothing is skipped here.
        self.reject("src/mail/a_test.cpp", "TEST(A, DISABLED_B) {}")
        self.reject("tests/integration/sql/a_itest.cpp", "GTEST_SKIP();")

    def test_a_todo_names_its_issue(self):
        self.reject("src/mail/a.cpp", "// TODO: later")
        self.accept("src/mail/a.cpp", "// TODO(perf): batch these (#12)")

    def test_no_path_of_one_machine(self):
        self.reject("docs/a.md", "see /root/notes")
        self.accept("docs/a.md", "see docs/root/notes and src/root/x")

    def test_a_parameter_of_a_task_has_no_braced_default(self):
        self.reject("src/queue/a.hpp", "Task<int> add(std::string name,\n                    Options options = {});")
        self.accept("src/queue/a.hpp", "Task<int> add(std::string name, int count = 1);\nstruct A { B b = {}; };")

    def test_a_lock_file_names_no_registry(self):
        self.reject("tests/conformance/package-lock.json", '{"packages": {"a": {"resolved": "http://10.0.0.1/a.tgz"}}}')
        self.accept("tests/conformance/package-lock.json",
                    '{"packages": {"": {}, "a": {"version": "1.0.0"}}}')

    def test_links_lead_somewhere(self):
        with tempfile.TemporaryDirectory() as root:
            with open(os.path.join(root, "a.md"), "w", encoding="utf-8") as file:
                file.write("# One `thing`: here\n")

            def found(text):
                return len(list(link_problems("b.md", text, root)))
            self.assertEqual(found("[a](a.md), [a](a.md#one-thing-here), [w](https://x.example/y)"), 0)
            self.assertEqual(found("`[c](gone.md)`"), 0)
            self.assertEqual(found("[c](gone.md)"), 1)
            self.assertEqual(found("[c](a.md#two)"), 1)


if __name__ == "__main__":
    unittest.main()
