# SPDX-License-Identifier: MIT
"""A site that is backed up, restored and released."""

import os
import sqlite3
import unittest

from harness import Site, TriposServer


class RestoreCase(unittest.TestCase):
    def site(self, **settings):
        """A server with an administrator, and what is behind it."""
        server = TriposServer(**settings)
        self.addCleanup(server.stop)
        site = Site(server)
        return server, site, site.admin()

    def backup(self, server, name="copy"):
        target = os.path.join(server.folder, name)
        done = server.command("backup", target)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return target

    def restore(self, server, target, *options, code=0):
        done = server.command("restore", target, *options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def release(self, server, mails, attempts, code=0):
        done = server.command("restore", "release", "--mails", mails, "--attempts", attempts)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def rows(self, server, statement):
        database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def beside(self, server, word):
        return sorted(name for name in os.listdir(server.folder) if word in name)
