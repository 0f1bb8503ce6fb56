# SPDX-License-Identifier: MIT
"""Once, with a stated window: what arrives when the server is killed again and again amid thousands of mails.

MAIL_CRASH_MAILS sets how many mails (4,000 in the suite; the acceptance run takes 20,000).
"""

import os
import sqlite3
import time
import unittest
import uuid

from engines import FastSink, PrivateRedis
from harness import TriposServer, wait_until

MAILS = int(os.environ.get("MAIL_CRASH_MAILS", "4000"))
LIFE = 0.3  # seconds between "running" and the kill
CONNECTIONS = 5


def time_ordered_id(millis, number):
    return str(uuid.UUID(int=(millis << 80) | (7 << 76) | (2 << 62) | number))


class MailCrash(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.sink = FastSink()
        self.addCleanup(self.sink.stop)
        self.server = TriposServer(REDIS_URL=self.redis.url, SMTP_URL=self.sink.url, EMAIL_CONCURRENCY=CONNECTIONS,
                                   OUTBOX_RECONCILE_INTERVAL=1000, OUTBOX_RECONCILE_AFTER=1000)
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

    def put(self, count, priority):
        now = int(time.time() * 1000)
        self.sql("INSERT INTO outbox (id, kind, to_address, to_canonical, subject, body, sealed, priority, status, created_at) "
                 "VALUES (?, 'notification', ?, ?, 'Results', '<p>Your result is there.</p>', 0, ?, 'PENDING', ?)",
                 [(time_ordered_id(now, priority * 1_000_000 + number), f"r{number}@example.com", f"r{number}@example.com",
                   priority, now) for number in range(count)])

    def statuses(self):
        return dict(self.sql("SELECT status, COUNT(*) FROM outbox GROUP BY status"))

    def kill_until(self, count):
        """Kills the server again and again until the sink has that many; how often."""
        kills = 0
        while self.sink.stats()["unique"] < count:
            self.server.start()
            time.sleep(LIFE)
            self.server.kill9()
            kills += 1
            self.assertLess(kills, 400, "mails hardly get on")
        return kills

    def test_none_is_missing_and_second_copies_are_at_most_one_per_connection_and_kill(self):
        self.server.terminate()
        self.put(MAILS, 5)
        kills = self.kill_until(MAILS * 0.8)
        self.server.start()
        wait_until(lambda: self.sink.stats()["unique"] == MAILS, 90, "every mail to arrive", interval=0.2)
        wait_until(lambda: self.statuses() == {"SENT": MAILS}, 30, "every row to be SENT", interval=0.2)
        figures = self.sink.stats()
        [[suspects]] = self.sql("SELECT COUNT(*) FROM mail_log WHERE outcome = 'in_doubt'")
        print(f"\n{MAILS} mails, {kills} kills: {figures['duplicates']} second copies, {suspects} were in doubt")
        self.assertGreater(kills, 2)
        self.assertLessEqual(figures["duplicates"], kills * CONNECTIONS)
        self.assertLessEqual(figures["duplicates"], suspects)
        self.assertLessEqual(suspects, kills * CONNECTIONS)

    def test_a_newsletter_in_doubt_is_never_sent_again_by_itself(self):
        self.server.terminate()
        mails = MAILS // 2
        self.put(mails, 1)
        kills = self.kill_until(mails * 0.8)
        self.server.start()
        wait_until(lambda: sum(self.statuses().get(status, 0) for status in ("SENT", "IN_DOUBT")) == mails, 90,
                   "every row to have its end", interval=0.2)
        figures = self.sink.stats()
        in_doubt = self.statuses().get("IN_DOUBT", 0)
        self.assertEqual(figures["duplicates"], 0)
        self.assertLessEqual(in_doubt, kills * CONNECTIONS)
        self.assertGreaterEqual(figures["unique"], mails - in_doubt)


if __name__ == "__main__":
    unittest.main()
