# SPDX-License-Identifier: MIT
"""cmake/Site.cmake: with -DTRIPOS_WEB_DIST=DIR the site of DIR is built in, and nobody asks for Node."""

import os
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

# The part of the program that carries the site, and nothing else of it.
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(carrier LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
include(${CMAKE_SOURCE_DIR}/cmake/Site.cmake)
add_executable(carrier main.cpp src/operations/site_pack.cpp src/core/text.cpp)
target_include_directories(carrier PRIVATE src)
target_link_libraries(carrier PRIVATE sodium)
"""
MAIN = """
#include <cstdio>
#include "operations/site_pack.hpp"
int main() {
    for (const auto& file : tripos::operations::read_site_pack(tripos::operations::site_pack())) {
        std::printf("%.*s=%.*s\\n", int(file.name.size()), file.name.data(), int(file.content.size()), file.content.data());
    }
}
"""
PAGES = "site.html text/html 3\na.js text/javascript 2\n\nonexy"


class SiteDist(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = held.name
        for name in ("cmake", "docs", "src", "web"):
            os.symlink(os.path.join(ROOT, name), os.path.join(self.folder, name))
        self.write("CMakeLists.txt", PROJECT)
        self.write("main.cpp", MAIN)
        self.write("bin/node", '#!/bin/sh\necho "node was asked" >&2\nexit 1\n')
        os.chmod(self.at("bin/node"), 0o755)

    def at(self, path):
        return os.path.join(self.folder, path)

    def write(self, path, text):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "w", encoding="utf-8") as file:
            file.write(text)

    def run_in(self, *words):
        path = self.at("bin") + os.pathsep + os.environ["PATH"]
        done = subprocess.run(words, cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def configure(self, *flags):
        return self.run_in("cmake", "-G", "Ninja", "-S", ".", "-B", "build", *flags)

    def build(self):
        return self.run_in("cmake", "--build", "build")

    def succeed(self, outcome):
        self.assertEqual(outcome[0], 0, outcome[1])
        return outcome[1]

    def test_the_site_of_the_folder_is_built_in_without_node(self):
        self.write("dist/site.pack", PAGES)
        self.succeed(self.configure("-DTRIPOS_WEB_DIST=dist"))
        self.succeed(self.build())
        self.assertEqual(self.succeed(self.run_in("build/carrier")), "site.html=one\na.js=xy\n")
        self.write("dist/site.pack", "new.js text/javascript 1\n\nz")
        self.succeed(self.build())
        self.assertEqual(self.succeed(self.run_in("build/carrier")), "new.js=z\n")

    def test_without_the_folder_node_is_asked(self):
        self.succeed(self.configure())
        code, said = self.build()
        self.assertNotEqual(code, 0)
        self.assertIn("node was asked", said)

    def test_a_folder_without_a_site_is_told_before_anything_is_built(self):
        os.mkdir(self.at("empty"))
        code, said = self.configure("-DTRIPOS_WEB_DIST=empty")
        self.assertNotEqual(code, 0)
        self.assertIn("site.pack", said)


if __name__ == "__main__":
    unittest.main()
