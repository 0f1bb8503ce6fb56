# SPDX-License-Identifier: MIT
"""What managed Redis services do differently, one profile each, played by a real server: docs/providers.md has the table that this file holds.
A site lives on each: people sign up (the queue), sit an exam (the cache) and hand in, the server goes away and comes back or another takes
its place, and the doctor says what is to be said."""

import os
import re
import socket
import threading
import unittest
from dataclasses import dataclass, field

from doctor_case import OF_THE_MACHINE, findings_of
from engines import REDIS_SERVER, VALKEY, Certificates, Gate, PrivateRedis
from harness import ROOT, Site, TriposServer, wait_until
from redis_sites import Cluster, Sentinels

RIGHTS = ("+@all", "-@admin", "-@dangerous", "-client|tracking", "+info", "+keys", "+client|list")
MOST_ARGUMENTS = 3_999


class OneServer:
    """It goes away, and comes back."""

    def __init__(self, profile):
        tls = profile.tls and (certificates.path(profile.tls + ".pem"), certificates.path(profile.tls + ".key"))
        more = ("--tls-ca-cert-file", certificates.path("ca.pem"), "--tls-auth-clients", "no") if tls else ()
        self.redis = PrivateRedis(*more, *profile.words, tls=tls or None, program=profile.program).start()
        self.command = self.redis.command
        self.scheme = "rediss" if tls else "redis"
        self.port = self.redis.port
        self.tail = profile.user, profile.query.format(certificates.folder)

    @property
    def url(self):
        return f"{self.scheme}://{self.tail[0]}localhost:{self.port}{self.tail[1]}"

    def befall(self):
        self.redis.end()
        self.redis.start()

    def stop(self):
        self.redis.stop()


class NarrowServer(OneServer):
    def __init__(self, profile):
        super().__init__(profile)
        self.proxy = NarrowProxy(self.port)
        self.port = self.proxy.port

    def stop(self):
        self.proxy.stop()
        super().stop()


class BehindAName:
    """The replica is promoted and the name leads to it; who is connected to the old master stays connected."""

    def __init__(self, _):
        self.old = PrivateRedis().start()
        self.new = PrivateRedis("--replicaof", "127.0.0.1", str(self.old.port)).start()
        wait_until(lambda: "master_link_status:up" in self.new.command("INFO", "replication"), 10, "the replica")
        self.name = Gate(self.old.port)
        self.url = f"redis://127.0.0.1:{self.name.port}"

    def befall(self):
        self.new.command("REPLICAOF", "NO", "ONE")
        self.old.command("REPLICAOF", "127.0.0.1", str(self.new.port))
        self.name.target = self.new.port  # for whoever connects anew

    def stop(self):
        for one in (self.name, self.new, self.old):
            one.stop()


class UnderSentinels(Sentinels):
    """The master dies, and they make another one."""

    def __init__(self, _):
        super().__init__(down_after=2500, max_lag=2)  # as the doctor wants it

    def befall(self):
        before = self.master_port()
        self.master().end()
        wait_until(lambda: self.master_port() != before, 20, "another master")


class InACluster(Cluster):
    """The shards are rebalanced: the slots of queue and cache go to another node."""

    def __init__(self, _):
        super().__init__()

    def befall(self):
        for key in ("{bull}:x", "{tripos}:x"):
            owner = self.owner(key)
            self.move(key, next(node for node in self.nodes if node is not owner))


@dataclass
class Profile:
    name: str
    plays: str  # what of whom, for the page
    words: tuple = ()  # of its command line
    tls: str = ""  # the certificate it shows
    query: str = ""  # of the URL, with the folder of the certificates as {}
    user: str = ""
    program: str = REDIS_SERVER
    settings: dict = field(default_factory=dict)  # of the site
    doctor: dict = field(default_factory=dict)  # id: words of what it says
    ground: type = OneServer


