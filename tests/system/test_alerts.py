# SPDX-License-Identifier: MIT
"""Alerts from outside: the files that are written from the table, messages that leave by a real webhook and a real relay, silences.

What fires when is held elsewhere: src/alerts and tests/integration/alerts.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import tempfile
import threading
import unittest

from engines import SmtpRelay
from harness import ROOT, Site, TriposServer, wait_until

KEY = "a key of at least 24 bytes"
MARK = "<!-- what follows: tripos alerts reference -->\n"


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


class Sink:
    """Takes requests and keeps them: (method and path, headers, body)."""

    def __init__(self):
        self.requests = []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                sink.requests.append((f"{self.command} {self.path}", self.headers, body))
                self.send_response(204)
                self.end_headers()

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class WrittenFiles(unittest.TestCase):
    """`./dev docs` writes them."""

    def setUp(self):
        self.program = TriposServer(start=False)
        self.addCleanup(self.program.stop)

    def printed(self, *arguments):
        done = self.program.command(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_the_rules_for_prometheus_and_the_runbooks_are_those_of_the_program(self):
        stale = "is stale: run ./dev docs and commit it"
        self.assertTrue(self.printed("alerts", "rules") == read("docs", "prometheus-rules.yml"), f"docs/prometheus-rules.yml {stale}")
        written = read("docs", "alerts.md").partition(MARK)[2]
        self.assertTrue(self.printed("alerts", "reference") == written, f"docs/alerts.md {stale}")

    def test_every_board_is_that_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            self.printed("boards", os.path.join(folder, "new"))
            names = sorted(os.listdir(os.path.join(folder, "new")))
            self.assertEqual(names, sorted(os.listdir(os.path.join(ROOT, "docs", "grafana"))))
            for name in names:
                with open(os.path.join(folder, "new", name), encoding="utf-8") as file:
                    self.assertTrue(file.read() == read("docs", "grafana", name), f"docs/grafana/{name} is stale: run ./dev docs")

    def test_a_folder_that_cannot_be_written_is_named(self):
        done = self.program.command("boards", "/proc/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/proc/nowhere", done.stderr)


class Messages(unittest.TestCase):
    def setUp(self):
        self.sink = Sink()
        self.addCleanup(self.sink.close)
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)
        self.server = TriposServer(
            ALERT_WEBHOOK_URL=f"{self.sink.url}/hook/very-secret", ALERT_WEBHOOK_SECRET=KEY, ALERT_EMAIL="admin@example.org",
            ALERT_HEARTBEAT_URL=f"{self.sink.url}/beat/very-secret", SMTP_URL=self.relay.url, MAIL_FROM="Exams <exams@example.org>")
        self.addCleanup(self.server.stop)

    def posts(self):
        return [request for request in self.sink.requests if request[0] == "POST /hook/very-secret"]

    def test_a_test_reaches_webhook_and_mailbox_past_queue_and_outbox(self):
        self.server.command("queue", "pause", "email")
        done = self.server.command("alerts", "test")
        self.assertEqual(done.returncode, 0, done)
        [(_, headers, body)] = self.posts()
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(KEY.encode(), signed, hashlib.sha256).digest()).decode()
        self.assertEqual(headers["webhook-signature"], "v1," + signature)
        self.assertIn("[TEST]", json.loads(body)["text"])
        mail, = self.relay.messages("admin@example.org")
        self.assertIn("[TEST]", json.dumps(mail))
        wait_until(lambda: any(one[0] == "GET /beat/very-secret" for one in self.sink.requests), 30, "a heartbeat")

    def test_when_nothing_takes_it_the_command_says_so(self):
        self.sink.close()
        self.relay.listen(False)
        done = self.server.command("alerts", "test")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("No way took the message", done.stderr)
        self.assertIn("a message did not get through", self.server.log())

    def test_no_address_or_key_is_told(self):
        self.sink.close()
        self.server.command("alerts", "test")
        told = self.server.log() + self.server.command("config").stdout + self.server.command("--json", "config").stdout
        told += self.server.api("GET", "//metrics").text
        for secret in ("very-secret", KEY):
            self.assertNotIn(secret, told)


class BadSettings(unittest.TestCase):
    def test_what_is_no_address_stops_the_start_and_is_not_repeated(self):
        bad = TriposServer(start=False, ALERT_WEBHOOK_URL="ftp://host/hidden", ALERT_HEARTBEAT_URL="hidden", ALERT_EMAIL="nobody",
                           ALERT_WEBHOOK_SECRET="short")
        self.addCleanup(bad.stop)
        code, log = bad.run_to_end()
        self.assertEqual(code, 78)
        for name in ("ALERT_WEBHOOK_URL", "ALERT_HEARTBEAT_URL", "ALERT_EMAIL", "ALERT_WEBHOOK_SECRET"):
            self.assertIn(name, log)
        self.assertNotIn("hidden", log)


class Silences(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.admin = self.site.admin()

    def listed(self):
        return self.site.expect(200, "GET", "/admin/alerts", None, self.admin)["data"]

    def test_what_is_watched_and_what_fires(self):
        data = self.listed()
        rules = {rule["name"] for rule in data["rules"]}
        self.assertIn("JobFailures", rules)
        self.assertNotIn("ServerDown", rules)  # a server does not see its own end
        self.server.command("queue", "pause", "email")
        self.server.restart()  # which looks at once

        def pending():
            return [one for one in self.listed()["alerts"] if one["rule"] == "QueuePaused"]
        alert, = wait_until(pending, 45, "the paused queue to be seen")
        self.assertEqual((alert["state"], alert["labels"], alert["severity"]), ("pending", {"queue": "email"}, "ticket"))
        self.assertIn("pending  ticket  QueuePaused {queue=email}", self.server.command("alerts", "list").stdout)

    def test_a_server_that_begins_is_not_without_workers(self):
        self.server.restart()
        seen = set()

        def is_looked_at():
            told = re.findall(r'(?m)^tripos_queue_(workers|jobs)\{queue="email"[^}]*\} (\S+)$', self.server.api("GET", "//metrics").text)
            seen.update(float(value) for name, value in told if name == "workers")
            return {name for name, _ in told} == {"workers", "jobs"}

        wait_until(is_looked_at, 10, "the first look at the queues")
        self.assertNotIn(0, seen)  # until they can be there nobody knows

    def test_a_silence_by_command_and_by_route_outlives_a_restart(self):
        done = self.server.command("alerts", "silence", "QueuePaused", "2h", "--why", "moving house")
        self.assertEqual(done.returncode, 0, done)
        other = self.site.expect(201, "POST", "/admin/alerts/silences", {"rule": "WalLarge", "minutes": 30}, self.admin)["data"]
        self.server.restart()
        self.assertEqual([one["rule"] for one in self.listed()["silences"]], ["WalLarge", "QueuePaused"])
        self.assertIn("moving house", self.server.command("alerts", "list").stdout)
        self.site.expect(200, "DELETE", f"/admin/alerts/silences/{other['id']}", None, self.admin)
        self.site.expect(404, "DELETE", f"/admin/alerts/silences/{other['id']}", None, self.admin)
        left, = self.listed()["silences"]
        self.assertEqual(self.server.command("alerts", "unsilence", left["id"]).returncode, 0)
        self.assertEqual(self.server.command("alerts", "unsilence", left["id"]).returncode, 1)
        self.assertEqual(self.listed()["silences"], [])

    def test_nonsense_is_refused(self):
        for body in ({}, {"rule": "Nonsense", "minutes": 5}, {"rule": "WalLarge", "minutes": 0},
                     {"rule": "WalLarge", "minutes": 10 ** 9}, {"rule": "WalLarge", "minutes": "x"},
                     {"rule": "WalLarge", "minutes": 5, "why": "x" * 501}, {"rule": 7, "minutes": 5}):
            self.site.expect(400, "POST", "/admin/alerts/silences", body, self.admin)
        for words in (("Nonsense", "2h"),):
            self.assertEqual(self.server.command("alerts", "silence", *words).returncode, 1)
        for words in (("WalLarge", "2"), ("WalLarge", "0m"), ("WalLarge", "2y"), ("WalLarge", "31d"), ("WalLarge",)):
            self.assertEqual(self.server.command("alerts", "silence", *words).returncode, 64, words)
        self.assertEqual(self.listed()["silences"], [])

    def test_only_operators_see_them(self):
        candidate = self.site.candidate("asha@example.org")
        for method, path in (("GET", ""), ("POST", "/silences"), ("DELETE", "/silences/x")):
            body = {} if method == "POST" else None
            self.site.expect(401, method, "/admin/alerts" + path, body)
            self.site.expect(403, method, "/admin/alerts" + path, body, candidate)


if __name__ == "__main__":
    unittest.main()
