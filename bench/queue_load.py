#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench queue`: our queue and BullMQ on Node, in turns, on one private Redis (Unix socket, nothing stored).

No-op jobs with 60 bytes of data, 50 at a time in one worker process, the newest 1,000 completed kept. Prints a table of both
sides with the ratio and the goal, then what concerns ours alone. Each figure is the median of the rounds.
--rounds N (3). --million N: jobs of the long queue (1000000; 0 leaves it out). --idle N: seconds of the idle runs (10).
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = [os.path.join(ROOT, "build", "release", "bench", "queue_bench")]
PEER = os.path.join(ROOT, "bench", "peers", "queue")
NODE = ["node", os.path.join(PEER, "queue_bench.mjs")]
# Jobs per run: long enough to be steady, short enough for the whole to take two minutes.
ADDS = {"ours": 30_000, "node": 8_000}
WORK = {"ours": 50_000, "node": 15_000}
WARM_UP = 2_000  # the worker's first jobs, before its clock starts
WAITING = 10_000  # jobs still waiting when a run ends
QUEUES = 100


class Redis:
    """A redis-server of this run alone."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-queue-bench-")
        self.socket = os.path.join(self.folder, "redis.sock")
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "no",
             "--maxmemory-policy", "noeviction", "--dir", self.folder], stdout=subprocess.DEVNULL)
        while not os.path.exists(self.socket):
            time.sleep(0.01)

    def command(self, *arguments):
        done = subprocess.run(["redis-cli", "-s", self.socket, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    def cpu(self):
        return sum(float(value) for value in re.findall(r"^used_cpu_(?:user|sys):([\d.]+)", self.command("info", "cpu"), re.M))

    def calls(self):
        """Commands so far, without those that measure."""
        counts = dict(re.findall(r"cmdstat_(\S+?):calls=(\d+)", self.command("info", "commandstats")))
        return sum(int(count) for name, count in counts.items() if name not in ("info", "flushall"))

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(side, redis, mode, *arguments):
    command = (OURS if side == "ours" else NODE) + [mode, redis.socket, "bench", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(process):
    output, _ = process.communicate()
    if process.returncode != 0:
        sys.exit(f"{process.args} failed:\n{output}")
    return json.loads(output.splitlines()[-1])


def run(side, redis, mode, *arguments):
    return finish(start(side, redis, mode, *arguments))


def add_rate(side, redis, kind, order):
    redis.command("flushall")
    result = run(side, redis, "add", ADDS[side], kind, order)
    return result["jobs"] / result["seconds"]


def fill(redis, count):
    redis.command("flushall")
    run("ours", redis, "add", count, "bulk", "standard")


def work(side, redis, waiting=WAITING, mode="work"):
    """Jobs/s, microseconds of the worker process and of Redis per job, resident KiB; `waiting` jobs are left over."""
    fill(redis, WORK[side] + WARM_UP + waiting)
    before = redis.cpu()
    result = run(side, redis, mode, WORK[side])
    started = result["jobs"] + (WARM_UP if mode == "work" else 0)
    return {"rate": result["jobs"] / result["seconds"], "cpu": result["cpu"] / result["jobs"] * 1e6,
            "redis": (redis.cpu() - before) / started * 1e6, "rss": result["rss"]}


def latency(side, redis):
    redis.command("flushall")
    times = sorted(run(side, redis, "latency", 1000)["ms"])
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def idle(side, redis, seconds, queues):
    """Commands/s of idle workers, and what the process says."""
    redis.command("flushall")
    process = start(side, redis, "idle", seconds, queues)
    assert process.stdout.readline() == "ready\n"
    before = redis.calls()
    time.sleep(seconds - 0.5)
    rate = (redis.calls() - before) / (seconds - 0.5)
    return rate, finish(process)


def median_of(results, key):
    return statistics.median(result[key] for result in results)


def version_of(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip().split("\n")[0]


def describe_machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open(os.path.join(PEER, "package.json"), encoding="utf-8") as file:
        bullmq = json.load(file)["dependencies"]["bullmq"]
    print(f"machine   {os.cpu_count()} x {model[1] if model else platform.machine()}, Linux {platform.release()}; "
          f"load before {os.getloadavg()[0]:.1f}")
    print(f"versions  {version_of('redis-server', '--version')[:21]}; {version_of('g++', '--version')}; "
          f"Node {version_of('node', '--version')}, bullmq {bullmq}")
    print("load      60 bytes of data, no-op processor, concurrency 50, 1,000 completed kept; all on one machine\n")


def need_peer():
    lock, installed = os.path.join(PEER, "package-lock.json"), os.path.join(PEER, "node_modules/.package-lock.json")
    if not os.path.exists(installed) or os.path.getmtime(installed) < os.path.getmtime(lock):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PEER, check=True,
                       stdout=subprocess.DEVNULL)


def row(name, ours, node, goal, ratio, digits=0):
    print(f"{name:32} {ours:>12,.{digits}f} {node:>12,.{digits}f} {ratio:>7.1f} {goal:>8}", flush=True)


def compare(redis, rounds):
    """Both sides in turns; prints the rows of the table, returns our worker's median rate."""
    print(f"{'':32} {'ours':>12} {'Node':>12} {'ratio':>7} {'goal':>8}")
    works = {"ours": [], "node": []}
    for _ in range(rounds):
        for side, results in works.items():
            results.append(work(side, redis))
    ours, node = ({key: median_of(results, key) for key in ("rate", "cpu", "redis", "rss")} for results in works.values())
    row("process, jobs/s", ours["rate"], node["rate"], ">= 4", ours["rate"] / node["rate"])
    row("  worker CPU, us/job", ours["cpu"], node["cpu"], ">= 8", node["cpu"] / ours["cpu"], 1)
    row("  Redis CPU, us/job", ours["redis"], node["redis"], "", node["redis"] / ours["redis"], 1)
    row("  worker memory, MB", ours["rss"] / 1024, node["rss"] / 1024, "", node["rss"] / ours["rss"], 1)
    for kind, goal in (("single", ">= 3"), ("bulk", ">= 4")):
        for order in ("standard", "prioritized"):
            rates = {"ours": [], "node": []}
            for _ in range(rounds):
                for side, results in rates.items():
                    results.append(add_rate(side, redis, kind, order))
            ours_rate, node_rate = (statistics.median(results) for results in rates.values())
            row(f"add {kind}, {order}, jobs/s", ours_rate, node_rate, goal, ours_rate / node_rate)
    ours_times, node_times = latency("ours", redis), latency("node", redis)
    row("add to start, p50 ms", ours_times[0], node_times[0], "", node_times[0] / ours_times[0], 2)
    row("add to start, p99 ms", ours_times[1], node_times[1], "< 2 ms", node_times[1] / ours_times[1], 2)
    return ours["rate"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--million", type=int, default=1_000_000)
    parser.add_argument("--idle", type=int, default=10)
    arguments = parser.parse_args()

    need_peer()
    redis = Redis()
    try:
        describe_machine()
        rate = compare(redis, arguments.rounds)
        ours_idle, _ = idle("ours", redis, arguments.idle, 1)
        node_idle, _ = idle("node", redis, arguments.idle, 1)
        row("idle worker, commands/s", ours_idle, node_idle, "", node_idle / max(ours_idle, 0.01), 2)

        ceiling = statistics.median(work("ours", redis, mode="ceiling")["rate"] for _ in range(arguments.rounds))
        print(f"\nceiling   {ceiling:,.0f} jobs/s: the same scripts with nothing else to do; our share "
              f"{rate / ceiling:.0%} (goal >= 80 %)")
        if arguments.million:
            short, long = work("ours", redis), work("ours", redis, arguments.million)
            print(f"backlog   {long['rate']:,.0f} jobs/s with {arguments.million:,} waiting, {short['rate']:,.0f} with "
                  f"{WAITING:,}: {long['rate'] / short['rate']:.0%} (goal >= 80 %); worker memory "
                  f"{long['rss'] / 1024:.1f} and {short['rss'] / 1024:.1f} MB")
        commands, process = idle("ours", redis, 5, QUEUES)
        print(f"queues    {QUEUES} idle queues in one process: {process['perQueue']} KiB, one blocking connection, "
              f"{commands / QUEUES:.2f} commands/s and {process['cpu'] / process['seconds'] / QUEUES * 1e6:,.0f} us of CPU per "
              f"second each")
        return 0
    finally:
        redis.stop()


if __name__ == "__main__":
    sys.exit(main())
