# SPDX-License-Identifier: MIT
"""No server shows what another has answered as changed: while connections to Redis drop, when one server is cut off from Redis, and when it
is killed between its COMMIT and the invalidation."""

import os
import random
import threading
import time
import unittest

from engines import Gate, PrivatePostgres, PrivateRedis
from harness import Site, TriposServer, wait_until

SECRETS = {"JWT_ACCESS_SECRET": "a" * 40, "JWT_EMAIL_SECRET": "e" * 40}


class StaleReads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = PrivatePostgres().start()
        cls.addClassCleanup(cls.postgres.stop)
        cls.redis = PrivateRedis().start()
        cls.addClassCleanup(cls.redis.stop)
        cls.reader = cls.server(cls.redis.port)
        cls.site = Site(cls.reader)
        cls.exam = cls.site.exam(cls.site.admin())

    @classmethod
    def server(cls, redis_port):
        server = TriposServer(DATABASE_URL=cls.postgres.url, REDIS_URL=f"redis://127.0.0.1:{redis_port}", **SECRETS)
        cls.addClassCleanup(server.stop)
        return server

    def candidate(self, name):
        """A candidate who sits the exam; (token, question, options)."""
        token = self.site.candidate(f"{name}@example.com")
        (question, options), *_ = self.site.start(self.exam, token)
        return token, question, options

    def shown(self, connection, token):
        reply = connection.api("GET", f"/exam-attempt/{self.exam}/attempt", token=token)
        self.assertEqual(reply.status, 200, reply)
        answers = [entry["studentAnswer"]["selectedOptionIds"][0] for entry in reply.json["exam"]["questions"]
                   if entry["studentAnswer"]]
        return answers[0] if answers else None

    def test_none_while_connections_to_redis_drop(self):
        """TRIPOS_READS of them; 100,000 for a long look."""
        writer = self.server(self.redis.port)
        each = int(os.environ.get("TRIPOS_READS", "3000")) // 4
        over = threading.Event()

        def drop():
            while not over.wait(random.uniform(0.02, 0.3)):
                self.redis.command("CLIENT", "KILL", "TYPE", "normal", check=False)
        dropper = threading.Thread(target=drop)
        results = [[0, []] for _ in range(4)]
        people = [self.candidate(f"drops{number}") for number in range(4)]

        def look(number):
            token, question, options = people[number]
            here, there = writer.connect(), self.reader.connect()
            here.description = there.description = None
            while results[number][0] < each:
                option = random.choice(options)
                saved = here.api("POST", f"/exam-attempt/{self.exam}/save",
                                 {"questionId": question, "selectedOptionIds": [option]}, token)
                self.assertEqual(saved.status, 200, saved)
                for _ in range(3):
                    results[number][0] += 1
                    if self.shown(there, token) != option:
                        results[number][1].append(results[number][0])
            here.close()
            there.close()
        threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
        dropper.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        over.set()
        dropper.join()
        print(f"{sum(len(old) for _, old in results)} old of {sum(count for count, _ in results)} reads", flush=True)
        for count, old in results:
            self.assertGreaterEqual(count, each)
            self.assertEqual(old, [])

    def until_shown(self, token, option):
        """Seconds until the reader shows it; it asks all the time."""
        begin = time.monotonic()
        with_connection = self.reader.connect()
        wait_until(lambda: self.shown(with_connection, token) == option, 20, "the new answer", interval=0.005)
        with_connection.close()
        return time.monotonic() - begin

    def behind_a_gate(self):
        gate = Gate(self.redis.port)
        self.addCleanup(gate.stop)
        return gate, self.server(gate.port)

    def test_not_for_long_when_one_server_is_cut_off_from_redis(self):
        gate, writer = self.behind_a_gate()
        token, question, options = self.candidate("cut")
        site = Site(writer)
        site.save(self.exam, token, question, options[0])
        self.until_shown(token, options[0])
        gate.set("shut")
        longest = 0
        for number in range(6):
            option = options[(number + 1) % 2]
            site.save(self.exam, token, question, option)
            longest = max(longest, self.until_shown(token, option))
        print(f"cut off: old for {longest:.2f} s at most", flush=True)
        self.assertLess(longest, 2)
        gate.set("open")
        wait_until(lambda: "invalidations repeated" in writer.log(), 20, "the writer to be back")

    def test_not_for_long_when_the_writer_is_killed_after_its_commit(self):
        gate, writer = self.behind_a_gate()
        token, question, options = self.candidate("killed")
        site = Site(writer)
        site.save(self.exam, token, question, options[0])
        self.until_shown(token, options[0])
        before = self.stored(options[1])  # of others, who sit the same exam
        gate.set("swallow")
        saving = threading.Thread(target=self.try_to_save, args=(writer, token, question, options[1]))
        saving.start()
        wait_until(lambda: self.stored(options[1]) == before + 1, 10, "the commit")
        writer.kill9()
        saving.join()
        took = self.until_shown(token, options[1])
        print(f"killed: old for {took:.2f} s", flush=True)
        self.assertLess(took, 2)

    def try_to_save(self, server, token, question, option):
        try:
            server.api("POST", f"/exam-attempt/{self.exam}/save", {"questionId": question, "selectedOptionIds": [option]}, token)
        except OSError:
            pass  # it is killed meanwhile

    def stored(self, option):
        done = self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-AtX", "-c",
                                 f"SELECT count(*) FROM tripos.answers WHERE option_ids = '{option}'", "postgres")
        return int(done.stdout)

    def test_a_server_that_starts_leaves_the_cache_as_it_is(self):
        self.site.expect(200, "GET", f"/exam/{self.exam}", token=self.site.admin("looks@example.com"))
        before = self.redis.command("GET", "cachegen:exam")
        self.assertNotEqual(before, "")
        self.server(self.redis.port)
        self.assertEqual(self.redis.command("GET", "cachegen:exam"), before)


if __name__ == "__main__":
    unittest.main()
