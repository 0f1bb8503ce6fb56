# SPDX-License-Identifier: MIT
"""Redis under Sentinels: masters that die, step down, are cut off; Sentinels that are away."""

import math
import re
import subprocess
import tempfile
import time
import unittest

from engines import Certificates, Gate, PrivateRedis
from harness import Site, TriposServer, wait_until
from redis_sites import NAME, Sentinel, Sentinels, SignUps, ask

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
        self.assertTrue(people.each_has_one_mail(), people.mails_per_person())


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
    def server(self, address, **settings):
        server = TriposServer(start=False, REDIS_URL=address, REDIS_START_TIMEOUT=1, **settings)
        self.addCleanup(server.stop)
        return server

    def sentinel(self, master, **options):
        sentinel = Sentinel(master.port, quorum=1, **options)
        self.addCleanup(sentinel.stop)
        return sentinel

    def redis(self, *settings, **options):
        redis = PrivateRedis(*settings, **options).start()
        self.addCleanup(redis.stop)
        return redis

    def log_of(self, address):
        server = self.server(address)
        server.start()
        log = server.log()
        self.assertNotIn("hush", log)
        self.assertEqual(server.terminate(), 0)
        return log

    def test_addresses_that_cannot_be_are_refused_before_anything_runs(self):
        for address, word in (("redis+sentinel://h1,h2", "names what they watch"), ("redis+cluster://h1/0", "no databases"),
                              ("redis+cluster://h1", "hash tag"), ("redis+sentinel://h1/m?sentinel_port=1", "sentinel_user"),
                              ("rediss+sentinel://h1/m?cacert=/nowhere.pem", "/nowhere.pem")):
            code, output = self.server(address).run_to_end()
            self.assertEqual(code, 78, output)
            self.assertIn(word, output)
        code, output = self.server("redis+cluster://h1", QUEUE_PREFIX="{bull}", CACHE_PREFIX="{a}{b}:").run_to_end()
        self.assertEqual((code, "CACHE_PREFIX" in output), (78, True), output)

    def test_what_is_in_the_way_is_told_apart(self):
        master = self.redis("--user", "app", "on", ">hush-1", "~*", "&*", "+@all")
        sentinel = self.sentinel(master, settings=["user watch on >hush-2 ~* &* +@all"])
        where = f"127.0.0.1:{sentinel.port}"
        right = f"redis+sentinel://app:hush-1@{where}/site?sentinel_user=watch&sentinel_password=hush-2"
        for address, told in (
                ("redis+sentinel://127.0.0.1:1/site", "no Sentinel answers .*Connection refused"),
                (f"redis+sentinel://{where}/other", 'no Sentinel that answers knows a master "other"'),
                (right.replace("hush-2", "hush-3"), "no Sentinel answers .*WRONGPASS"),
                (right.replace("hush-1", "hush-3"), "does not let us in .*WRONGPASS"),
                (right, "takes writes when no replica hears of them")):
            server = self.server(address)

            def is_told(server=server, told=told):
                done = server.command("doctor", "--only", "redis")
                self.assertNotIn("hush", done.stdout + done.stderr)
                return re.search(told, done.stdout)
            # A node has 300 ms at first, which on a busy machine may not do.
            wait_until(is_told, 30, told)
        self.assertIn("redis+sentinel://host/NAME", self.log_of(f"redis://{where}"))

        def is_clean():
            log = self.log_of(right)
            return "Redis initialized" in log and "server unreachable" not in log
        wait_until(is_clean, 30, "a start without a word of an outage")

    def test_tls_to_sentinels_and_servers(self):
        certificates = Certificates()
        self.addCleanup(certificates.remove)
        ca, certificate, key = (certificates.path(name) for name in ("ca.pem", "server.pem", "server.key"))
        master = self.redis("--tls-ca-cert-file", ca, "--tls-auth-clients", "no", tls=(certificate, key))
        sentinel = self.sentinel(master, tls=(ca, certificate, key))
        address = f"rediss+sentinel://localhost:{sentinel.port}/site"
        wait_until(lambda: "Redis initialized" in self.log_of(f"{address}?cacert={ca}"), 30, "a site by TLS")
        wait_until(lambda: "certificate is not accepted" in self.log_of(address), 30, "the refusal of who is not known")


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

    def test_reads_leave_it_too_when_the_name_leads_to_another(self):
        old, new = PrivateRedis().start(), PrivateRedis().start()
        door = Gate(old.port)
        for one in (old, new, door):
            self.addCleanup(one.stop)
        server = TriposServer(REDIS_URL=f"redis://127.0.0.1:{door.port}", **LIMITS)
        self.addCleanup(server.stop)
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("sits@example.com")
        (question, options), *_ = site.start(exam, token)
        door.target = new.port  # for whoever connects anew
        old.command("REPLICAOF", "127.0.0.1", "1")  # it keeps its clients, and hears of nothing any more

        def is_left():
            return "flags=t" not in old.command("CLIENT", "LIST")
        reads = 0
        while reads < 20 or not is_left():
            option = options[reads % 2]
            site.save(exam, token, question, option)
            self.assertEqual(site.answers(exam, token), {question: option}, f"read {reads}")
            reads += 1
            self.assertLess(reads, 2_000, "the old server is never left")


