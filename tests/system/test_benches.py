# SPDX-License-Identifier: MIT
"""Benches that fill tables themselves or act on a site still do, as small as they go: what they measure is not looked at."""

import os
import re
import subprocess
import sys
import unittest

from harness import BINARY

BENCH = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "bench")


class BenchesAtLength(unittest.TestCase):
    def run_bench(self, name, *options):
        done = subprocess.run([sys.executable, os.path.join(BENCH, f"{name}_load.py"), *options], capture_output=True, text=True,
                              env={**os.environ, "TRIPOS_BINARY": BINARY}, timeout=300)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout

    def test_saves_beside_bulk_work(self):
        told = self.run_bench("lanes", "--candidates", "50", "--least", "1", "--most", "20")
        for engine in ("SQLite", "PostgreSQL"):
            self.assertRegex(told, rf"(?m)^{engine} .* long writes$")
        acts = re.findall(r"(?m)^(\w[\w, ]+?) +(\d+\.\d) +(\d+) ", told)
        self.assertEqual(len(acts), 2 * 8, told)  # the act was done, beside saves
        self.assertEqual(told.count("refused saves: 0;"), 2)

    def test_a_newsletter(self):
        self.assertRegex(self.run_bench("newsletter", "--recipients", "200", "--seconds", "20"), r"(?m)^ +\d+ +200 +200 +0 ")


if __name__ == "__main__":
    unittest.main()
