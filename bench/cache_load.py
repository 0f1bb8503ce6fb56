#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench cache`: hits in the process and in Redis beside node-redis with JSON and beside a map under a mutex, a stampede
over two processes, and the hit rate of an exam day with the queries that reach the database.

Values are 1 kB of JSON, 1,000 keys; each figure is the median of the rounds, sides in turns. --rounds N (3).
--seconds N: of the exam day (10).
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import urllib.request

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))
from http_load import describe_machine, version_of  # noqa: E402
from http_peers import Tripos  # noqa: E402
from load import install_node_packages, wrk  # noqa: E402
from queue_load import Redis  # noqa: E402

OURS = os.path.join(ROOT, "build", "release", "bench", "cache_bench")
PEER = os.path.join(ROOT, "bench", "peers", "cache")
READERS = 10_000


def run(side, redis, mode, *arguments):
    command = [OURS] if side == "ours" else ["node", os.path.join(PEER, "cache_bench.mjs")]
    done = subprocess.run([*command, mode, redis.socket, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{side} {mode} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def per_operation(result, key="seconds", factor=1e6):
    return result[key] / result["operations"] * factor


def medians(rounds, measure):
    """measure() gives a dict; the median of each member over the rounds."""
    found = [measure() for _ in range(rounds)]
    return {key: statistics.median(result[key] for result in found) for key in found[0]}


def speeds(redis):
    found = {}
    for threads in (1, 2):
        hit = run("ours", redis, "hit", 4_000_000, threads)
        assert hit["missed"] < hit["operations"] / 1000, f"{hit['missed']} lookups of {hit['operations']} missed"
        found[f"hit {threads}"] = hit["median_ns"]
        found[f"rate {threads}"] = hit["operations"] / hit["seconds"]
        found[f"allocations {threads}"] = hit["allocations"]
        found[f"floor {threads}"] = run("ours", redis, "floor", 2_000_000, threads)["median_ns"]
    found["node hit"] = per_operation(run("node", redis, "hit", 2_000_000), factor=1e9)
    ours, node = run("ours", redis, "redis", 200_000), run("node", redis, "redis", 60_000)
    found["redis"], found["node redis"] = per_operation(ours), per_operation(node)
    found["redis cpu"], found["node redis cpu"] = per_operation(ours, "cpu"), per_operation(node, "cpu")
    found["many"] = run("ours", redis, "many", 5_000)["median_ns"] / 1000
    found["node many"] = per_operation(run("node", redis, "many", 1_000))
    return found


def stampede(redis):
    """All readers in the instant after an invalidation, half of them in each of two processes."""
    processes = [subprocess.Popen([OURS, "stampede", redis.socket, str(READERS // 2)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    processes[0].stdin.write("invalidate\n")
    processes[0].stdin.flush()
    assert processes[0].stdout.readline() == "invalidated\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    times = sorted(time for result in results for time in result["ms"])
    return {"loads": sum(result["loads"] for result in results), "p50": times[len(times) // 2],
            "p99": times[len(times) * 99 // 100]}


def metric(site, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/metrics") as reply:
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? ([\d.e+]+)$", reply.read().decode(), re.M))


def exam_day(seconds):
    """Candidates load the list and their paper, and save; the cache's own figures, and the queries beside them."""
    site = Tripos()
    try:
        before = metric(site, "tripos_sql_reads_total")
        done = wrk(site.port, site.load, "day", seconds, 100)
        stats = json.loads(site.server.command("cache", "stats", "--json").stdout)["data"]
        lookups = sum(family["lookups"] for family in stats["families"])
        misses = sum(family["misses"] for family in stats["families"])
        return {"requests": done["requests"], "errors": done["errors"], "lookups": lookups,
                "rate": 1 - misses / max(1, lookups), "queries": metric(site, "tripos_sql_reads_total") - before}
    finally:
        site.stop()


def report(found, storm, day):
    def line(what, ours, node, goal, unit):
        print(f"{what:44} {ours:10.1f} {node:>10} {goal:>10}  {unit}")
    print(f"\n{'':44} {'ours':>10} {'node':>10} {'goal':>10}")
    line("in the process, 1 thread", found["hit 1"], f"{found['node hit']:.1f}", "<= 100", "ns, median; node: a Map")
    line("in the process, 2 threads", found["hit 2"], "", "", "ns, median of each thread")
    line("a map under a mutex, 1 thread", found["floor 1"], "", "", "ns, median")
    line("a map under a mutex, 2 threads", found["floor 2"], "", "", "ns, median")
    line("both threads together / one", found["rate 2"] / found["rate 1"], "", "2", "times the rate")
    line("allocations of all hits", found["allocations 1"] + found["allocations 2"], "", "0", "")
    line("128 keys at once, in the process", found["many"], f"{found['node many']:.1f}", "<= 10", "us; node: one MGET")
    line("from Redis, 100 in flight", found["redis"], f"{found['node redis']:.1f}", "", "us each")
    line("from Redis, CPU of the client", found["redis cpu"], f"{found['node redis cpu']:.1f}", "<= 5", "us each")
    print(f"\nstampede   {READERS} readers of 10 keys in two processes: {storm['loads']:.0f} loads (goal 10), "
          f"p50 {storm['p50']:.0f} ms, p99 {storm['p99']:.0f} ms (goal < 100; a load takes 10 ms)")
    print(f"exam day   {day['requests']} requests, {day['errors']} errors: {day['lookups']} lookups, {day['rate']:.1%} hits "
          f"(goal > 95 %), {day['queries']:.0f} queries reached the database, {day['requests'] / max(1, day['queries']):.0f} "
          f"requests each")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    install_node_packages(PEER)
    describe_machine(f"Node {version_of('node', '--version')}")
    redis = Redis()
    try:
        found = medians(arguments.rounds, lambda: speeds(redis))
        storm = medians(arguments.rounds, lambda: stampede(redis))
    finally:
        redis.stop()
    day = exam_day(arguments.seconds)
    report(found, storm, day)
    return 1 if day["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