class RedisLosesAnInvalidation(unittest.TestCase):
    def test_what_a_promoted_replica_never_heard_of_is_not_served(self):
        master = PrivateRedis().start()
        self.addCleanup(master.stop)
        link = Gate(master.port)
        self.addCleanup(link.stop)
        replica = PrivateRedis("--replicaof", "127.0.0.1", str(link.port)).start()
        self.addCleanup(replica.stop)
        wait_until(lambda: "master_link_status:up" in replica.command("INFO", "replication"), 10, "the replica")
        door = Gate(master.port)  # what a provider's name is, that leads elsewhere after a failover
        self.addCleanup(door.stop)
        server = TriposServer(REDIS_URL=f"redis://127.0.0.1:{door.port}", **LIMITS)
        self.addCleanup(server.stop)
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("sits@example.com")
        (question, options), *_ = site.start(exam, token)
        site.save(exam, token, question, options[0])
        self.assertEqual(site.answers(exam, token), {question: options[0]})  # now in Redis
        wait_until(lambda: replica.command("DBSIZE") == master.command("DBSIZE"), 10, "the replica to have heard of it")
        link.set("swallow")
        site.save(exam, token, question, options[1])  # confirmed by the master, and heard by nobody else
        self.assertGreater(int(replica.command("DBSIZE")), int(master.command("DBSIZE")))
        master.end()
        replica.command("REPLICAOF", "NO", "ONE")
        door.target = replica.port
        door.set("shut")
        door.set("open")
        wait_until(lambda: server.api("GET", "//readyz").json["dependencies"]["cache"]["state"] == "up", 10, "the new master to be used")
        self.assertEqual(site.answers(exam, token), {question: options[1]})
        self.assertEqual(server.log().count("a server that was not met before"), 1)  # the first had nothing to end


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
        moment, longest = time.monotonic(), 0
        while time.monotonic() < moment + 60:
            longest = max(longest, self.resumed_after(people, time.monotonic(), 5))
        print(f"\nall Sentinels away for 60 s: a mail's job done {longest:.1f} s after it was asked for, at the longest")
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

    def test_a_master_without_replicas_is_not_believed_for_longer_than_its_lag(self):
        redis = self.sentinels(down_after=60_000, max_lag=2)
        site = self.site()
        self.people(site).stop()

        def staleness():
            return float(re.search(r"^tripos_cache_staleness_seconds (\S+)", site.server.api("GET", "//metrics").text, re.MULTILINE)[1])
        wait_until(lambda: staleness() < 0.3, 10, "a sign of life")
        master = redis.master()
        replicas = [server for server in redis.servers if server is not master]
        moment = time.monotonic()
        for replica in replicas:
            replica.pause()
        wait_until(lambda: master.command("SET", "probe", "1").startswith("NOREPLICAS"), 10, "the master to refuse writes", interval=0.005)
        refused = time.monotonic() - moment
        # The figure is some hundred milliseconds old when it is read: the last sign of life is the earliest that any reading tells.
        believed = math.inf
        while time.monotonic() - moment < refused + 1:
            believed = min(believed, time.monotonic() - moment - staleness())
        print(f"\nmaster cut off from its replicas (min-replicas-max-lag 2): refuses writes after {refused:.2f} s, last believed after {believed:.2f} s")
        self.assertLess(believed, refused + 0.2)
        self.assertLess(refused, 4)  # the server counts whole seconds, and looks once a second
        for replica in replicas:
            replica.resume()
        wait_until(lambda: staleness() < 0.3, 10, "the cache to be of use again")

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
