# SPDX-License-Identifier: MIT
"""Runs the programs of cache/ and mail/ against a Redis and a relay of their own, and fails when one does not print what it promises."""

import os
import subprocess
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, os.pardir, "tests", "system"))

from engines import PrivateRedis, SmtpRelay  # noqa: E402
from harness import BINARY  # noqa: E402

PROGRAMS = os.path.join(os.path.dirname(BINARY), "examples")


class Examples(unittest.TestCase):
    def run_program(self, name, *arguments):
        return subprocess.run([os.path.join(PROGRAMS, name), *arguments], capture_output=True, text=True, timeout=60)

    def lines_of(self, name, url):
        done = self.run_program(name, url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.splitlines()


class CacheExamples(Examples):
    @classmethod
    def setUpClass(cls):
        cls.redis = PrivateRedis().start()
        cls.addClassCleanup(cls.redis.stop)

    def lines(self, name):
        return self.lines_of(f"cache_example_{name}", self.redis.url)

    def test_read_through(self):
        self.assertEqual(self.lines("read_through"), [
            "reader 1: Algebra, loads 1", "reader 2: Algebra, loads 1", "reader 3: Algebra, loads 1", "at hand: Algebra",
            "changed: Geometry, loads 2"])

    def test_one_load_for_many(self):
        self.assertEqual(self.lines("one_load_for_many"), ["100 answers, 1 load"])

    def test_tags_and_absence(self):
        self.assertEqual(self.lines("tags_and_absence"), [
            "four results, loads 4", "after the tag exam:42, loads 7", "absent absent absent absent absent loads 1"])

    def test_two_processes(self):
        self.assertEqual(self.lines("two_processes"), ["here: 6", "here, strictly: 7"])

    def test_a_missing_url_is_explained(self):
        done = self.run_program("cache_example_read_through")
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage: ", done.stderr)


class MailExamples(Examples):
    def setUp(self):
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)

    def test_send_one(self):
        lines = self.lines_of("mail_example_send_one", self.relay.url)
        self.assertEqual(lines[-1], "delivered 250")
        self.assertIn("The exam is in <hall 2>.", lines)
        mail, = self.relay.messages()
        self.assertEqual(mail["subject"], "Rooms have changed")
        self.assertIn("&lt;hall 2&gt;", mail["html"])

    def test_outcomes(self):
        self.relay.rules(
            {"stage": "RCPT", "recipient": "nobody@example.com", "reply": "550 5.1.1 no such mailbox"},
            {"stage": "RCPT", "recipient": "busy@example.com", "reply": "451 4.3.0 later"})
        self.assertEqual(self.lines_of("mail_example_outcomes", self.relay.url), [
            "ada@example.com: delivered 250, done",
            "nobody@example.com: fail_recipient 550, never write to this address again",
            "busy@example.com: retry_message 451, try this one again later",
            "fenced@example.com: withheld 0, not sent, as asked"])
        self.assertEqual(len(self.relay.messages()), 1)

    def test_a_missing_url_is_explained(self):
        done = self.run_program("mail_example_send_one")
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
