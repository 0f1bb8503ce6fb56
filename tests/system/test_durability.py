# SPDX-License-Identifier: MIT
"""An answer that was acknowledged survives kill -9: the server is killed again and again under load, on both databases."""

import http.client
import random
import threading
import time
import unittest

from engines import PrivatePostgres
from harness import Site, TriposServer

CANDIDATES = 6
QUESTIONS = 10


class Candidate:
    """Saves one answer after another. `acknowledged` is what the server said it has; `in_flight` what it may have."""

    def __init__(self, token):
        self.token = token
        self.paper = []
        self.acknowledged = {}
        self.in_flight = None
        self.count = 0

    def run(self, server, exam, stop, chance):
        connection = server.connect(self.token, timeout=10)
        try:
            while not stop.is_set():
                question, options = chance.choice(self.paper)
                self.in_flight = (question, chance.choice(options))
                reply = connection.api("POST", f"/exam-attempt/{exam}/save",
                                       {"questionId": question, "selectedOptionIds": [self.in_flight[1]]})
                if reply.status == 200:
                    self.acknowledged[question] = self.in_flight[1]
                    self.in_flight = None
                    self.count += 1
        except (OSError, http.client.HTTPException):
            pass  # the kill
        finally:
            connection.close()


class Durability(unittest.TestCase):
    def play(self, server, kills):
        chance = random.Random(7)
        site = Site(server)
        exam = site.exam(site.admin(), QUESTIONS)
        candidates = [Candidate(site.candidate(f"c{number}@example.com")) for number in range(CANDIDATES)]
        for candidate in candidates:
            candidate.paper = site.start(exam, candidate.token)
        for _ in range(kills):
            self.load_and_kill(server, exam, candidates, chance)
            server.start()
            self.compare(site, exam, candidates)
        # Enough must have been acknowledged for the comparison to mean something.
        self.assertGreater(sum(candidate.count for candidate in candidates), 20 * kills)

    def load_and_kill(self, server, exam, candidates, chance):
        stop = threading.Event()
        threads = [threading.Thread(target=candidate.run, args=(server, exam, stop, random.Random(chance.random())))
                   for candidate in candidates]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.1, 0.4))  # the kill comes at any moment of the load
        server.kill9()
        stop.set()
        for thread in threads:
            thread.join(15)

    def compare(self, site, exam, candidates):
        for candidate in candidates:
            stored = site.answers(exam, candidate.token)
            if candidate.in_flight:
                question, option = candidate.in_flight
                if stored.get(question) == option:
                    candidate.acknowledged[question] = option
            self.assertEqual(stored, candidate.acknowledged)

    def on_sqlite(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        return server

    def on_postgresql(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.stop)
        postgres.start()
        server = TriposServer(DATABASE_URL=postgres.url)
        self.addCleanup(server.stop)
        return server

    def test_no_acknowledged_answer_is_lost_on_sqlite(self):
        self.play(self.on_sqlite(), 10)

    def test_no_acknowledged_answer_is_lost_on_postgresql(self):
        self.play(self.on_postgresql(), 10)

    def test_none_is_lost_in_50_kills_on_sqlite_AtLength(self):
        self.play(self.on_sqlite(), 50)

    def test_none_is_lost_in_50_kills_on_postgresql_AtLength(self):
        self.play(self.on_postgresql(), 50)


if __name__ == "__main__":
    unittest.main()