PROFILES = [
    Profile("managed", "CONFIG, ROLE, DEBUG, ACL and SAVE are unknown: ElastiCache, DigitalOcean, Azure",
            tuple(word for name in ("CONFIG", "ROLE", "DEBUG", "ACL", "SAVE", "BGSAVE") for word in ("--rename-command", name, ""))),
    Profile("acl", "a user without @admin, @dangerous and CLIENT TRACKING: Aiven, older Memorystore",
            ("--user", "app", "on", ">hush", "~*", "&*", *RIGHTS), user="app:hush@",
            doctor={"redis-commands": "ACL SETUSER app +client|tracking"}),
    Profile("tls-only", "TLS with a certificate one can check, and no other port: Upstash, Azure", tls="server", query="?cacert={}/ca.pem"),
    Profile("self-signed", "TLS with a certificate of nobody's: Heroku", tls="stranger-ca", query="?verify=off", doctor={"redis-tls": "is not verified"}),
    Profile("resp2", "HELLO is unknown, as behind old proxies", ("--rename-command", "HELLO", "")),
    Profile("idle", "connections that say nothing for 2 s are closed: Heroku (300 s), Azure (10 min)", ("--timeout", "2")),
    Profile("few", "12 clients at most: the smallest plans", ("--maxclients", "12"), settings={"HTTP_THREADS": 1}, doctor={"redis-clients": "a larger plan"}),
    Profile("narrow", "a proxy that refuses commands of 4,000 words: ElastiCache Serverless", ground=NarrowServer),
    Profile("evicting", "volatile-lru, as many start: ElastiCache, Redis Cloud, Memorystore", ("--maxmemory-policy", "volatile-lru", "--maxmemory", "64mb"),
            doctor={"redis-eviction": "volatile-lru"}),
    Profile("valkey", "Valkey 8 in place of Redis: ElastiCache, MemoryDB, Memorystore, Heroku", program=VALKEY),
    Profile("dns-failover", "a name that leads to the promoted replica, while the old master keeps its clients: ElastiCache, DigitalOcean, Azure",
            ground=BehindAName),
    Profile("sentinel", "Sentinels that replace a dead master: one's own, or a Redis of Kubernetes", ground=UnderSentinels),
    Profile("cluster", "a Cluster whose slots move to another node: ElastiCache, MemoryDB", settings={"QUEUE_PREFIX": "{bull}"},
            ground=InACluster),
]
AT_LENGTH = {"narrow", "sentinel", "cluster"}


def setUpModule():
    global certificates
    certificates = Certificates()


def tearDownModule():
    certificates.remove()


