# SPDX-License-Identifier: MIT
"""Installs the libraries into a folder, and builds and runs a project outside this tree against them."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, os.pardir, "tests", "system"))

from engines import PrivateRedis  # noqa: E402
from harness import BINARY  # noqa: E402


class InstalledLibrary(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-installed-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.prefix, self.source, self.build = (os.path.join(self.folder, name) for name in ("prefix", "source", "build"))

    def run_ok(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, f"{command}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_a_project_outside_the_tree_finds_the_queue_builds_and_runs(self):
        self.run_ok("cmake", "--install", os.path.dirname(BINARY), "--component", "library", "--prefix", self.prefix)
        self.assertFalse(os.path.exists(os.path.join(self.prefix, "bin")), "the library's component holds no program")
        shutil.copytree(os.path.join(FOLDER, "installed"), self.source)
        self.run_ok("cmake", "-S", self.source, "-B", self.build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.run_ok("cmake", "--build", self.build)
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        self.assertEqual(self.run_ok(os.path.join(self.build, "letters"), redis.url), '{"letter":"Dear Ada"}\n')


if __name__ == "__main__":
    unittest.main()
