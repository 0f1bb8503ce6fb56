# SPDX-License-Identifier: MIT
"""`tripos doctor` beside real servers: each trouble is named, nothing healthy is accused, no secret is printed, nothing is written."""

import base64
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
import unittest

import harness
from engines import Certificates, PrivateRedis, free_port
from harness import Site, TriposServer, wait_until

VERDICTS = {"ok", "advice", "warn", "fail", "skipped"}
# What is said of the machine that runs the tests is its own affair.
OF_THE_MACHINE = {"host-sync", "host-clock", "host-disk", "redis-speed", "host-descriptors"}


def findings_of(done):
    """The findings of a --json run; each is of the shape that is promised."""
    answer = json.loads(done.stdout)
    for finding in answer["findings"]:
        assert set(finding) == {"id", "verdict", "text", "evidence", "cure", "doc"}, finding
        assert finding["verdict"] in VERDICTS, finding
        assert finding["doc"] == "docs/troubleshooting.md#" + finding["id"], finding
        assert bool(finding["cure"]) == (finding["verdict"] in {"advice", "warn", "fail"}), finding
    return answer["findings"]


class Doctor(unittest.TestCase):
    def server(self, start=True, **settings):
        server = TriposServer(start=start, **settings)
        self.addCleanup(server.stop)
        return server

    def redis(self, *settings):
        redis = PrivateRedis(*settings)
        self.addCleanup(redis.stop)
        return redis.start()

    def complaints(self, server, *arguments):
        """{id: finding} of what is wrong, but for what is the machine's."""
        done = server.command("doctor", "--json", *arguments)
        self.assertEqual(done.stderr, "")
        found = {one["id"]: one for one in findings_of(done) if one["verdict"] in {"advice", "warn", "fail"}}
        worst = max([0, *({"warn": 1, "fail": 2}.get(one["verdict"], 0) for one in found.values())])
        self.assertEqual(done.returncode, worst, done.stdout)
        return {name: one for name, one in found.items() if name not in OF_THE_MACHINE}

    def expect(self, server, *ids, arguments=()):
        found = self.complaints(server, *arguments)
        self.assertEqual(set(found), set(ids), found)
        return [found[name] for name in ids]


