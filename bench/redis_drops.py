# SPDX-License-Identifier: MIT
"""Saves while all connections to Redis are killed ten times a second, beside saves in peace: what it costs that a save is
answered only when its invalidation is confirmed."""

import statistics
import threading

from engines import PrivateRedis
from http_peers import Tripos
from load import measure

EVERY = 0.1


class Dropper(threading.Thread):
    def __init__(self, redis):
        super().__init__()
        self.redis, self.over = redis, threading.Event()

    def run(self):
        while not self.over.wait(EVERY):
            self.redis.command("CLIENT", "KILL", "TYPE", "normal", check=False)

    def end(self):
        self.over.set()
        self.join()


def drops(seconds, connections, rounds):
    """Peace and drops in turns; prints the medians and their ratio."""
    redis = PrivateRedis().start()
    site = None
    found = {"peace": [], "drops": []}
    try:
        site = Tripos(REDIS_URL=f"redis://127.0.0.1:{redis.port}")
        for _ in range(rounds):
            for kind, results in found.items():
                dropper = Dropper(redis)
                if kind == "drops":
                    dropper.start()
                try:
                    results.append(measure(site.port, site.load, "save", seconds, connections, {"server": site.pids()["server"]}))
                finally:
                    if kind == "drops":
                        dropper.end()
    finally:
        if site:
            site.stop()
        redis.stop()
    print(f"{'saves':8} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU us/req':>11} {'errors':>7}")
    medians = {}
    for kind, results in found.items():
        medians[kind] = {name: statistics.median(result[name] for result in results) for name in results[0]}
        median = medians[kind]
        print(f"{kind:8} {median['rate']:8.0f} {median['p50']:8.2f} {median['p99']:8.2f} {median['server']:11.1f} "
              f"{median['errors']:7.0f}")
    print(f"ratio    {medians['drops']['rate'] / medians['peace']['rate']:8.2f}")
    return 1 if any(median["errors"] for median in medians.values()) else 0
