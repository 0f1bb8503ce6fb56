# SPDX-License-Identifier: MIT
"""tools/queue_compatibility.py believes only tests that ran and passed."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from queue_compatibility import Malformed, collect, problems, read_checklist, render, sections  # noqa: E402

CHECKLIST = """# a comment
[Adding]
C001 must   One thing.
C002 should Another thing.

[Flows] (not yet)
C003 must   A later thing.
"""
GTEST = "[       OK ] Add.DoesC001 (3 ms)\n[  FAILED  ] Add.DoesMoreC003 (0 ms)\n[       OK ] Add.C0011IsNoItem (0 ms)\n"
NODE = """TAP version 13
# Subtest: BullMQ 5.66.4
    # Subtest: shares (C001, C002)
    ok 1 - shares (C001, C002)
    1..1
ok 1 - BullMQ 5.66.4
# Subtest: alone (C002)
ok 2 - alone (C002)
"""
SYSTEM = "ok     test_queue.Stats.test_counts_C002 (0.10 s)\n"


class QueueCompatibility(unittest.TestCase):
    def collect(self, **logs):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in logs.items():
                with open(os.path.join(folder, name.replace("__", "-") + ".log"), "w", encoding="utf-8") as file:
                    file.write(text)
            return collect(folder)

    def test_reads_the_logs_of_every_suite(self):
        proofs = self.collect(unit__queue_test=GTEST, conformance=NODE, tests__system__test_queue=SYSTEM)
        self.assertEqual(proofs, {
            "C001": {"unit": True, "BullMQ 5.66.4": True},
            "C002": {"BullMQ 5.66.4": True, "conformance": True, "system": True},
            "C003": {"unit": False},
        })

    def test_reports_what_is_missing_failed_or_unknown(self):
        checklist = read_checklist(CHECKLIST)
        found = list(problems(checklist, {"C001": {"unit": False}, "C009": {"unit": True}}))
        self.assertEqual([line.split(":")[0] for line in found], ["C009", "C001", "C002 (should, Adding)"])

    def test_a_section_of_later_may_lack_tests(self):
        proofs = {"C001": {"unit": True}, "C002": {"system": True}}
        self.assertEqual(list(problems(read_checklist(CHECKLIST), proofs)), [])

    def test_the_page_tells_who_proves_what(self):
        proofs = {"C001": {"unit": True, "BullMQ 6.7.0": True, "BullMQ 5.66.4": True}, "C003": {"unit": False}}
        page = render(read_checklist(CHECKLIST), sections("", "[Queue]\nno | b | because\n"), proofs)
        self.assertIn("| C001 | must | One thing. | unit, BullMQ 5.66.4 and 6.7.0 | pass |", page)
        self.assertIn("| C002 | should | Another thing. |  | not yet |", page)
        self.assertIn("| C003 | must | A later thing. | unit | FAILED |", page)
        self.assertIn("1 of 3 items are proved, 1 of them with BullMQ itself.", page)
        self.assertIn("| b | no | because |", page)

    def test_refuses_lines_it_does_not_understand(self):
        with self.assertRaises(Malformed):
            read_checklist("[a]\nC1 must x\n")
        with self.assertRaises(Malformed):
            read_checklist("C001 must before any section\n")


if __name__ == "__main__":
    unittest.main()
