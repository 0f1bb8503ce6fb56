# SPDX-License-Identifier: MIT
"""The server's own periodic work: planned at start, kept over a restart, done when it is due."""

import json
import unittest

from engines import PrivateRedis
from harness import TriposServer, wait_until

CHORES = ["delete-expired-sessions-and-links", "delete-old-orders", "prune-mails"]


class Chores(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.server = TriposServer(REDIS_URL=self.redis.url, EXAM_TIMEZONE="Europe/Paris")
        self.addCleanup(self.server.stop)

    def jobs(self, state):
        done = self.server.command("queue", "jobs", "chores", "--state", state, "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return {job["name"]: job["id"] for job in json.loads(done.stdout)["data"]}

    def test_are_planned_kept_and_done(self):
        wait_until(lambda: sorted(self.jobs("delayed")) == CHORES, what="the chores are planned")
        planned = self.jobs("delayed")
        self.server.restart()
        self.assertEqual(self.jobs("delayed"), planned)
        for job in planned.values():
            self.assertEqual(self.server.command("queue", "promote", "chores", job).returncode, 0)
        wait_until(lambda: sorted(self.jobs("completed")) == CHORES, what="the chores are done")
        wait_until(lambda: sorted(self.jobs("delayed")) == CHORES, what="they are planned again")


if __name__ == "__main__":
    unittest.main()
