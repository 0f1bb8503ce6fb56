# SPDX-License-Identifier: MIT
"""PostgreSQL that crashes, restarts, or loses every connection under a running exam: what was acknowledged holds."""

import threading
import time
import unittest

from engines import PrivatePostgres
from harness import Site, TriposServer, wait_until


class PostgresOutage(unittest.TestCase):
    def setUp(self):
        self.postgres = PrivatePostgres().start()
        self.addCleanup(self.postgres.stop)
        self.server = TriposServer(DATABASE_URL=self.postgres.url)
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.exam = self.site.exam(self.site.admin(), questions=1)
        self.token = self.site.candidate("asha@example.com")
        (self.question, self.options), *_ = self.site.start(self.exam, self.token)

    def save(self, option):
        return self.server.api("POST", f"/exam-attempt/{self.exam}/save",
                               {"questionId": self.question, "selectedOptionIds": [option]}, self.token, timeout=60).status

    def test_a_crash_delays_or_refuses_and_loses_nothing(self):
        statuses = []
        stop = threading.Event()
        last = []

        def keep_saving():
            number = 0
            while not stop.is_set():
                number += 1
                statuses.append(self.save(self.options[number % 2]))
                if statuses[-1] == 200:
                    last[:] = [self.options[number % 2]]
        saver = threading.Thread(target=keep_saving)
        saver.start()
        for _ in range(3):
            count = len(statuses)
            wait_until(lambda c=count: len(statuses) > c + 3, 30, "saves to go on")
            self.postgres.crash()
            self.postgres.start()
        wait_until(lambda: statuses[-1] == 200, 30, "saves to succeed again")
        stop.set()
        saver.join()
        self.assertEqual(set(statuses) - {200, 503}, set(), statuses)
        self.assertEqual(self.site.answers(self.exam, self.token), {self.question: last[0]})

    def test_while_it_is_away_requests_are_refused_in_time_and_readiness_says_so(self):
        self.postgres.crash()
        self.assertEqual(self.save(self.options[0]), 503)
        for _ in range(3):  # whoever comes first waits for a short outage to end
            self.assertEqual(self.server.api("GET", "//readyz").status, 503)
        begin = time.monotonic()
        for _ in range(10):
            self.assertEqual(self.save(self.options[0]), 503)
            self.assertEqual(self.server.api("GET", "//readyz").status, 503)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.server.api("GET", "//healthz").status, 200)
        self.postgres.start()
        wait_until(lambda: self.server.api("GET", "//readyz").status == 200, 30, "readiness")
        wait_until(lambda: self.save(self.options[1]) == 200, 30, "saves")
        # Each connection finds its way back by itself, within 2 s.
        wait_until(lambda: self.server.api("GET", f"/exam-attempt/{self.exam}/attempt", token=self.token).status == 200, 10,
                   "reads")
        self.assertEqual(self.site.answers(self.exam, self.token), {self.question: self.options[1]})

    def test_every_connection_that_is_terminated_is_not_noticed_by_candidates(self):
        for number in range(5):
            self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-c",
                              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                              "AND application_name = 'tripos'", "postgres")
            self.assertEqual(self.save(self.options[number % 2]), 200)
            self.assertEqual(self.site.answers(self.exam, self.token), {self.question: self.options[number % 2]})


if __name__ == "__main__":
    unittest.main()
