# SPDX-License-Identifier: MIT
"""`tripos doctor`: what holds Redis up, who keeps the database, the proxy, the seal, both relays, a test mail, and the bundle for whoever helps."""

import http.server
import json
import os
import stat
import subprocess
import threading
import unittest
import urllib.request

from doctor_case import Doctor, findings_of
from engines import PrivatePostgres, SmtpRelay, SteppedClock, free_port
from harness import Site, wait_until


class RedisHeldUp(Doctor):
    def test_what_its_latency_monitor_saw_is_told(self):
        redis = self.redis("--latency-monitor-threshold", "1", "--enable-debug-command", "yes")
        server = self.server(start=False, REDIS_URL=redis.url)
        self.expect(server, arguments=["--only", "redis"])
        redis.command("DEBUG", "SLEEP", "0.15")
        done = server.command("doctor", "--json", "--only", "redis")
        speed, = [one for one in findings_of(done) if one["id"] == "redis-speed"]
        self.assertEqual(speed["verdict"], "advice")
        self.assertIn("held up by command", speed["text"])

    def test_a_key_that_is_very_large_is_named(self):
        redis = self.redis()
        server = self.server(start=False, REDIS_URL=redis.url)
        redis.command("SETRANGE", "ballast", str(6 << 20), "x")
        self.expect(server, arguments=["--only", "redis"])
        redis.command("SETRANGE", "ballast", str(20 << 20), "x")
        key, = self.expect(server, "redis-keys", arguments=["--only", "redis"])
        self.assertIn("very large: ballast", key["text"])
        self.assertEqual(key["verdict"], "advice")

    def test_the_plan_covers_what_a_process_opens_and_a_limit_below_it_is_told(self):
        redis = self.redis()
        server = self.server(REDIS_URL=redis.url, HTTP_THREADS="2")
        Site(server).candidate("asha@example.com")
        opened = len([line for line in redis.command("CLIENT", "LIST").splitlines() if "cmd=client|list" not in line])
        self.expect(server)
        told, = json.loads(server.command("engines", "--json").stdout)["data"]["redis"]
        self.assertGreaterEqual(told["clientPlan"], opened)
        server.terminate()
        redis.command("CONFIG", "SET", "maxclients", "16")
        planned, limit = self.complaints(server)["redis-clients"]["evidence"].split(" of ")
        self.assertEqual(limit, "16")
        self.assertEqual(int(planned), told["clientPlan"])
        self.assertLess(int(planned), opened + 8)


class Held(Doctor):
    def test_who_keeps_a_transaction_of_postgresql_open_is_named(self):
        clock = SteppedClock()
        self.addCleanup(clock.remove)
        postgres = PrivatePostgres(environment=clock.settings)
        self.addCleanup(postgres.stop)
        postgres.start()
        server = self.server(DATABASE_URL=postgres.url)
        holder = subprocess.Popen(["psql", postgres.url, "-qAt", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], "PGAPPNAME": "report"})
        self.addCleanup(holder.stdout.close)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdin.close)
        holder.stdin.write("BEGIN;\nSELECT 'held';\n")
        holder.stdin.flush()
        self.assertEqual(holder.stdout.readline(), "held\n")
        self.expect(server, arguments=["--only", "database"])
        clock.step(90)
        reader, = self.expect(server, "database-readers", arguments=["--only", "database"])
        self.assertIn("report, process ", reader["text"])
        self.assertRegex(reader["evidence"], "^(9|10)\\d s$")
        holder.stdin.write("COMMIT;\nSELECT 'over';\n")
        holder.stdin.flush()
        self.assertEqual(holder.stdout.readline(), "over\n")
        self.expect(server, arguments=["--only", "database"])

    def test_mails_sealed_with_a_former_secret_are_told(self):
        server = self.server(JWT_EMAIL_SECRET="the-first-secret-of-this-site-0123")
        server.command("queue", "pause", "email")
        Site(server).sign_up("asha@example.com")
        self.expect(server, "queue-paused")
        server.settings["JWT_EMAIL_SECRET"] = "quite-another-secret-of-this-9876"
        server.restart()
        found = self.complaints(server)
        self.assertEqual(set(found), {"queue-paused", "site-seal"})
        self.assertEqual(found["site-seal"]["evidence"], "1 mail")
        server.settings["JWT_EMAIL_SECRET"] = "the-first-secret-of-this-site-0123"
        server.restart()
        self.expect(server, "queue-paused")


class ForwardingProxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.behind}{self.path}",
                                         headers={"X-Forwarded-For": self.client_address[0]})
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Proxy(Doctor):
    def test_a_proxy_that_is_not_trusted_is_told_with_its_cure(self):
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ForwardingProxy)
        proxy.daemon_threads = True
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        server = self.server(PUBLIC_URL=f"http://127.0.0.1:{proxy.server_port}")
        proxy.behind = server.port
        untrusted, = self.expect(server, "site-proxy")
        self.assertIn("TRUSTED_PROXIES", untrusted["cure"])
        server.settings["TRUSTED_PROXIES"] = "127.0.0.1"
        server.restart()
        proxy.behind = server.port
        self.expect(server)
        self.assertNotIn("proxy", server.api("GET", "//healthz").json)


class Relays(Doctor):
    def relay(self):
        relay = SmtpRelay()
        self.addCleanup(relay.stop)
        return relay

    def test_the_relay_of_newsletters_is_looked_at_too(self):
        relay = self.relay()
        server = self.server(start=False, SMTP_URL=relay.url, MAIL_FROM="a@exams.localhost",
                             SMTP_BULK_URL=f"smtp://127.0.0.1:{free_port()}")
        bulk, = self.expect(server, "mail-relay", arguments=["--only", "mail"])
        self.assertIn("The relay of newsletters", bulk["text"])
        server.settings["SMTP_BULK_URL"] = relay.url
        self.expect(server, arguments=["--only", "mail"])

    def test_a_test_mail_is_really_sent_past_the_queue(self):
        relay = self.relay()
        server = self.server(SMTP_URL=relay.url, MAIL_FROM="a@exams.localhost")
        server.command("queue", "pause", "email")
        self.expect(server, "queue-paused", arguments=["--send", "you@example.com"])
        wait_until(lambda: any("Test mail from Tripos" in str(one) for one in relay.messages()), 10, "the mail to arrive")
        # Whatever area is asked for, the end of a mail that went is told.
        self.assertIn("mail: ok: The relay takes a test mail", server.command("doctor", "--only", "redis", "--send", "you@example.com").stdout)
        relay.stop()
        found = self.complaints(server, "--send", "you@example.com")
        self.assertEqual(found["mail-send"]["verdict"], "fail")
        self.assertEqual(server.command("doctor", "--send", "nobody").returncode, 64)

    def test_without_a_server_nobody_sends(self):
        server = self.server()
        server.terminate()
        for area in ([], ["--only", "redis"], ["--only", "mail"]):
            send = self.complaints(server, "--send", "you@example.com", *area)["mail-send"]
            self.assertEqual((send["verdict"], send["evidence"]), ("fail", "not sent: no server runs here that could send it"))


class Bundle(Doctor):
    def test_it_holds_what_helps_and_no_secret_and_no_address(self):
        redis = self.redis()
        redis.command("CONFIG", "SET", "requirepass", "redis-hush")
        server = self.server(REDIS_URL=f"redis://:redis-hush@127.0.0.1:{redis.port}", JWT_ACCESS_SECRET="access-hush-0123456789-abcdefghij",
                             JWT_EMAIL_SECRET="email-hush-0123456789-abcdefghij", METRICS_TOKEN="metrics-hush-0123456789",
                             SMTP_URL=f"smtp://app:smtp-hush@127.0.0.1:{free_port()}", MAIL_FROM="office@exams.localhost",
                             MAIL_WEBHOOK_SECRET="webhook-hush-0123456789-abcdef")
        Site(server).sign_up("asha@example.com")
        path = os.path.join(server.folder, "bundle.json")
        done = server.command("doctor", "--bundle", path)
        self.assertIn("mail-relay", done.stdout)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn("hush", text)
        self.assertNotRegex(text, r"[a-z]@[a-z]")
        bundle = json.loads(text)
        self.assertEqual(set(bundle), {"createdAt", "versions", "doctor", "settings", "figures"})
        self.assertEqual(bundle["doctor"]["verdict"], "fail")
        self.assertIn("mail-relay", [one["id"] for one in bundle["doctor"]["findings"] if one["verdict"] == "fail"])
        self.assertEqual([one["value"] for one in bundle["settings"] if one["key"] == "JWT_ACCESS_SECRET"], ["***"])
        self.assertTrue(any(line.startswith("tripos_build_info") for line in bundle["figures"]))
        again = server.command("doctor", "--bundle", path)
        self.assertEqual(again.returncode, 1)
        self.assertIn("File exists", again.stderr)

    def test_without_a_server_it_has_no_figures(self):
        server = self.server(start=False)
        path = os.path.join(server.folder, "bundle.json")
        server.command("doctor", "--bundle", path)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["figures"], [])


if __name__ == "__main__":
    unittest.main()
