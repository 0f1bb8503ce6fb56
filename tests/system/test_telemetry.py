# SPDX-License-Identifier: MIT
"""The figures of a server that works: those that docs/telemetry.md lists and no others, and each panel of the boards has some.

RECORD_FIGURES=yes writes the list anew.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from engines import SmtpRelay, free_port
from harness import ROOT, Site, TriposServer, wait_until

PAGE = os.path.join(ROOT, "docs", "telemetry.md")
HEAD = "| figure | kind | labels | what it is |\n| --- | --- | --- | --- |\n"


def figures(text):
    """name -> (kind, labels, help) of what /metrics says."""
    helps = dict(re.findall(r"(?m)^# HELP (\w+) (.*)$", text))
    kinds = dict(re.findall(r"(?m)^# TYPE (\w+) (\w+)$", text))
    labels = {name: set() for name in kinds}
    for line in text.splitlines():
        found = re.match(r"(\w+)(?:\{(.*)\})? ", line)
        if found and not line.startswith("#"):
            name = found[1]
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            name = base if kinds.get(base) == "histogram" else name
            labels[name] |= set(re.findall(r"(\w+)=\"", found[2] or "")) - {"le"}
    return {name: (kinds[name], ", ".join(sorted(labels[name])), helps[name]) for name in kinds}


def table(found):
    return "".join(f"| `{name}` | {' | '.join(found[name])} |\n" for name in sorted(found))


class Prometheus:
    """The real one, which asks this server every second."""

    def __init__(self, target, rules):
        self.folder = tempfile.mkdtemp(prefix="tripos-prometheus-")
        config = os.path.join(self.folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"""global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: tripos
    static_configs: [{{targets: ['127.0.0.1:{target}']}}]
""")
        self.port = free_port()
        self.log = open(os.path.join(self.folder, "log"), "wb")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=subprocess.STDOUT)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}", timeout=10) as reply:
            return json.load(reply)["data"]

    def ask(self, expression):
        """What is there, and a number."""
        found = self.get("query?query=" + urllib.parse.quote(expression))["result"]
        return [one for one in found if one["value"][1] != "NaN"]

    def is_up(self):
        try:
            return self.ask("up{job='tripos'} == 1")
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Telemetry(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)
        self.server = TriposServer(SMTP_URL=self.relay.url, MAIL_FROM="Exams <exams@example.org>", DEV_INBOX="on",
                                   LOGIN_LIMIT_ACCOUNT="1")
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)

    def work(self):
        """Something of everything: accounts, mails, an exam, a newsletter, a refusal."""
        admin = self.site.admin()
        exam = self.site.exam(admin)
        for number in range(3):
            token = self.site.candidate(f"c{number}@example.org")
            for question, options in self.site.start(exam, token):
                self.site.save(exam, token, question, options[0])
            self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        self.site.expect(202, "POST", "/admin/notifications", {"audience": "all", "subject": "s", "text": "t"}, admin)
        self.server.command("backup", os.path.join(self.server.folder, "copy"))
        for _ in range(4):
            self.server.api("POST", "/auth/login", {"email": "c0@example.org", "password": "wrong horse 7"})

    def told(self):
        return figures(self.server.api("GET", "//metrics").text)

    def test_the_figures_are_those_of_the_list(self):
        self.work()
        wanted = {"tripos_queue_jobs", "tripos_limits_refused_total", "tripos_mail_delivery_seconds", "tripos_disk_free_ratio"}
        wait_until(lambda: wanted <= set(self.told()), 40, "figures of what is looked at every 15 s")
        with open(PAGE, encoding="utf-8") as page:
            before, head, listed = page.read().partition(HEAD)
        if os.environ.get("RECORD_FIGURES"):
            with open(PAGE, "w", encoding="utf-8") as page:
                page.write(before + head + table(self.told()))
            return
        self.assertEqual(table(self.told()), listed)

    def test_rules_and_boards_ask_for_figures_of_the_list(self):
        with open(PAGE, encoding="utf-8") as page:
            listed = set(re.findall(r"(?m)^\| `(\w+)` \| (\w+)", page.read()))
        names = {name for name, _ in listed}
        for name, kind in listed:
            names |= {name + part for part in ("_bucket", "_sum", "_count")} if kind == "histogram" else set()
        folder = os.path.join(ROOT, "docs", "grafana")
        for path in [os.path.join(ROOT, "docs", "prometheus-rules.yml"), *(os.path.join(folder, one) for one in os.listdir(folder))]:
            with open(path, encoding="utf-8") as file:
                asked = set(re.findall(r"\btripos_\w+", file.read()))
            self.assertTrue(asked, path)
            self.assertEqual(asked - names, set(), path)

    def test_each_panel_has_figures_and_each_rule_is_understood(self):
        prometheus = Prometheus(self.server.port, os.path.join(ROOT, "docs", "prometheus-rules.yml"))
        self.addCleanup(prometheus.stop)
        wait_until(prometheus.is_up, 30, "the first scrape")
        folder = os.path.join(ROOT, "docs", "grafana")
        panels = []
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                board = json.load(file)
            panels += [(f"{board['title']}: {panel['title']}", target["expr"].replace("$family", ".*"))
                       for panel in board["panels"] for target in panel["targets"]]
        self.assertGreater(len(panels), 50)
        empty = panels

        def none_is_empty():
            nonlocal empty
            self.work_again()
            empty = [(title, expression) for title, expression in empty if not prometheus.ask(expression)]
            return not empty
        try:
            wait_until(none_is_empty, 60, "figures in each panel", interval=1)
        except AssertionError:
            self.assertEqual(empty, [])
        groups = prometheus.get("rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertGreater(len(rules), 20)
        self.assertEqual([rule["name"] for rule in rules if rule["health"] == "err"], [])

    def work_again(self):
        """The first time all of it, then what a panel of rates needs: again."""
        if not hasattr(self, "worked_at"):
            self.work()
        self.worked_at = time.monotonic()
        self.site.sign_up(f"again-{self.worked_at}@example.org")


if __name__ == "__main__":
    unittest.main()
