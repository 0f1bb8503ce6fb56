#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench newsletter`: one newsletter to a long mailing list, from the draft to a relay on loopback that takes everything
at once. Prints, as recipients are found and mails go out, how much memory the server and its Redis hold.

--recipients N (1000000)  --seconds S (150): then it is cancelled, and the cancel is timed
"""

import argparse
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

from engines import PrivateRedis  # noqa: E402 (its folder is added first)
from harness import Site, TriposServer, wait_until  # noqa: E402

SINK = os.path.join(ROOT, "build", "release", "bench", "smtp_sink")
SLICE = 5_000
SAMPLES = 12


def start_sink():
    subprocess.run([os.path.join(ROOT, "dev"), "build", "smtp_sink"], check=True, stdout=subprocess.DEVNULL)
    sink = subprocess.Popen([SINK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    first = json.loads(sink.stdout.readline())
    return sink, first["port"] if isinstance(first, dict) else first


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--recipients", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=150)
    arguments = options.parse_args()
    sink, port = start_sink()
    redis = PrivateRedis().start()
    server = TriposServer(REDIS_URL=redis.url, SMTP_URL=f"smtp://127.0.0.1:{port}", PUBLIC_URL="http://exams.example",
                          LOG_LEVEL="warn")
    try:
        measure(Site(server), redis, arguments)
    finally:
        server.stop()
        redis.stop()
        sink.kill()


def measure(site, redis, arguments):
    staff = site.admin()
    for start in range(0, arguments.recipients, SLICE):
        addresses = [f"reader{number}@example.net" for number in range(start, min(start + SLICE, arguments.recipients))]
        site.expect(200, "POST", "/admin/mailing-lists/readers/members", {"addresses": addresses}, staff)
    body = {"audience": {"list": "readers"}, "subject": "News", "text": "Two kilobytes of news. " * 80}
    path = "/admin/newsletters/" + site.expect(201, "POST", "/admin/newsletters", body, staff)["newsletter"]["id"]

    def show():
        return site.expect(200, "GET", path, None, staff)["newsletter"]

    print(f"{'seconds':>8} {'found':>9} {'sent':>9} {'in queue':>9} {'server MB':>10} {'Redis MB':>9}")
    site.expect(200, "POST", path + "/resume", {"confirm": "News"}, staff)
    begin = time.monotonic()
    for number in range(1, SAMPLES + 1):
        time.sleep(max(0, begin + arguments.seconds * number / SAMPLES - time.monotonic()))
        news = show()
        progress = news["progress"]
        memory = redis.command("INFO", "memory").split("used_memory:")[1].split()[0]
        print(f"{time.monotonic() - begin:8.0f} {progress['total']:9} {progress['sent']:9} {progress['queued']:9} "
              f"{site.server.resident_megabytes():10.1f} {int(memory) / 1e6:9.1f}", flush=True)
        if news["status"] == "DONE":
            return
    site.expect(200, "POST", path + "/cancel", None, staff)
    cancelled = time.monotonic()
    wait_until(lambda: show()["progress"]["queued"] == 0, 30, "the queue to be empty")
    print(f"cancelled: nothing left in the queue after {time.monotonic() - cancelled:.1f} s")


if __name__ == "__main__":
    main()
