# SPDX-License-Identifier: MIT
"""`tripos doctor` beside real servers: each trouble is named, nothing healthy is accused, no secret is printed, nothing is written."""

import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import unittest

import harness
from doctor_case import OF_THE_MACHINE, Doctor, findings_of
from engines import free_port
from harness import Site, wait_until


class Healthy(Doctor):
    def test_a_healthy_site_is_accused_of_nothing(self):
        server = self.server()
        Site(server).candidate("asha@example.com")
        self.expect(server)
        skipped = {one["id"] for one in findings_of(server.command("doctor", "--json")) if one["verdict"] == "skipped"}
        self.assertEqual(skipped, {"mail-send", "mail-relay", "mail-dns", "mail-spf", "mail-dkim", "mail-dmarc",  # SMTP_URL is not set
                                   "site-address", "site-proxy", "site-certificate",  # nor PUBLIC_URL
                                   "site-backup"})  # none is asked for outside production

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

    def test_an_area_that_nobody_could_look_at_is_not_well(self):
        nobody = self.server(start=False, REDIS_URL=f"redis://127.0.0.1:{free_port()}")
        for area in ("queue", "host"):
            dark, = self.expect(nobody, "site-looks", arguments=["--only", area])
            self.assertIn(f"Nothing could be looked at of what was asked for: {area}", dark["text"])
            self.assertTrue(dark["evidence"])

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
    def test_a_command_that_was_renamed_away(self):
        redis = self.redis("--rename-command", "LPOS", "")
        server = self.server(start=False, REDIS_URL=redis.url)
        missing, = self.expect(server, "redis-commands", arguments=["--only", "redis"])
        self.assertIn("has no command lpos", missing["text"])

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
        self.site.command(*paused["cure"].strip("`").split()[1:])
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


class FromInside(Doctor):
    def test_who_runs_the_site_sees_the_same_findings(self):
        redis = self.redis("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
        server = self.server(REDIS_URL=redis.url)
        site = Site(server)
        admin, candidate = site.admin(), site.candidate("asha@example.com")
        found = site.expect(200, "GET", "/admin/findings", token=admin)["data"]
        self.assertEqual(found[0]["id"], "redis-eviction")
        self.assertIn("noeviction", found[0]["cure"])
        self.assertEqual([one["id"] for one in found if one["verdict"] in {"advice", "warn", "fail"} and one["id"] not in OF_THE_MACHINE], ["redis-eviction"])
        self.assertEqual(server.api("GET", "/admin/findings", token=candidate).status, 403)
        # What is outside of it, Redis from there too, it looks at by and by.
        verdicts = {one["id"]: one["verdict"] for one in found}
        self.assertEqual(verdicts["redis-clients"], "ok")
        self.assertNotIn("mail-send", verdicts)  # nobody does that unasked
        outside = ("database-log", "redis-keys", "redis-commands", "redis-clock")

        def is_seen():
            now = {one["id"]: one["verdict"] for one in site.expect(200, "GET", "/admin/findings", token=admin)["data"]}
            return {now[name] for name in outside} == {"ok"} and now["redis-speed"] != "skipped"

        wait_until(is_seen, 20, "the look from outside")
        ready = server.api("GET", "//readyz").json["dependencies"]["queue"]["findings"]
        self.assertEqual(ready, found[:1])
        said = self.complaints(server)["redis-eviction"]
        self.assertEqual(said, found[0])

    def test_the_same_is_seen_in_figures(self):
        redis = self.redis()
        server = self.server(REDIS_URL=redis.url, start=False)
        redis.command("HSET", "bull:email:meta", "paused", "1")
        redis.command("HSET", "bull:email:77", "name", "x", "data", "{}", "timestamp", str(int(time.time() * 1000) - 120_000))
        redis.command("LPUSH", "bull:email:wait", "77")
        server.start()

        def figures():
            return {name: float(value) for name, value in
                    re.findall(r"(?m)^(tripos_\S+) (\S+)$", server.api("GET", "//metrics").text)}

        wait_until(lambda: figures().get('tripos_queue_paused{queue="email"}') == 1, 10, "the queue to be looked at")
        seen = figures()
        self.assertEqual(seen['tripos_queue_jobs{queue="email",state="waiting"}'], 1)
        self.assertGreater(seen['tripos_queue_oldest_seconds{queue="email"}'], 119)
        self.assertEqual(seen["tripos_mail_outbox_oldest_seconds"], 0)
        self.assertEqual(seen['tripos_redis_up{use="redis"}'], 1)
        self.assertGreater(seen['tripos_redis_clients{use="redis"}'], 1)
        redis.end()
        wait_until(lambda: figures()['tripos_redis_up{use="redis"}'] == 0, 15, "the loss to be counted")

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
