# SPDX-License-Identifier: MIT
"""Runs the examples as a reader would, and fails when one does not do what it says."""

import os
import subprocess
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, os.pardir, "tests", "system"))

from harness import PASSWORD, Site, TriposServer  # noqa: E402


class Walkthrough(unittest.TestCase):
    def test_plays_the_whole_story(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        Site(server).admin("staff@example.org")
        done = subprocess.run(
            ["/usr/bin/python3", os.path.join(FOLDER, "walkthrough.py"), f"http://127.0.0.1:{server.port}",
             "--admin", "staff@example.org", "--password", PASSWORD],
            capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("The whole story held.", done.stdout)
