# SPDX-License-Identifier: MIT
"""The cached read while 200 people log in at once: how far the hashing of passwords delays those who already sit the exam; then
2,000 at once (log_in_herd.py)."""

import json
import re
import statistics
import threading
import time
import urllib.request

from http_peers import Tripos
from log_in_herd import herd
from load import wrk

PEOPLE = 200
CONNECTIONS, PAUSE_MS = 50, 50  # about 1,000 reads/s: a large exam hall, far below what the server can do
GOAL = 3


def log_in(port, email, password, took):
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/auth/login", body, {"Content-Type": "application/json"})
    begin = time.monotonic()
    with urllib.request.urlopen(request, timeout=120) as reply:
        reply.read()
    took.append(time.monotonic() - begin)


class Storm(threading.Thread):
    """200 people at once, and again as soon as all are in, until end()."""

    def __init__(self, site):
        super().__init__()
        found = re.search(r"candidate\d+@\S+ .*?candidate\d+@\S+  (\S+)", site.server.log())
        self.port, self.password = site.port, found[1]
        self.took, self.over = [], threading.Event()

    def run(self):
        while not self.over.is_set():
            people = [threading.Thread(target=log_in, args=(self.port, f"candidate{number % 30 + 1:02}@tripos.example",
                                                            self.password, self.took)) for number in range(PEOPLE)]
            for person in people:
                person.start()
            for person in people:
                person.join()

    def end(self):
        self.over.set()
        self.join()


def reads(site, seconds):
    return wrk(site.port, site.load, "read", seconds, CONNECTIONS, pause_ms=PAUSE_MS)


def storm(seconds, rounds=3):
    """Idle and storm in turns; prints the medians and their ratio."""
    site = Tripos(arguments=["--demo"], TRUSTED_PROXIES="127.0.0.1")
    idle, stormy, took = [], [], []
    try:
        reads(site, 2)
        for _ in range(rounds):
            idle.append(reads(site, seconds))
            logins = Storm(site)
            logins.start()
            stormy.append(reads(site, seconds))
            logins.end()
            took += logins.took
        herd(site.server, "candidate01@tripos.example", logins.password)
    finally:
        site.stop()
    print(f"{'':28} {'reads/s':>8} {'p50 ms':>7} {'p99 ms':>7} {'errors':>7}")
    for name, found in (("idle", idle), (f"while {PEOPLE} log in", stormy)):
        median = {key: statistics.median(run[key] for run in found) for key in found[0]}
        print(f"{name:28} {median['rate']:8.0f} {median['p50']:7.2f} {median['p99']:7.2f} {median['errors']:7.0f}")
    ratio = statistics.median(s["p99"] / i["p99"] for s, i in zip(stormy, idle))
    print(f"p99 ratio {ratio:.1f} (goal at most {GOAL}); {len(took)} log-ins, median {statistics.median(took):.1f} s, "
          f"slowest {max(took):.1f} s")
    return 0