class Healthy(Doctor):
    def test_a_healthy_site_is_accused_of_nothing(self):
        server = self.server()
        Site(server).candidate("asha@example.com")
        self.expect(server)
        skipped = {one["id"] for one in findings_of(server.command("doctor", "--json")) if one["verdict"] == "skipped"}
        self.assertEqual(skipped, {"mail-relay", "mail-dns", "mail-spf", "mail-dkim", "mail-dmarc",  # SMTP_URL is not set
                                   "site-address", "site-certificate"})  # nor PUBLIC_URL

    def test_it_is_quick_and_says_one_line_for_each_area(self):
        server = self.server()
        begin = time.monotonic()
        done = server.command("doctor")
        self.assertLess(time.monotonic() - begin, 5)
        lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
        self.assertEqual([line.split(":")[0] for line in lines],
                         ["redis", "queue", "cache", "database", "mail", "host", "site"])

    def test_it_writes_nothing(self):
        redis = self.redis()
        server = self.server(REDIS_URL=redis.url)
        Site(server).candidate("asha@example.com")
        server.terminate()
        redis.command("CONFIG", "RESETSTAT")
        before = redis.command("INFO", "persistence").split("rdb_changes_since_last_save:")[1].split()[0]
        files = self.files(server)
        server.command("doctor", "--deep")
        self.assertEqual(redis.command("INFO", "persistence").split("rdb_changes_since_last_save:")[1].split()[0], before)
        self.assertEqual(self.files(server), files)

    def files(self, server):
        # Whoever reads a database that nobody has open leaves SQLite's empty log and its index.
        return {os.path.join(folder, name): os.path.getsize(os.path.join(folder, name))
                for folder, _, names in os.walk(server.data_dir) for name in names if not name.endswith(("-wal", "-shm"))}

    def test_no_secret_is_in_any_output(self):
        secrets = {"REDIS_URL": f"redis://hush:redis-hush@127.0.0.1:{free_port()}",
                   "DATABASE_URL": f"postgres://app:sql-hush@127.0.0.1:{free_port()}/tripos",
                   "SMTP_URL": f"smtp://app:smtp-hush@127.0.0.1:{free_port()}",
                   "JWT_ACCESS_SECRET": "jwt-hush" * 6, "JWT_EMAIL_SECRET": "jwt-hush" * 6, "METRICS_TOKEN": "token-hush"}
        server = self.server(start=False, **secrets)
        for arguments in ([], ["--json"], ["--deep"]):
            done = server.command("doctor", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertNotIn("-hush", done.stdout + done.stderr)
        self.assertIn("that of JWT_ACCESS_SECRET", done.stdout)

    def test_without_a_server_it_looks_at_what_there_is(self):
        server = self.server()
        server.terminate()
        self.expect(server, "site-running")

    def test_where_no_site_is_it_makes_none(self):
        server = self.server(start=False)
        self.expect(server, "database-site", "site-running")
        self.assertFalse(os.path.exists(server.data_dir))

    def test_one_area_by_itself(self):
        areas = {one["id"].split("-")[0] for one in findings_of(self.server().command("doctor", "--json", "--only", "queue"))}
        self.assertEqual(areas, {"queue"})
        self.assertEqual(self.server(start=False).command("doctor", "--only", "kitchen").returncode, 64)

    def test_settings_that_cannot_be_are_said_before_anything_is_looked_at(self):
        self.assertEqual(self.server(start=False, PORT="none").command("doctor").returncode, 78)

    def test_the_page_is_that_of_the_program(self):
        told = self.server(start=False).command("doctor", "--reference").stdout
        with open(os.path.join(harness.ROOT, "docs", "troubleshooting.md"), encoding="utf-8") as file:
            page = file.read()
        self.assertTrue(page.endswith(told), "docs/troubleshooting.md is stale: run ./dev docs and commit it")


class RedisWillNotConnect(Doctor):
    def test_each_step_that_can_fail_is_named(self):
        redis = self.redis()
        redis.command("CONFIG", "SET", "requirepass", "right")
        server = self.server(start=False)
        for url, word in (("redis://:right@nowhere.invalid:6379", "name"), (f"redis://127.0.0.1:{free_port()}", "Start Redis"),
                          (f"redis://:wrong@127.0.0.1:{redis.port}", "password"), (f"rediss://127.0.0.1:{redis.port}", "TLS"),
                          ("unix:///nowhere/redis.sock", "takes no connection")):
            server.settings["REDIS_URL"] = url
            found = self.complaints(server, "--only", "redis")
            self.assertEqual(set(found), {"redis-reach"}, url)
            self.assertIn(word, json.dumps(found), url)
        server.settings["REDIS_URL"] = f"redis://:right@127.0.0.1:{redis.port}"
        self.expect(server, arguments=["--only", "redis"])

    def test_a_server_that_hangs_does_not_hang_the_doctor(self):
        redis = self.redis()
        server = self.server(start=False, REDIS_URL=redis.url)
        redis.pause()
        self.addCleanup(redis.resume)
        begin = time.monotonic()
        found = self.complaints(server)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertIn("redis-reach", found)

    def test_the_right_that_is_missing_is_printed_and_cures(self):
        redis = self.redis()
        redis.command("ACL", "SETUSER", "app", "on", ">pw", "~*", "&*", "+@all", "-client|tracking", "-zadd")
        server = self.server(REDIS_URL=f"redis://app:pw@127.0.0.1:{redis.port}")
        found = self.complaints(server)
        self.assertIn("cache-tracking", found)
        cure = found["redis-commands"]["cure"]
        self.assertEqual(cure, "ACL SETUSER app +zadd +client|tracking")
        redis.command(*cure.split())
        server.restart()
        self.expect(server)


class RedisUnsuited(Doctor):
    def test_a_policy_that_evicts_and_memory_that_runs_out(self):
        redis = self.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
        server = self.server(start=False, REDIS_URL=redis.url)
        self.expect(server, "redis-eviction", arguments=["--only", "redis"])
        redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
        while True:
            used = int(re.search(r"used_memory:(\d+)", redis.command("INFO", "memory"))[1])
            if used > 0.92 * (4 << 20):
                break
            redis.command("SETRANGE", f"ballast{used}", str(100_000), "x")
        memory, = self.expect(server, "redis-memory", arguments=["--only", "redis"])
        self.assertEqual(memory["verdict"], "fail")
        self.assertIn("of 4.0 MB", memory["evidence"])


class QueueStuck(Doctor):
    def setUp(self):
        self.private = self.redis()
        self.site = self.server(REDIS_URL=self.private.url)
        wait_until(lambda: self.private.command("CLIENT", "LIST").count("cmd=bzpopmin") >= 3, 10, "the workers to sleep")

    def add(self, *options):
        done = self.site.command("queue", "add", "email", "nothing", *options)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_paused_queue_is_named_with_its_cure(self):
        self.site.command("queue", "pause", "email")
        self.add()
        paused, = self.expect(self.site, "queue-paused")
        self.assertIn("1 job", paused["evidence"])
        self.site.command(*paused["cure"].split()[1:])
        self.assertNotIn("queue-paused", self.complaints(self.site))

    def test_no_workers_and_both(self):
        self.site.terminate()
        self.assertEqual(set(self.complaints(self.site, "--only", "queue")), {"queue-workers"})
        self.private.command("HSET", "bull:email:meta", "paused", "1")
        self.assertEqual(set(self.complaints(self.site, "--only", "queue")), {"queue-workers", "queue-paused"})

    def test_a_job_that_waits_while_its_worker_hangs(self):
        self.site.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.site.process.send_signal, signal.SIGCONT)
        self.put_job()
        self.private.command("ZADD", "bull:email:marker", "0", "0")
        found = self.complaints(self.site, "--only", "queue")
        self.assertEqual({name for name in found if name.startswith("queue")}, {"queue-stuck"})
        self.assertIn("site-looks", found)  # the server itself does not answer

    def test_workers_that_nothing_wakes(self):
        self.site.terminate()
        with subprocess.Popen(["redis-cli", "-s", self.private.socket], stdin=subprocess.PIPE, text=True) as worker:
            worker.stdin.write(f"CLIENT SETNAME bull:{base64.b64encode(b'email').decode()}\n")
            worker.stdin.write("BZPOPMIN nothing 0\n")
            worker.stdin.flush()
            wait_until(lambda: "cmd=bzpopmin" in self.private.command("CLIENT", "LIST"), 10, "the worker to sleep")
            self.put_job()
            found = self.complaints(self.site, "--only", "queue")
            self.assertIn("queue email ", found["queue-marker"]["text"])
            self.assertNotIn("queue-stuck", found)
            worker.kill()

    def test_jobs_under_a_prefix_that_nobody_works_on(self):
        self.private.command("HSET", "exams:email:meta", "version", "bullmq:5")
        self.expect(self.site)
        self.private.command("LPUSH", "exams:email:wait", "1")
        prefix, = self.expect(self.site, "queue-prefix")
        self.assertEqual(prefix["evidence"], "exams")

    def put_job(self):
        long_ago = str(int(time.time() * 1000) - 120_000)
        self.private.command("HSET", "bull:email:77", "name", "x", "data", "{}", "timestamp", long_ago, "delay", "0")
        self.private.command("LPUSH", "bull:email:wait", "77")

    def test_an_active_job_that_nobody_holds(self):
        self.site.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.site.process.send_signal, signal.SIGCONT)
        self.private.command("HSET", "bull:email:78", "name", "x", "data", "{}", "timestamp", "1", "delay", "0")
        self.private.command("LPUSH", "bull:email:active", "78")
        found = self.complaints(self.site, "--only", "queue")
        self.assertEqual({name for name in found if name.startswith("queue")}, {"queue-stalled"})

    def test_failures_are_told_by_reason(self):
        now = str(int(time.time() * 1000))
        for number in range(40):
            job = f"f{number}"
            key = "failed" if number < 16 else "completed"
            self.private.command("HSET", f"bull:email:{job}", "name", "x", "data", "{}", "timestamp", now,
                                 "failedReason", "550 no such mailbox" if number < 12 else "554 looks like spam")
            self.private.command("ZADD", f"bull:email:{key}", now, job)
        failures, = self.expect(self.site, "queue-failures")
        self.assertEqual(failures["evidence"], "16 of 40 in a quarter of an hour; 12 times: 550 no such mailbox; "
                                               "4 times: 554 looks like spam")


