# SPDX-License-Identifier: MIT
"""Thousands of mails over few connections, and a Redis that dies meanwhile (acceptance tests 1 and 13)."""

import os
import sqlite3
import time
import unittest

from engines import FastSink, PrivateRedis
from harness import TriposServer, wait_until
from test_mail_crash import time_ordered_id


class MailVolume(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.sink = FastSink()
        self.addCleanup(self.sink.stop)
        self.server = TriposServer(REDIS_URL=self.redis.url, SMTP_URL=self.sink.url, OUTBOX_RECONCILE_INTERVAL=1000,
                                   OUTBOX_RECONCILE_AFTER=2000)
        self.addCleanup(self.server.stop)

    def sql(self, statement, rows=None):
        connection = sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), timeout=30)
        try:
            with connection:
                if rows is not None:
                    return connection.executemany(statement, rows)
                return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def put(self, count):
        now = int(time.time() * 1000)
        self.sql("INSERT INTO outbox (id, kind, to_address, to_canonical, subject, body, sealed, priority, status, created_at) "
                 "VALUES (?, 'notification', ?, ?, 'Results', '<p>Your result is there.</p>', 0, 5, 'PENDING', ?)",
                 [(time_ordered_id(now, number), f"r{number}@example.com", f"r{number}@example.com", now)
                  for number in range(count)])

    def sent(self):
        [[count]] = self.sql("SELECT COUNT(*) FROM outbox WHERE status = 'SENT'")
        return count

    def test_10000_mails_go_over_few_connections_each_once(self):
        self.put(10_000)
        wait_until(lambda: self.sink.stats()["messages"] >= 10_000 and self.sent() == 10_000, 60, "every mail", interval=0.2)
        figures = self.sink.stats()
        self.assertEqual((figures["unique"], figures["duplicates"]), (10_000, 0))
        self.assertLessEqual(figures["connections"], 10_000 / 100 + 5)
        metrics = self.server.api("GET", "//metrics").text
        self.assertIn('tripos_mail_messages_total{relay="', metrics)

    def test_a_redis_that_dies_amid_mails_costs_none_and_doubles_none(self):
        self.put(4_000)
        wait_until(lambda: self.sink.stats()["messages"] > 500, 20, "mails to flow")
        self.redis.end()
        time.sleep(0.5)
        self.redis.start()
        wait_until(lambda: self.sent() == 4_000, 60, "every mail to be SENT", interval=0.2)
        figures = self.sink.stats()
        self.assertEqual((figures["unique"], figures["duplicates"]), (4_000, 0))


if __name__ == "__main__":
    unittest.main()
