# SPDX-License-Identifier: MIT
"""Redis under Sentinels: masters that die, step down, are cut off; Sentinels that are away."""

import re
import subprocess
import tempfile
import time
import unittest

from engines import PrivateRedis
from harness import Site, TriposServer, wait_until
from redis_sites import NAME, Sentinels, SignUps, ask

LIMITS = {"MAIL_REQUEST_LIMIT_ADDRESS": 100_000}
WRITES = ("EVALSHA", "EVAL", "SET", "BZPOPMIN", "UNLINK", "ZADD", "HSET", "EXPIRE")


class Case(unittest.TestCase):
    def sentinels(self, **options):
        self.redis = Sentinels(**options)
        self.addCleanup(self.redis.stop)
        return self.redis

    def site(self, **settings):
        server = TriposServer(REDIS_URL=self.redis.url, OUTBOX_RECONCILE_INTERVAL=500, OUTBOX_RECONCILE_AFTER=1000, **LIMITS, **settings)
        self.addCleanup(server.stop)
        return Site(server)

    def people(self, site):
        people = SignUps(site)
        self.addCleanup(people.stop)
        site.mail(people.first_after(0), seconds=20)
        return people

    def resumed_after(self, people, moment, seconds):
        """How long after the moment somebody who came after it had the mail."""
        people.site.mail(people.first_after(moment), seconds=seconds)
        return time.monotonic() - moment

    def check_all(self, people):
        people.stop()
        self.assertEqual(people.refused, [])
        wait_until(people.all_have_mail, 20, "everybody's mail")


class RedisSentinel(Case):
    def test_jobs_resume_when_the_master_is_killed_and_no_mail_is_lost(self):
        redis = self.sentinels()
        site = self.site()
        people = self.people(site)
        before = redis.master_port()
        moment = time.monotonic()
        redis.master().end()
        took = self.resumed_after(people, moment, 15)
        print(f"\nmaster killed: a mail's job done after {took:.1f} s")
        self.assertLess(took, 10)
        self.assertNotEqual(redis.master_port(), before)
        self.check_all(people)
        self.assertIn("another server is master", site.server.log())


class RedisSentinelSettings(unittest.TestCase):
    def log_of(self, address):
        server = TriposServer(start=False, REDIS_URL=address, REDIS_START_TIMEOUT=1, QUEUE_PREFIX="bull")
        self.addCleanup(server.stop)
        return server

    def test_addresses_that_cannot_be_are_refused_before_anything_runs(self):
        for address, word in (("redis+sentinel://h1,h2", "names what they watch"), ("redis+cluster://h1/0", "no databases"),
                              ("redis+cluster://h1", "hash tag"), ("redis+sentinel://h1/m?sentinel_port=1", "sentinel_user")):
            code, output = self.log_of(address).run_to_end()
            self.assertEqual(code, 78, output)
            self.assertIn(word, output)

    def test_sentinels_that_are_away_and_sentinels_that_know_no_such_name_are_told_apart(self):
        away = self.log_of("redis+sentinel://127.0.0.1:1/m")
        away.start()
        self.assertIn("no Sentinel answers", away.log())
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
            from redis_sites import Sentinel
            sentinel = Sentinel(redis.port, 1000)
            self.addCleanup(sentinel.stop)
            unknown = self.log_of(f"redis+sentinel://127.0.0.1:{sentinel.port}/other")
            unknown.start()
            self.assertIn('knows a master', unknown.log())
            self.assertIn("other", unknown.log())


class RedisTurnsReplica(Case):
    def test_a_fixed_address_whose_server_turns_replica_is_left_and_taken_up_again(self):
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        other = PrivateRedis().start()
        self.addCleanup(other.stop)
        server = TriposServer(REDIS_URL=redis.url, **LIMITS)
        self.addCleanup(server.stop)
        site = Site(server)
        site.sign_up("before@example.com")
        site.mail("before@example.com")
        redis.command("REPLICAOF", "127.0.0.1", str(other.port))
        site.sign_up("meanwhile@example.com")
        wait_until(lambda: "the server is a replica" in server.log() or "READONLY" in server.log(), 10, "the server to be left")
        wait_until(lambda: server.api("GET", "//readyz").json["dependencies"]["queue"]["state"] == "down", 10, "readiness to say so")
        redis.command("REPLICAOF", "NO", "ONE")
        site.mail("meanwhile@example.com", seconds=20)


class RedisSentinelAtLength(Case):
    def watched(self, port):
        """What a server is told, as its MONITOR prints it, from now on."""
        output = tempfile.NamedTemporaryFile("w+", prefix="tripos-monitor-")
        self.addCleanup(output.close)
        process = subprocess.Popen(["redis-cli", "-p", str(port), "MONITOR"], stdout=output, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return output.name

    @staticmethod
    def last_write(path):
        """When, by the server's clock, it was last told one of WRITES by a client; 0: never."""
        last = 0.0
        with open(path, encoding="utf-8", errors="replace") as told:
            for line in told:
                found = re.match(r'(\d+\.\d+) \[\d+ (?!lua)\S+\] "(\w+)"', line)
                if found and found[2].upper() in WRITES:
                    last = max(last, float(found[1]))
        return last

    def test_a_planned_failover_leaves_the_old_master_within_a_second_and_a_half(self):
        redis = self.sentinels()
        people = self.people(self.site())
        before = redis.master_port()
        path = self.watched(before)
        wait_until(lambda: self.last_write(path), 10, "writes to be seen")
        moment, wall = time.monotonic(), time.time()
        ask(redis.sentinels[0].port, "SENTINEL", "FAILOVER", NAME)
        took = self.resumed_after(people, moment + 1.5, 15)
        time.sleep(3)  # what is still written to the old one shows
        last = self.last_write(path) - wall
        print(f"\nplanned failover: last write to the old master after {last:.2f} s; a mail's job done after {took + 1.5:.1f} s")
        self.assertLess(last, 1.5)
        self.assertNotEqual(redis.master_port(), before)
        self.check_all(people)

    def test_sentinels_that_are_all_away_stop_nothing_and_are_listened_to_when_they_are_back(self):
        redis = self.sentinels()
        people = self.people(self.site())
        for sentinel in redis.sentinels:
            sentinel.end()
        time.sleep(15)
        self.resumed_after(people, time.monotonic(), 5)
        for sentinel in redis.sentinels:
            sentinel.start()
        wait_until(lambda: all(redis.knows_all(one) for one in redis.sentinels), 30, "the Sentinels to be back")
        time.sleep(3)  # as long as a listener's longest pause
        moment = time.monotonic()
        redis.master().end()
        took = self.resumed_after(people, moment, 15)
        print(f"\nmaster killed after all Sentinels were away: a mail's job done after {took:.1f} s")
        self.assertLess(took, 10)
        self.check_all(people)

    def test_a_cut_off_master_is_no_longer_believed_and_the_new_one_is_used(self):
        redis = self.sentinels(down_after=3000)
        people = self.people(self.site())
        before = redis.master()
        moment = time.monotonic()
        before.pause()  # it answers nobody, and keeps its connections
        took = self.resumed_after(people, moment, 20)
        print(f"\nmaster frozen (down-after 3 s): a mail's job done after {took:.1f} s")
        self.assertLess(took, 12)
        before.resume()
        self.resumed_after(people, time.monotonic(), 10)
        self.check_all(people)


if __name__ == "__main__":
    unittest.main()