class MailsNotQueued(Doctor):
    def test_mails_that_the_queue_does_not_take_are_told(self):
        redis = self.redis()
        server = self.server(REDIS_URL=redis.url)
        redis.command("CONFIG", "SET", "maxmemory", "1")  # every job is refused: OOM
        Site(server).sign_up("asha@example.com")
        with sqlite3.connect(os.path.join(server.data_dir, "tripos.db"), timeout=10) as database:
            database.execute("UPDATE outbox SET created_at = created_at - 120000")
        found = self.complaints(server)
        self.assertEqual(set(found), {"mail-outbox", "redis-memory"})
        self.assertIn("waits for 12", found["mail-outbox"]["evidence"])


class Relay(Doctor):
    def test_a_relay_that_is_not_there_or_speaks_no_tls(self):
        server = self.server(start=False, SMTP_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM="a@exams.localhost")
        relay, = [one for one in self.complaints(server, "--only", "mail").values()]
        self.assertEqual((relay["id"], relay["verdict"]), ("mail-relay", "fail"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        heard = []

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 relay\r\n")
                for line in connection.makefile("rb"):
                    heard.append(line)
                    connection.sendall({b"EHLO": b"250 relay\r\n", b"MAIL": b"550 5.7.1 not your sender\r\n",
                                        b"QUIT": b"221 bye\r\n"}.get(line[:4], b"500 what\r\n"))

        threading.Thread(target=serve, daemon=True).start()
        server.settings["SMTP_URL"] = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        relay, = [one for one in self.complaints(server, "--only", "mail").values()]
        self.assertIn("MAIL fails", relay["text"])
        self.assertEqual(relay["evidence"], "550 5.7.1 not your sender")
        self.assertIn(b"MAIL FROM:<a@exams.localhost>\r\n", heard)
        self.assertEqual([line for line in heard if line.startswith((b"RCPT", b"DATA"))], [])

    def test_offline_asks_nobody(self):
        server = self.server(start=False, SMTP_URL="smtp://relay.invalid", MAIL_FROM="a@example.invalid")
        self.expect(server, arguments=["--only", "mail", "--offline"])


class NameServer:
    """Answers TXT questions from `texts`; what is not there does not exist."""

    def __init__(self, texts):
        self.texts = texts
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, client = self.socket.recvfrom(4096)
            except OSError:
                return
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]].decode())
                at += 1 + question[at]
            asked = question[12:at + 5]
            texts = self.texts.get(".".join(labels).lower(), [])
            answer = b"".join(b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x05" + (sum(len(part) + 1 for part in parts)).to_bytes(2, "big")
                              + b"".join(bytes([len(part)]) + part for part in parts) for parts in texts)
            self.socket.sendto(question[:2] + (b"\x81\x80" if texts else b"\x81\x83") + b"\x00\x01" + len(texts).to_bytes(2, "big")
                               + b"\x00\x00\x00\x00" + asked + answer, client)


