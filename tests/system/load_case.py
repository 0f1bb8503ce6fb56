# SPDX-License-Identifier: MIT
"""What tests of `tripos loadtest` share: a day that is held in a process of its own."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from harness import BINARY

MET, MISSED, VIOLATED, VOID, USAGE, NOT_HELD = 0, 1, 2, 3, 64, 75
# On a machine that does other things as well a day may be slow, or void; broken it may not be.
KEPT = {MET: "met", MISSED: "missed", VOID: "void"}


class LoadTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def begin(self, *arguments, failpoint=""):
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TZ") or name.endswith("SAN_OPTIONS")}
        kept |= {"TRIPOS_FAILPOINT": failpoint, "TMPDIR": self.folder}
        process = subprocess.Popen([BINARY, "loadtest", "--json-file", self.path("report.json"), *arguments], cwd=self.folder, env=kept,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def end(self, process):
        """(exit code, report, what was printed)"""
        out, err = process.communicate(timeout=200)
        report = {}
        if os.path.exists(self.path("report.json")):
            with open(self.path("report.json"), encoding="utf-8") as file:
                report = json.load(file)
        return process.returncode, report, out + err

    def hold(self, *arguments, failpoint=""):
        return self.end(self.begin(*arguments, failpoint=failpoint))

    def assert_kept(self, code, report, text):
        """No promise was broken."""
        self.assertIn(code, KEPT, text)
        self.assertEqual(report["violations"], [], text)
        self.assertEqual(report["verdict"], KEPT[code], text)

    def while_they_save(self, process, act):
        """Calls act in the middle of the exam."""
        told = 0
        for line in process.stderr:
            told += "to the deadline" in line
            if told == 2:  # by the first, the herd has hardly come
                act()
                return
        self.fail("the exam did not begin")
