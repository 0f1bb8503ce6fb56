# SPDX-License-Identifier: MIT
"""`tripos backup` copies a live SQLite site; the copy is a whole site of its own."""

import os
import shutil
import sqlite3
import threading
import unittest

from harness import Site, TriposServer, wait_until


class Backup(unittest.TestCase):
    def test_a_backup_taken_while_writing_is_restored_into_a_new_folder(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        site = Site(server)
        exam = site.exam(site.admin(), 5)
        token = site.candidate("kept@example.com")
        paper = site.start(exam, token)
        site.save(exam, token, *self.first(paper))

        stop, saves = threading.Event(), []
        writer = threading.Thread(target=self.write, args=(site, exam, token, paper[1], stop, saves))
        writer.start()
        self.addCleanup(stop.set)
        wait_until(lambda: len(saves) > 20, 10, "writes")
        target = os.path.join(server.folder, "backup")
        before = len(saves)
        done = server.command("backup", target)
        during = len(saves) - before
        stop.set()
        writer.join(10)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(during, 0, "the site goes on while it is copied")

        with sqlite3.connect(os.path.join(target, "tripos.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

        restored = TriposServer(start=False)
        self.addCleanup(restored.stop)
        shutil.copytree(target, restored.data_dir)
        restored.start()
        copy = Site(restored)
        copy.log_in("kept@example.com")
        # The secrets came along: tokens of the original hold.
        self.assertEqual(copy.answers(exam, token)[paper[0][0]], paper[0][1][0])

    def first(self, paper):
        question, options = paper[0]
        return question, options[0]

    def write(self, site, exam, token, entry, stop, saves):
        question, options = entry
        while not stop.is_set():
            site.save(exam, token, question, options[len(saves) % 2])
            saves.append(1)

    def test_an_existing_target_is_refused(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        target = os.path.join(server.folder, "backup")
        self.assertEqual(server.command("backup", target).returncode, 0)
        again = server.command("backup", target)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn(target, again.stdout + again.stderr)


if __name__ == "__main__":
    unittest.main()
