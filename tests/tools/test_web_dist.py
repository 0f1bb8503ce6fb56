# SPDX-License-Identifier: MIT
"""-DTRIPOS_WEB_DIST=DIR: the site comes from a folder that was prepared elsewhere, on a machine without Node."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PACK = "page.html text/html 14\n\n<p>{word}</p>\n"

# The part of the build that has to do with the site, alone: the whole would take minutes.
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(Site LANGUAGES NONE)
include("{root}/cmake/Site.cmake")
enable_language(CXX)
add_library(site OBJECT src/operations/site_pack.cpp)
target_include_directories(site PRIVATE "{root}/src")
target_compile_features(site PRIVATE cxx_std_20)
"""


class WebDist(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.dist, self.source, self.build = (os.path.join(self.folder, name) for name in ("dist", "source", "build"))
        os.makedirs(os.path.join(self.source, "src", "operations"))
        os.makedirs(self.dist)
        shutil.copy(os.path.join(ROOT, "src", "operations", "site_pack.cpp"), os.path.join(self.source, "src", "operations"))
        with open(os.path.join(self.source, "CMakeLists.txt"), "w", encoding="utf-8") as project:
            project.write(PROJECT.format(root=os.path.realpath(ROOT)))
        # A machine on which each command is there but those of Node.
        self.commands = os.path.join(self.folder, "bin")
        os.makedirs(self.commands)
        for folder in ("/usr/bin", "/bin"):
            for name in os.listdir(folder):
                if name not in ("node", "nodejs", "npm", "npx") and not os.path.lexists(os.path.join(self.commands, name)):
                    os.symlink(os.path.join(folder, name), os.path.join(self.commands, name))

    def pack(self, word):
        with open(os.path.join(self.dist, "site.pack"), "w", encoding="utf-8") as pack:
            pack.write(PACK.replace("{word}", word))

    def cmake(self, *arguments):
        return subprocess.run([os.path.join(self.commands, "cmake"), *arguments], env={"PATH": self.commands}, capture_output=True, text=True, check=False)

    def configure(self, *more):
        return self.cmake("-G", "Ninja", "-S", self.source, "-B", self.build, *more)

    def built(self):
        done = self.cmake("--build", self.build)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with open(os.path.join(self.build, "CMakeFiles/site.dir/src/operations/site_pack.cpp.o"), "rb") as made:
            return made.read()

    def test_a_prepared_folder_is_taken_as_it_is_and_again_when_it_changes(self):
        self.pack("first")
        done = self.configure(f"-DTRIPOS_WEB_DIST={self.dist}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(b"<p>first</p>", self.built())
        self.pack("other")
        self.assertIn(b"<p>other</p>", self.built())

    def test_a_folder_without_a_site_is_refused_at_once(self):
        done = self.configure(f"-DTRIPOS_WEB_DIST={self.dist}")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("site.pack", done.stderr)


if __name__ == "__main__":
    unittest.main()
