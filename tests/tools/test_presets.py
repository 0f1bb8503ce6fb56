# SPDX-License-Identifier: MIT
"""CMakePresets.json: what only a sanitizer or a debugger asks for configures, too, though it is built seldom."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


class Presets(unittest.TestCase):
    def test_one_without_unity_configures(self):
        folder = tempfile.mkdtemp(prefix="tripos-test-")
        self.addCleanup(shutil.rmtree, folder)
        done = subprocess.run(["cmake", "--preset", "asan", "-B", folder], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
