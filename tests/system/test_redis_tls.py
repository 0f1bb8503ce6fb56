# SPDX-License-Identifier: MIT
"""Redis by URL: TLS with a client certificate and an ACL user, servers of their own for cache and queue, faults, secrets."""

import json
import os
import time
import unittest
import urllib.parse

from engines import Certificates, Gate, PrivateRedis
from harness import Site, TriposServer, children, wait_until

SECRET = "hush/hush@1"
ENCODED = urllib.parse.quote(SECRET, safe="")


def setUpModule():
    global certificates
    certificates = Certificates()


def tearDownModule():
    certificates.remove()


class RedisByUrl(unittest.TestCase):
    def redis(self, *settings, identity="server", **options):
        """A started redis-server on TLS that asks for certificates, with a user `app` who may do no harm."""
        redis = PrivateRedis("--tls-ca-cert-file", certificates.path("ca.pem"), "--user", "app", "on", f">{SECRET}",
                             "~*", "&*", "+@all", "-@dangerous", "+info", *settings,
                             tls=(certificates.path(identity + ".pem"), certificates.path(identity + ".key")), **options)
        self.addCleanup(redis.stop)
        return redis.start()

    @staticmethod
    def url(port, password=ENCODED, client="client", ca="ca.pem"):
        return (f"rediss://app:{password}@localhost:{port}/1?cacert={certificates.path(ca)}"
                f"&cert={certificates.path(client + '.pem')}&key={certificates.path(client + '.key')}")

    def server(self, **settings):
        server = TriposServer(**{"REDIS_START_TIMEOUT": 2, **settings})
        self.addCleanup(server.stop)
        return server

    def no_secret(self, server, *more):
        """Nothing that others may see holds the password: log, health, metrics, settings, process arguments."""
        seen = {"log": server.log(), "settings": server.command("config").stdout, "json": server.command("config", "--json").stdout}
        for path in ("//healthz", "//readyz", "//metrics", "/health"):
            seen[path] = server.api("GET", path).text
        for pid in [server.process.pid, *children(server.process.pid)]:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as arguments:
                seen[f"arguments of {pid}"] = arguments.read()
        for name, text in seen.items():
            for secret in ("hush", ENCODED, *more):
                self.assertNotIn(secret, text, name)

    def readiness(self, server):
        return server.api("GET", "//readyz").json["dependencies"]


class Trust(RedisByUrl):
    def test_a_site_lives_on_tls_as_a_user_without_dangerous_rights(self):
        redis = self.redis("--tls-auth-clients", "yes")
        server = self.server(REDIS_URL=self.url(redis.port))
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("asha@example.com")
        (question, options), *_ = site.start(exam, token)
        site.save(exam, token, question, options[0])
        self.assertEqual(site.answers(exam, token), {question: options[0]})
        self.assertEqual(self.readiness(server)["queue"]["state"], "up")
        self.assertGreater(int(redis.command("-n", "1", "DBSIZE")), 3)
        self.assertEqual(redis.command("DBSIZE"), "0")
        self.assertNotIn("NOPERM", server.log())
        self.assertNotIn("unreachable", server.log())
        self.no_secret(server)

    def test_a_wrong_password_leaves_the_site_up_and_is_named_without_it(self):
        redis = self.redis("--tls-auth-clients", "yes")
        server = self.server(REDIS_URL=self.url(redis.port, password="hush-wrong"))
        self.assertIn("WRONGPASS", server.log())
        Site(server).sign_up("asha@example.com")
        self.assertEqual(self.readiness(server)["queue"]["state"], "down")
        self.no_secret(server)

    def test_a_server_that_cannot_be_trusted_gets_no_password(self):
        for identity, ca, reason in (("elsewhere", "ca.pem", "hostname mismatch"), ("expired", "ca.pem", "has expired"),
                                     ("server", "stranger-ca.pem", "certificate is not accepted")):
            with self.subTest(identity):
                redis = self.redis("--tls-auth-clients", "no", identity=identity)
                server = self.server(REDIS_URL=self.url(redis.port, ca=ca), REDIS_START_TIMEOUT=0)
                wait_until(lambda: reason in server.log(), 10, reason)
                self.assertNotIn("user=app", redis.command("CLIENT", "LIST"))
                self.assertEqual(server.api("GET", "/health").status, 200)
                server.stop()

    def test_a_file_that_cannot_be_used_ends_the_start(self):
        for url, words in ((self.url(1, ca="nowhere.pem"), f"cacert {certificates.path('nowhere.pem')} cannot be used: No such"),
                           (self.url(1) + "x", f"key {certificates.path('client.key')}x cannot be used: No such"),
                           (self.url(1).replace("cert=", "cart="), "knows the parameters cacert, cert, key, sni")):
            with self.subTest(words):
                server = TriposServer(start=False, REDIS_URL=url)
                self.addCleanup(server.stop)
                code, output = server.run_to_end()
                self.assertEqual(code, 78, output)
                self.assertIn("tripos: REDIS_URL ", output)
                self.assertIn(words, output)
                self.assertNotIn("hush", output)


