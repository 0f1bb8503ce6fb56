# SPDX-License-Identifier: MIT
"""Redis away or emptied: the site goes on, and no mail is lost."""

import unittest

from engines import PrivateRedis
from harness import Site, TriposServer, wait_until


class RedisOutage(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)

    def server(self, **settings):
        server = TriposServer(REDIS_URL=self.redis.url, REDIS_START_TIMEOUT=1, **settings)
        self.addCleanup(server.stop)
        return server

    def test_starts_degraded_accepts_a_sign_up_and_mails_when_redis_is_back(self):
        server = self.server()
        site = Site(server)
        warnings = [line for line in server.log().splitlines() if "Redis is away" in line]
        self.assertEqual(len(warnings), 1, server.log())
        site.sign_up("early@example.com")
        self.assertEqual(site.mails("early@example.com"), [])
        self.redis.start()
        site.mail("early@example.com", seconds=20)
        site.verify("early@example.com")
        site.log_in("early@example.com")
        self.assertEqual(len(site.mails("early@example.com")), 1)

    def test_an_exam_goes_on_while_redis_is_away(self):
        self.redis.start()
        server = self.server()
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("sits@example.com")
        other = site.candidate("late@example.com")
        (question, options), *_ = site.start(exam, token)
        self.redis.end()
        site.save(exam, token, question, options[0])
        self.assertEqual(site.answers(exam, token), {question: options[0]})
        site.save(exam, token, question, options[1])
        self.assertEqual(site.answers(exam, token), {question: options[1]})
        site.start(exam, other)
        site.sign_up("meanwhile@example.com")
        self.redis.start()
        site.mail("meanwhile@example.com", seconds=20)
        # Nothing stale comes out of the cache that was away during the writes.
        self.assertEqual(site.answers(exam, token), {question: options[1]})
        site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)

    def test_what_a_killed_server_could_not_invalidate_is_not_served_by_the_next(self):
        self.redis.start()
        server = self.server()
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("sits@example.com")
        (question, options), *_ = site.start(exam, token)
        site.save(exam, token, question, options[0])
        self.assertEqual(site.answers(exam, token), {question: options[0]})  # now in Redis
        self.redis.end()
        site.save(exam, token, question, options[1])
        server.kill9()
        self.redis.start()  # with what it had
        server.start()
        self.assertEqual(site.answers(exam, token), {question: options[1]})

    def test_readiness_names_the_redis_that_is_away_and_stays_ready(self):
        self.redis.start()
        server = self.server()

        def state(dependency):
            reply = server.api("GET", "//readyz")
            self.assertEqual(reply.status, 200, reply)
            return reply.json["dependencies"][dependency]["state"]
        self.assertEqual([state("queue"), state("cache")], ["up", "up"])
        self.redis.end()
        wait_until(lambda: [state("queue"), state("cache")] == ["down", "down"], 10, "readiness to notice")
        self.assertEqual(state("database"), "up")
        self.assertEqual(server.api("GET", "//healthz").status, 200)

    def test_mails_lost_by_a_flush_are_sent_once(self):
        self.redis.start()
        server = self.server(OUTBOX_RECONCILE_INTERVAL=300, OUTBOX_RECONCILE_AFTER=500)
        site = Site(server)
        # A paused queue holds the mails in Redis until the flush takes them (and the pause with them).
        self.redis.command("HSET", "bull:email:meta", "paused", "1")
        addresses = [f"flushed{number}@example.com" for number in range(5)]
        for address in addresses:
            site.sign_up(address)
        wait_until(lambda: len(self.job_keys()) >= len(addresses), 10, "the mails to be queued")
        self.assertEqual([mail for address in addresses for mail in site.mails(address)], [])
        self.redis.command("FLUSHALL")
        for address in addresses:
            site.mail(address, seconds=20)
        # Three rounds of the reconciler later there is still one of each.
        marker = "marker@example.com"
        for _ in range(3):
            site.sign_up(marker.replace("@", f"{_}@"))
            site.mail(marker.replace("@", f"{_}@"))
        for address in addresses:
            self.assertEqual(len(site.mails(address)), 1, address)

    def job_keys(self):
        """The hashes of the jobs of the queue `email`: their ids are UUIDs."""
        keys = self.redis.command("KEYS", "bull:email:????????-*").split()
        return [key for key in keys if key.count(":") == 2]


if __name__ == "__main__":
    unittest.main()
