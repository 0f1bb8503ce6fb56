# SPDX-License-Identifier: MIT
"""docs/success.md: every command of its table exists, and the page is that of the table."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from files import read  # noqa: E402
from success import PAGE, command_problem, figure, figures_of, problems, render  # noqa: E402
from success_rows import AREAS, Row  # noqa: E402

ROW = Row("Pipes | and words", "curl -s localhost:8000/metrics | grep x", r"^x (\d+)$")
SHOWN = {(ROW.promise, ROW.command): ("5 | 6", "2026-11-29")}


class Success(unittest.TestCase):
    def test_the_page_is_that_of_the_table_and_every_command_exists(self):
        self.assertEqual(list(problems(AREAS, read(PAGE))), [])

    def test_each_promise_stands_once(self):
        promises = [row.promise for rows in AREAS.values() for row in rows]
        self.assertEqual(len(promises), len(set(promises)))

    def test_what_does_not_exist_is_named(self):
        for command, word in (("./dev test --only system test_no_such", "test_no_such"), ("./dev test --only tea", "tea"), ("./dev bench teapot", "teapot"),
                              ("./dev brew", "brew"), ("tripos brew", "brew"), ("tripos doctor --loudly", "--loudly"),
                              ("curl localhost | frobnicate", "frobnicate"), ("NAME=x tripos brew", "brew")):
            self.assertIn(word, command_problem(command), command)
        for command in ("./dev test --only system test_startup", "./dev test --only conformance", "./dev test --only integration Guarantees.G1", "./dev bench http --peers",
                        "NAME=x tripos doctor --only redis", "tripos queue list; curl x | grep y"):
            self.assertIsNone(command_problem(command), command)

    def test_a_page_is_read_as_it_is_written(self):
        page = render({"Area": [ROW]}, SHOWN)
        self.assertEqual(figures_of(page), SHOWN)
        self.assertEqual(list(problems({"Area": [ROW]}, page)), [])

    def test_a_row_without_a_figure_and_a_page_of_another_table_are_told(self):
        self.assertEqual(len(list(problems({"Area": [ROW]}, render({"Area": [ROW]}, {})))), 1)
        self.assertEqual(len(list(problems({}, render({"Area": [ROW]}, SHOWN)))), 1)

    def test_a_figure_is_what_the_command_printed_or_none(self):
        self.assertEqual(figure(ROW, "y 1\nx 5\n"), "5")
        self.assertIsNone(figure(ROW, "x five\n"))


if __name__ == "__main__":
    unittest.main()