class NarrowProxy:
    """Passes commands on, counts their words, and hangs up on those with too many."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.refused = []
        self.longest = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            threading.Thread(target=self.commands, args=(client, server), daemon=True).start()
            threading.Thread(target=self.replies, args=(server, client), daemon=True).start()

    def replies(self, server, client):
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        client.close()

    def commands(self, client, server):
        """Each is *N, then N times $LENGTH and so many bytes."""
        with client.makefile("rb") as source:
            try:
                while head := source.readline():
                    count = int(head[1:])
                    self.longest = max(self.longest, count)
                    if count > MOST_ARGUMENTS:
                        self.refused.append(count)
                        break
                    parts = [head]
                    for _ in range(count):
                        size = source.readline()
                        parts += [size, source.read(int(size[1:]) + 2)]
                    server.sendall(b"".join(parts))
            except (OSError, ValueError):
                pass
        server.close()

    def stop(self):
        self.listener.close()


class Providers(unittest.TestCase):
    def assert_lives(self, profile):
        ground = profile.ground(profile)
        self.addCleanup(ground.stop)
        server = TriposServer(REDIS_URL=ground.url, REDIS_START_TIMEOUT=5, **profile.settings)
        self.addCleanup(server.stop)
        site = Site(server)
        staff = site.admin()
        exam = site.exam(staff)
        token = site.candidate("asha@example.com")  # her mail came through the queue
        (question, options), *_ = site.start(exam, token)
        for option in options[:2]:
            site.save(exam, token, question, option)
            self.assertEqual(site.answers(exam, token), {question: option})  # no stale read
        needs = server.api("GET", "//readyz").json["dependencies"]
        self.assertEqual((needs["queue"]["state"], needs["cache"]["state"]), ("up", "up"), needs)
        look = getattr(self, "look_" + profile.name.replace("-", "_"), None)
        if look:
            look(ground, server, site)
        self.assert_doctor_says(server, profile.doctor)
        ground.befall()
        site.candidate("bela@example.com")
        site.save(exam, token, question, options[0])
        self.assertEqual(site.answers(exam, token), {question: options[0]})
        self.assertIn("receipt", site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, site.log_in("asha@example.com")))

    def assert_doctor_says(self, server, wanted):
        done = server.command("doctor", "--only", "redis", "--json")
        found = {one["id"]: one["text"] + one["evidence"] + one["cure"] for one in findings_of(done)
                 if one["verdict"] in {"advice", "warn", "fail"} and one["id"] not in OF_THE_MACHINE}
        self.assertEqual(set(found), set(wanted), found)
        for name, words in wanted.items():
            self.assertIn(words, found[name])

    def look_resp2(self, ground, server, site):
        self.assertNotIn("resp=3", ground.command("CLIENT", "LIST"))

    def look_idle(self, ground, server, site):
        """Three times as long as a connection may be silent."""
        def up():
            return int(re.search(r"uptime_in_seconds:(\d+)", ground.command("INFO", "server"))[1])
        until = up() + 6
        wait_until(lambda: up() >= until, 10, "connections to be closed")
        for line in server.log().splitlines():
            self.assertNotRegex(line, r"unreachable|is away")

    def look_few(self, ground, server, site):
        self.assertNotIn("max number of clients", server.log())

    def look_narrow(self, ground, server, site):
        """Bulk: a newsletter to more than a command may have words."""
        staff = site.log_in("staff@example.com")
        addresses = [f"reader{number}@example.com" for number in range(4_500)]
        site.expect(200, "POST", "/admin/mailing-lists/readers/members", {"addresses": addresses}, staff)
        letter = site.expect(201, "POST", "/admin/newsletters", {"audience": {"list": "readers"}, "subject": "News", "text": "x"}, staff)
        site.expect(200, "POST", f"/admin/newsletters/{letter['newsletter']['id']}/resume", {"confirm": "News"}, staff)

        def sent():
            told = site.expect(200, "GET", f"/admin/newsletters/{letter['newsletter']['id']}", None, staff)["newsletter"]
            return told["progress"]["sent"] == 4_500
        wait_until(sent, 60, "the newsletter to be sent", interval=0.2)
        self.assertEqual(ground.proxy.refused, [])
        self.assertGreater(ground.proxy.longest, 20)

    def look_valkey(self, ground, server, site):
        version = re.search(r"valkey_version:(\S+)", ground.command("INFO", "server"))[1]
        self.assertIn(version, server.log())


class EveryProfile(Providers):
    def test_the_page_has_each(self):
        with open(os.path.join(ROOT, "docs", "providers.md"), encoding="utf-8") as file:
            rows = [line for line in file.read().splitlines() if line.startswith("| `")]
        self.assertEqual(rows[:len(PROFILES)], [f"| `{one.name}` | {one.plays} | " + (", ".join(f"`{name}`" for name in one.doctor) or "nothing") + " |"
                                                for one in PROFILES])


class ProfilesAtLength(Providers):
    pass


for one in PROFILES:
    def test(self, one=one):
        self.assert_lives(one)
    setattr(ProfilesAtLength if one.name in AT_LENGTH else EveryProfile, f"test_a_site_lives_on_{one.name.replace('-', '_')}", test)

if __name__ == "__main__":
    unittest.main()
