#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench queue`: our queue and BullMQ on Node, in turns, on one private Redis (Unix socket, nothing stored).

No-op jobs with 60 bytes of data, 50 at a time in one worker process, the newest 1,000 completed kept. Prints a table of both
sides with the ratio and the goal, then what concerns ours alone. The sides alternate; each figure is the median of the rounds, a
ratio the median of the ratios of each round, so that a machine that becomes slower in between spoils one round and not the result.
Rates suffer when others use the machine, CPU per job much less: compare the rows of both.
--rounds N (5). --million N: jobs of the long queue (1000000; 0 leaves it out). --idle N: seconds of the idle runs (10).
--only work|add|backlog|idle: that part alone.
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

from load import install_node_packages

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
             "--maxmemory-policy", "noeviction", "--enable-debug-command", "local", "--dir", self.folder],
            stdout=subprocess.DEVNULL)
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

    def grow_up(self):
        """Returns when the table of keys has its final size. Redis moves the keys over little by little with later commands:
        what comes after a million adds would pay for their growth."""
        while "rehashing target" in self.command("debug", "htstats", "0"):
            time.sleep(0.2)  # it also moves some by itself, ten times a second

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
    redis.grow_up()


def work_on(side, redis, mode="work"):
    """Jobs/s, microseconds of the worker process and of Redis per job, resident KiB, on the jobs that wait already."""
    before = redis.cpu()
    result = run(side, redis, mode, WORK[side])
    started = result["jobs"] + (WARM_UP if mode == "work" else 0)
    return {"rate": result["jobs"] / result["seconds"], "cpu": result["cpu"] / result["jobs"] * 1e6,
            "redis": (redis.cpu() - before) / started * 1e6, "rss": result["rss"] / 1024}


def work(side, redis, mode="work"):
    """The same on a queue of which WAITING jobs are left over."""
    fill(redis, WORK[side] + WARM_UP + WAITING)
    return work_on(side, redis, mode)


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


def ratio_of(above, below):
    """The median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(above, below))


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


def row(name, ours, node, goal, ratio, digits=0):
    print(f"{name:32} {ours:>12,.{digits}f} {node:>12,.{digits}f} {ratio:>7.1f} {goal:>8}", flush=True)


def compare_work(redis, rounds):
    """Both sides and the ceiling in turns."""
    ours, node, ceiling = [], [], []
    for _ in range(rounds):
        ours.append(work("ours", redis))
        node.append(work("node", redis))
        ceiling.append(work("ours", redis, "ceiling"))
    for name, key, goal, digits in (("process, jobs/s", "rate", ">= 4", 0), ("  worker CPU, us/job", "cpu", ">= 8", 1),
                                    ("  Redis CPU, us/job", "redis", "", 1), ("  worker memory, MB", "rss", "", 1)):
        of_ours, of_node = ([result[key] for result in results] for results in (ours, node))
        ratio = ratio_of(of_ours, of_node) if key == "rate" else ratio_of(of_node, of_ours)
        row(name, statistics.median(of_ours), statistics.median(of_node), goal, ratio, digits)
    share = ratio_of([result["rate"] for result in ours], [result["rate"] for result in ceiling])
    print(f"  ceiling {median_of(ceiling, 'rate'):,.0f} jobs/s and {median_of(ceiling, 'redis'):.1f} us of Redis per job: the same "
          f"scripts with nothing else to do; our share {share:.0%} (goal >= 80 %)", flush=True)


def compare_adds(redis, rounds):
    for kind, goal in (("single", ">= 3"), ("bulk", ">= 4")):
        for order in ("standard", "prioritized"):
            ours, node = [], []
            for _ in range(rounds):
                ours.append(add_rate("ours", redis, kind, order))
                node.append(add_rate("node", redis, kind, order))
            row(f"add {kind}, {order}, jobs/s", statistics.median(ours), statistics.median(node), goal, ratio_of(ours, node))
    ours_times, node_times = latency("ours", redis), latency("node", redis)
    row("add to start, p50 ms", ours_times[0], node_times[0], "", node_times[0] / ours_times[0], 2)
    row("add to start, p99 ms", ours_times[1], node_times[1], "< 2 ms", node_times[1] / ours_times[1], 2)


def compare_backlogs(redis, rounds, million):
    """What a long queue costs: WAITING jobs are left over, then `million`."""
    sides = ("ours", "node")
    short, long = {side: [] for side in sides}, {side: [] for side in sides}
    for number in range(rounds):
        sides = sides[::-1] if number else sides  # nobody is always first
        for side in sides:
            short[side].append(work(side, redis))
        fill(redis, sum(WORK[side] + WARM_UP for side in sides) + million)
        for side in sides:
            long[side].append(work_on(side, redis))
    for side in ("ours", "node"):
        rate = ratio_of([result["rate"] for result in long[side]], [result["rate"] for result in short[side]])
        print(f"backlog   {'ours' if side == 'ours' else 'Node'}: {median_of(long[side], 'rate'):,.0f} jobs/s with {million:,} "
              f"waiting, {median_of(short[side], 'rate'):,.0f} with {WAITING:,}: {rate:.0%}{' (goal >= 80 %)' if side == 'ours' else ''}; "
              f"Redis {median_of(long[side], 'redis'):.1f} and {median_of(short[side], 'redis'):.1f} us/job; worker memory "
              f"{median_of(long[side], 'rss'):.1f} and {median_of(short[side], 'rss'):.1f} MB", flush=True)


def measure_idle(redis, seconds):
    ours, _ = idle("ours", redis, seconds, 1)
    node, _ = idle("node", redis, seconds, 1)
    row("idle worker, commands/s", ours, node, "", node / max(ours, 0.01), 2)
    commands, process = idle("ours", redis, 5, QUEUES)
    print(f"queues    {QUEUES} idle queues in one process: {process['perQueue']} KiB, one blocking connection, "
          f"{commands / QUEUES:.2f} commands/s and {process['cpu'] / process['seconds'] / QUEUES * 1e6:,.0f} us of CPU per "
          f"second each")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--million", type=int, default=1_000_000)
    parser.add_argument("--idle", type=int, default=10)
    parser.add_argument("--only", choices=("work", "add", "backlog", "idle"))
    arguments = parser.parse_args()

    install_node_packages(PEER)
    redis = Redis()
    try:
        describe_machine()
        print(f"{'':32} {'ours':>12} {'Node':>12} {'ratio':>7} {'goal':>8}")
        if arguments.only in (None, "work"):
            compare_work(redis, arguments.rounds)
        if arguments.only in (None, "add"):
            compare_adds(redis, arguments.rounds)
        if arguments.only in (None, "idle"):
            measure_idle(redis, arguments.idle)
        if arguments.only in (None, "backlog") and arguments.million:
            compare_backlogs(redis, max(1, arguments.rounds // 2), arguments.million)
        return 0
    finally:
        redis.stop()


if __name__ == "__main__":
    sys.exit(main())
