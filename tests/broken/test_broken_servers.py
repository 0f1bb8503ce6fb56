# SPDX-License-Identifier: MIT
"""Servers that break one promise each, on purpose: the load test names it. They need a build with failpoints, as asan is:
src/core/failpoint.hpp."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "system"))
from load_case import VIOLATED, LoadTest  # noqa: E402


class BrokenServers(LoadTest):
    def promises_broken(self, failpoint):
        code, report, text = self.hold("--quick", failpoint=failpoint)
        self.assertEqual(code, VIOLATED, text)
        self.assertEqual(report["verdict"], "violated")
        return {violation["promise"] for violation in report["violations"]}

    def test_one_that_drops_acknowledged_saves(self):
        self.assertEqual(self.promises_broken("drop-save"), {"no acknowledged answer is lost"})

    def test_one_that_accepts_saves_after_the_deadline(self):
        self.assertEqual(self.promises_broken("accept-late"), {"nothing counts after the deadline"})

    def test_one_that_adds_a_point(self):
        self.assertEqual(self.promises_broken("add-point"), {"scores follow from the answers"})

    def test_one_that_loses_mails(self):
        self.assertEqual(self.promises_broken("lose-mail"), {"no mail is lost"})

    def test_one_that_sends_mails_thrice(self):
        self.assertEqual(self.promises_broken("send-thrice"), {"one mail per cause"})


if __name__ == "__main__":
    unittest.main()
