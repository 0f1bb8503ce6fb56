# SPDX-License-Identifier: MIT
"""Follows docs/queue.md and docs/caching.md from `cmake --install` to the program's output, in a folder outside this tree."""

import os
import subprocess
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, os.pardir, "tests", "system"))

from engines import PrivateRedis  # noqa: E402
from pages import Reader  # noqa: E402


class InstalledLibrary(unittest.TestCase):
    def follow(self, page, project):
        """Returns the folder of the project and the prefix of the library."""
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        reader = Reader()
        self.addCleanup(reader.stop)
        reader.places["127.0.0.1:6379"] = f"127.0.0.1:{redis.port}"
        problems = reader.problems(page)
        self.assertEqual(problems, [], "\n".join(problems))
        return os.path.join(reader.home, project), os.path.join(reader.home, "tripos")

    def configure(self, source, prefix, components, without=()):
        """Whether a project finds these components, without the packages that CMake then claims not to have."""
        with open(os.path.join(source, "CMakeLists.txt"), encoding="utf-8") as file:
            text = file.read()
        again = os.path.join(source, components or "none named")
        os.makedirs(again)
        with open(os.path.join(again, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write(text.replace("COMPONENTS queue", components).replace("letters.cpp", "../letters.cpp"))
        done = subprocess.run(["cmake", "-G", "Ninja", "-S", again, "-B", os.path.join(again, "build"), f"-DCMAKE_PREFIX_PATH={prefix}",
                               *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=TRUE" for name in without)],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def test_the_queue_page_from_the_installation_to_a_letter(self):
        source, prefix = self.follow("docs/queue.md", "letters")
        self.assertFalse(os.path.exists(os.path.join(prefix, "bin")), "the library's component holds no program")
        needed = subprocess.run(["ldd", os.path.join(source, "build", "letters")], capture_output=True, text=True, check=True).stdout
        self.assertNotRegex(needed, "libcurl|libpq|libsqlite3")

        mail_alone = ("CURL", "PostgreSQL", "SQLite3", "ZLIB")
        for components, without, expected in (("COMPONENTS queue cache", mail_alone, ""), ("", (), ""), ("COMPONENTS queue mail", (), ""),
                                              ("COMPONENTS mail queue", mail_alone, "CURL"),
                                              ("COMPONENTS quue", (), "tripos has no component quue")):
            with self.subTest(components):
                code, output = self.configure(source, prefix, components, without)
                self.assertEqual(code != 0, bool(expected), output)
                self.assertIn(expected, output)

    def test_the_cache_page_from_the_installation_to_a_title(self):
        self.follow("docs/caching.md", "titles")


if __name__ == "__main__":
    unittest.main()