class Zone(Doctor):
    def test_a_zone_is_read_over_the_wire(self):
        names = NameServer({"exams.example.org": [[b"v=spf1 ip4:192.0.2.1 ", b"-all"]],
                            "_dmarc.example.org": [[b"v=DMARC1; p=none"]]})
        self.addCleanup(names.socket.close)
        server = self.server(start=False, SMTP_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM="a@exams.example.org")
        dns = ["--only", "mail", "--dns", f"127.0.0.1:{names.port}"]
        self.expect(server, "mail-relay", arguments=dns)
        names.texts["exams.example.org"] = [[b"v=spf1 +all"]]
        del names.texts["_dmarc.example.org"]
        self.expect(server, "mail-relay", "mail-spf", "mail-dmarc", arguments=dns)


class Machine(Doctor):
    def test_a_file_that_others_can_read_is_named_with_its_cure(self):
        server = self.server()
        path = os.path.join(server.data_dir, "email-secret")
        os.chmod(path, 0o644)
        modes, = self.expect(server, "host-modes")
        self.assertEqual(modes["cure"], f"chmod 0600 '{path}'")
        subprocess.run(modes["cure"], shell=True, check=True)
        self.expect(server)

    def test_a_frozen_server_is_said_to_hang(self):
        server = self.server()
        server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(server.process.send_signal, signal.SIGCONT)
        begin = time.monotonic()
        self.assertIn("the site", self.complaints(server)["site-looks"]["text"])
        self.assertLess(time.monotonic() - begin, 10)

    def test_secrets_that_others_can_read(self):
        server = self.server()
        with open(os.path.join(server.folder, ".env"), "w", encoding="ascii") as file:
            file.write("METRICS_TOKEN=a-token-of-letters\n")
        os.chmod(file.name, 0o644)
        secrets, = self.expect(server, "site-secrets")
        self.assertEqual(secrets["cure"], "chmod 0600 '.env'")