class Faults(RedisByUrl):
    """Whatever happens to Redis, requests are answered in time and mails arrive afterwards."""

    def play(self, break_it, mend_it):
        redis = self.redis("--tls-auth-clients", "yes")
        gate = Gate(redis.port)
        self.addCleanup(gate.stop)
        server = self.server(REDIS_URL=self.url(gate.port))
        site = Site(server)
        exam = site.exam(site.admin())
        token = site.candidate("asha@example.com")
        (question, options), *_ = site.start(exam, token)
        break_it(redis, gate)
        slow = []
        for number in range(10):
            begin = time.monotonic()
            site.save(exam, token, question, options[number % 2])
            self.assertEqual(site.answers(exam, token), {question: options[number % 2]})
            slow.append(time.monotonic() - begin)
        site.sign_up("meanwhile@example.com")
        mend_it(redis, gate)
        site.mail("meanwhile@example.com", seconds=30)
        wait_until(lambda: self.readiness(server)["cache"]["state"] == "up", 20, "the cache to be back")
        self.assertEqual(site.answers(exam, token), {question: options[1]})
        # A save and a read wait for the cache once each; a busy machine is given the rest.
        self.assertLess(max(slow), 3.0, slow)
        self.assertLess(sorted(slow)[len(slow) // 2], 1.0, slow)
        wait_until(lambda: server.log().count("server reachable again") == server.log().count("server unreachable"), 20,
                   "every outage that was logged to end")
        self.no_secret(server)

    def test_a_redis_that_is_killed_and_started_again(self):
        self.play(lambda redis, gate: redis.end(), lambda redis, gate: redis.start())

    def test_a_redis_that_is_paused(self):
        self.play(lambda redis, gate: redis.pause(), lambda redis, gate: redis.resume())

    def test_a_network_that_swallows_everything(self):
        self.play(lambda redis, gate: gate.set("swallow"), lambda redis, gate: gate.set("shut") or gate.set("open"))

    def test_a_network_that_cuts_every_connection(self):
        self.play(lambda redis, gate: gate.set("shut"), lambda redis, gate: gate.set("open"))


class TwoServers(RedisByUrl):
    def test_cache_and_queue_have_servers_of_their_own(self):
        cache = PrivateRedis("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru", "--appendonly", "no")
        queue = PrivateRedis()
        for redis in (cache, queue):
            self.addCleanup(redis.stop)
            redis.start()
        # REDIS_URL is for whoever has none of his own: here nobody.
        server = self.server(REDIS_URL="redis://127.0.0.1:1", CACHE_REDIS_URL=cache.url,
                             QUEUE_REDIS_URL=f"unix://{queue.socket}?db=2")
        site = Site(server)
        site.exam(site.admin())
        site.candidate("asha@example.com")
        self.assertEqual([key for key in cache.command("KEYS", "*").split() if key.startswith("bull:")], [])
        self.assertGreater(int(cache.command("DBSIZE")), 0)
        jobs = queue.command("-n", "2", "KEYS", "*").split()
        self.assertTrue(jobs)
        self.assertEqual([key for key in jobs if not key.startswith(("bull:", "{tripos}:limit:"))], [])
        ready = self.readiness(server)
        self.assertEqual((ready["cache"]["maxmemoryPolicy"], ready["queue"]["maxmemoryPolicy"]), ("allkeys-lru", "noeviction"))
        self.assertEqual((ready["cache"]["findings"], ready["queue"]["findings"]), ([], []))
        cache.end()
        site.candidate("later@example.com")
        wait_until(lambda: self.readiness(server)["cache"]["state"] == "down", 10, "the cache to be missed")
        self.assertEqual(self.readiness(server)["queue"]["state"], "up")


class Audit(RedisByUrl):
    def test_what_does_not_suit_a_queue_is_said_loudly(self):
        redis = PrivateRedis("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru", "--appendonly", "no")
        self.addCleanup(redis.stop)
        redis.start()
        redis.command("SET", "ballast", "x" * 100_000)
        for number in range(20):
            redis.command("SETRANGE", f"ballast{number}", "100000", "x")
        server = self.server(REDIS_URL=redis.url, LOG_FORMAT="json")
        lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        checked = next(line for line in lines if line["message"] == "server checked")
        self.assertEqual((checked["use"], checked["maxmemoryPolicy"], checked["persistence"], checked["memoryLimit"]),
                         ("redis", "allkeys-lru", "none", 3 << 20))
        self.assertRegex(checked["version"], r"^\d+\.\d+")
        said = {line["finding"]: line for line in lines if line["message"] == "server does not suit its use"}
        evicts = next(line for text, line in said.items() if "allkeys-lru" in text)
        self.assertIn("set noeviction", evicts["cure"])
        self.assertEqual(evicts["level"], "error")
        self.assertTrue(any("appendonly" in line["cure"] for line in said.values()), said)
        self.assertTrue(any("tenth of its memory" in text for text in said), said)
        ready = self.readiness(server)
        self.assertEqual({finding["text"] for finding in ready["queue"]["findings"]}, set(said))
        self.assertEqual(ready["queue"]["findings"][0]["verdict"], "fail")
        self.assertRegex(server.api("GET", "//metrics").text, r'(?m)^tripos_redis_dangers_count\{use="redis"\} [12]$')

    def test_a_policy_that_changes_is_noticed_within_15_seconds(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server = self.server(REDIS_URL=redis.url)
        self.assertEqual(self.readiness(server)["queue"]["findings"], [])
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        wait_until(lambda: "allkeys-lru" in server.log(), 15, "the new policy to be noticed")
        self.assertEqual(self.readiness(server)["queue"]["maxmemoryPolicy"], "allkeys-lru")

    def test_the_private_server_suits_everything(self):
        server = self.server()
        self.assertEqual(self.readiness(server)["queue"]["findings"], [])
        self.assertEqual(self.readiness(server)["queue"]["persistence"], "append-only file")

    def test_strangers_do_not_see_what_the_servers_are_like(self):
        server = self.server(TRUSTED_PROXIES="127.0.0.1")
        ready = server.api("GET", "//readyz", headers={"X-Forwarded-For": "192.0.2.7"})
        self.assertEqual(ready.status, 200)
        self.assertTrue(ready.json["ready"])
        self.assertNotIn("dependencies", ready.json)

    def test_who_runs_the_site_sees_the_dependencies_from_anywhere(self):
        server = self.server(TRUSTED_PROXIES="127.0.0.1")
        site = Site(server)
        admin, candidate = site.admin(), site.candidate("asha@example.com")
        elsewhere = {"X-Forwarded-For": "192.0.2.7"}
        told = server.api("GET", "//readyz", token=admin, headers=elsewhere)
        self.assertEqual(told.json["dependencies"]["queue"]["state"], "up")
        for token in (candidate, "no token"):
            self.assertNotIn("dependencies", server.api("GET", "//readyz", token=token, headers=elsewhere).json)


if __name__ == "__main__":
    unittest.main()
