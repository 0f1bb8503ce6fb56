# SPDX-License-Identifier: MIT
"""Runs the programs of queue/ against a Redis of their own, and fails when one does not print what it promises."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, os.pardir, "tests", "system"))

from harness import BINARY, wait_until  # noqa: E402

PROGRAMS = os.path.join(os.path.dirname(BINARY), "examples")


class QueueExamples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tripos-redis-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        socket = os.path.join(cls.folder, "redis.sock")
        cls.url = f"unix://{socket}"
        cls.redis = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", socket, "--dir", cls.folder, "--save", "",
             "--maxmemory-policy", "noeviction"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        cls.addClassCleanup(cls.redis.wait)
        cls.addClassCleanup(cls.redis.kill)
        wait_until(lambda: os.path.exists(socket), 10, "redis-server to listen")

    def lines_of(self, name):
        done = subprocess.run([os.path.join(PROGRAMS, f"queue_example_{name}"), self.url],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.splitlines()

    def test_add_and_work(self):
        self.assertEqual(self.lines_of("add_and_work"), [
            "added job 1", 'completed {"greeting":"Hello!"}', 'log: greeting whom {"to":"Ada"} names'])

    def test_retries(self):
        self.assertEqual(self.lines_of("retries"), [
            "busy-line: completed 3 after 3 attempts",
            "unknown-address: failed because there is no such address after 1 attempts"])

    def test_delayed_and_priority(self):
        self.assertEqual(self.lines_of("delayed_and_priority"), ["plain", "urgent", "relaxed", "delayed"])

    def test_events_and_waiting(self):
        lines = self.lines_of("events_and_waiting")
        self.assertIn("unknown: Job 1 has not ended in time.", lines)
        self.assertIn("completed 42", lines)
        heard = [line for line in lines if line.startswith("heard ")]
        self.assertEqual(heard[heard.index("heard active of job 1") + 1], "heard completed of job 1")

    def test_typed_payload(self):
        area, circle = self.lines_of("typed_payload")
        self.assertRegex(area, r"^area: completed 4\.5E0$")
        self.assertRegex(circle, "^circle: failed because malformed payload: ")

    def test_blocking_processor(self):
        self.assertEqual(self.lines_of("blocking_processor"), ["job 1: completed 3", "job 2: completed 3"])

    def test_managing(self):
        self.assertEqual(self.lines_of("managing"), [
            "added: 4 waiting, 0 prioritized, 1 delayed", "changed: 1, promoted: 1",
            "changed: 4 waiting, 1 prioritized, 0 delayed", "cleaned 1", "drained 4", "obliterated: 1"])

    def test_flow(self):
        self.assertEqual(self.lines_of("flow"), [
            "the sum is waiting-children", "2 parts, 1 ignored", "completed 25"])

    def test_waiting_for_children(self):
        self.assertEqual(self.lines_of("waiting_for_children"), ["completed 3", "started 2 times, made 1 attempt"])

    def test_deduplication(self):
        self.assertEqual(self.lines_of("deduplication"), [
            "throttled: job 1, again job 1", 'debounced: job 3, then job 4 with "last"', "released: 1, job 5"])

    def test_scheduler(self):
        lines = self.lines_of("scheduler")
        self.assertEqual(lines[:3], [f'sweep {{"room":"hall"}} number {number}' for number in (1, 2, 3)])
        self.assertEqual(sorted(lines[3:]), ["removed: 1", "report counts 1", "sweep counts 3"])

    def test_a_missing_url_is_explained(self):
        done = subprocess.run([os.path.join(PROGRAMS, "queue_example_retries")], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