class Address(Doctor):
    def test_the_address_must_lead_to_this_site(self):
        port = free_port()
        server = self.server(PORT=port, PUBLIC_URL=f"http://127.0.0.1:{port}")
        self.expect(server)
        other = self.server()
        server.settings["PUBLIC_URL"] = f"http://127.0.0.1:{other.port}"
        address, = self.expect(server, "site-address")
        self.assertIn("another site", address["text"])
        server.settings["PUBLIC_URL"] = f"http://127.0.0.1:{free_port()}"
        address, = self.expect(server, "site-address")
        self.assertIn("Nothing answers", address["text"])
        self.expect(server, arguments=["--offline"])

    def test_a_certificate_that_ends_soon_or_is_not_accepted(self):
        certificates = Certificates()
        self.addCleanup(certificates.remove)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.path("server.pem"), certificates.path("server.key"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    with contextlib.suppress(ssl.SSLError), context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                        connection.recv(4096)
                        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        server = self.server(PUBLIC_URL=f"https://localhost:{listener.getsockname()[1]}")
        address, certificate = self.expect(server, "site-address", "site-certificate")
        self.assertIn("is not accepted", address["text"])
        self.assertEqual(certificate["evidence"][:10], time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400)))


class FromInside(Doctor):
    def test_who_runs_the_site_sees_the_same_findings(self):
        redis = self.redis("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
        server = self.server(REDIS_URL=redis.url)
        site = Site(server)
        admin, candidate = site.admin(), site.candidate("asha@example.com")
        found = site.expect(200, "GET", "/admin/findings", token=admin)["data"]
        self.assertEqual(found[0]["id"], "redis-eviction")
        self.assertIn("noeviction", found[0]["cure"])
        self.assertEqual([one["id"] for one in found if one["verdict"] in {"advice", "warn", "fail"}], ["redis-eviction"])
        self.assertEqual(server.api("GET", "/admin/findings", token=candidate).status, 403)
        ready = server.api("GET", "//readyz").json["dependencies"]["queue"]["findings"]
        self.assertEqual(ready, found[:1])
        said = self.complaints(server)["redis-eviction"]
        self.assertEqual(said, found[0])

    def test_a_server_that_lost_redis_says_so(self):
        redis = self.redis()
        server = self.server(REDIS_URL=redis.url)
        admin = Site(server).admin()
        redis.end()

        def away():
            found = server.api("GET", "/admin/findings", token=admin)
            return found.status == 200 and found.json["data"][0]["id"] == "redis-reach"

        wait_until(away, 15, "the loss to be told")


if __name__ == "__main__":
    unittest.main()
