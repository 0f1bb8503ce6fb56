# SPDX-License-Identifier: MIT
"""The pages keep their word: their blocks, followed literally (pages.py), end as they say."""

import os
import unittest

from harness import TriposServer
from pages import Reader


class Pages(unittest.TestCase):
    def reader(self, **environment):
        reader = Reader(**environment)
        self.addCleanup(reader.stop)
        return reader

    def demo(self, reader):
        """What `./dev run` starts in the reader's folder."""
        server = TriposServer(data_dir=os.path.join(reader.folder, "data"), start=False, PORT=reader.port)
        self.addCleanup(server.stop)
        server.start("--demo")
        return server

    def follow(self, reader, page):
        problems = reader.problems(page)
        self.assertEqual(problems, [], "\n".join(problems))

    def test_the_quick_start(self):
        reader = self.reader()
        self.demo(reader)
        self.follow(reader, "docs/quick-start.md")


if __name__ == "__main__":
    unittest.main()
