# SPDX-License-Identifier: MIT
"""Prometheus and Alertmanager as deploy/compose has them, beside a real server, a real worker and a real relay."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from engines import PrivatePostgres, PrivateRedis, SmtpRelay, free_port
from harness import ROOT, wait_until
from proxies import replaced, sample
from test_workers import SHARED, ServerAlone, TriposWorker


class Monitoring(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-monitoring-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        with open(os.path.join(ROOT, "docs", "prometheus-rules.yml"), encoding="utf-8") as file:
            self.rules = file.read()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def checked(self, *command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def spawn(self, name, *command):
        with open(os.path.join(self.folder, name + ".log"), "wb") as log:
            process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def end():
            process.terminate()
            process.wait(20)
        self.addCleanup(end)

    def test_their_own_tools_find_no_fault(self):
        self.write("tripos-rules.yml", self.rules)
        self.write("prometheus.yml", sample("compose/prometheus.yml"))
        self.write("alertmanager.yml", sample("compose/alertmanager.yml"))
        self.assertIn("SUCCESS", self.checked("promtool", "check", "config", "prometheus.yml"))
        self.assertIn("SUCCESS", self.checked("amtool", "check-config", "alertmanager.yml"))
        for severity, receiver in (("page", "pages"), ("ticket", "tickets")):
            self.assertEqual(self.checked("amtool", "config", "routes", "test", "--config.file=alertmanager.yml", f"severity={severity}").strip(),
                             receiver)
        self.assertEqual(set(re.findall(r"severity: (\w+)", self.rules)), {"page", "ticket"})

    def part(self, kind):
        part = kind(DATABASE_URL=self.postgres.url, REDIS_URL=self.redis.url, METRICS_LISTEN=f"127.0.0.1:{free_port()}", **SHARED)
        self.addCleanup(part.stop)
        return part

    def start(self):
        """With every wait a second, and names of the compose network become addresses of this machine."""
        self.postgres = PrivatePostgres().start()
        self.addCleanup(self.postgres.stop)
        self.redis = PrivateRedis().start()
        self.addCleanup(self.redis.stop)
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)
        self.server, self.worker = self.part(ServerAlone), self.part(TriposWorker)
        self.prometheus, manager = free_port(), free_port()
        self.write("tripos-rules.yml", re.sub(r"(for|keep_firing_for|interval): \d+s", r"\1: 1s", self.rules))
        self.write("prometheus.yml", replaced(
            sample("compose/prometheus.yml"), ("server:9100", self.server.settings["METRICS_LISTEN"]),
            ("worker:9100", self.worker.settings["METRICS_LISTEN"]), ("alertmanager:9093", f"127.0.0.1:{manager}"), ("interval: 15s", "interval: 1s")))
        self.write("alertmanager.yml", replaced(
            sample("compose/alertmanager.yml"), ("relay.example.org:587", self.relay.url.removeprefix("smtp://") + "\n  smtp_require_tls: false"),
            ("  smtp_auth_username: alerts\n  smtp_auth_password_file: /run/secrets/relay-password\n", ""), ("wait: 30s", "wait: 1s"),
            ("group_interval: 5m", "group_interval: 1s")))
        self.spawn("alertmanager", "prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alerts",
                   f"--web.listen-address=127.0.0.1:{manager}", "--cluster.listen-address=")
        self.spawn("prometheus", "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                   f"--web.listen-address=127.0.0.1:{self.prometheus}")

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.prometheus}/api/v1/{path}", timeout=10) as reply:
            return json.load(reply)["data"]

    def health(self):
        """Of each target, sorted."""
        try:
            return sorted(target["health"] for target in self.get("targets")["activeTargets"])
        except OSError:
            return []

    def mail(self, word):
        return any(word in json.dumps(mail) for mail in self.relay.messages("on-call@example.org"))

    def test_both_processes_are_asked_and_a_worker_that_dies_wakes_somebody(self):
        self.start()
        wait_until(lambda: self.health() == ["up", "up"], 30, "both targets to be up", 0.2)
        rules = [rule for group in self.get("rules")["groups"] for rule in group["rules"]]
        self.assertEqual(len(rules), self.rules.count("- alert:"))
        wait_until(lambda: all(rule["health"] == "ok" for group in self.get("rules")["groups"] for rule in group["rules"]), 20,
                   "every rule to be evaluated", 0.2)
        self.worker.kill9()
        wait_until(lambda: self.mail("ServerDown"), 30, "a mail that it is down", 0.2)
        self.worker.start()
        wait_until(lambda: self.mail("[RESOLVED]"), 30, "a mail that it is back", 0.2)


if __name__ == "__main__":
    unittest.main()
