#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench http`: the requests that carry an exam, on the release binary with SQLite in a temporary folder.

1,000 candidates sit an exam of 40 questions with 10 saved answers each; wrk drives `GET .../attempt` and
`POST .../save` over 100 connections. Prints requests/s, latencies, and CPU per request of the server and its engines.
--peers: also on PostgreSQL, and beside Express 5 + Sequelize + node-redis, a minimal Express, and nginx; every system, its
engines included, on one core, wrk on the other. --storm: the cached read while 200 people log in at once. --drops: saves while
the connections to Redis are killed all the time.
--beside PROGRAM: the same requests on this binary and on that of another release, in turns; `status` beside `live` as well.
--seconds N: length of each run (10). --connections N (100). --rounds N: of --peers, --beside and --drops, medians are printed (3).
--many N: of --peers, the cached reads with so many connections as well (1,000; 0: not).
"""

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))
from harness import BINARY  # noqa: E402
from http_peers import (ANSWERS, CANDIDATES, PEERS, QUESTIONS, ExpressMinimal, ExpressSequelize, Nginx, Tripos,  # noqa: E402
                        TriposOnPostgres)
from load import install_node_packages, measure  # noqa: E402
from log_in_storm import storm  # noqa: E402
from redis_drops import drops  # noqa: E402

# Requests/s of the system this replaces, on the 2-core machine where it was measured.
BEFORE = {"read": 290, "save": 190}
SQLITE, POSTGRES, SEQUELIZE, MINIMAL, NGINX = range(5)
# What is compared: our system, the request, the peer, the ratio that is the goal.
GOALS = [(SQLITE, "read", SEQUELIZE, 100), (SQLITE, "save", SEQUELIZE, 100), (POSTGRES, "save", SEQUELIZE, 20),
         (SQLITE, "live", SEQUELIZE, None), (POSTGRES, "read", SEQUELIZE, None), (SQLITE, "read", MINIMAL, 5),
         (SQLITE, "read", NGINX, 0.5)]
REQUESTS = {SQLITE: ("read", "save", "live"), POSTGRES: ("read", "save", "live"), SEQUELIZE: ("read", "save", "live"),
            MINIMAL: ("read",), NGINX: ("read",)}
# What is compared with many connections too.
CACHED = [(system, what) for system in (SQLITE, SEQUELIZE) for what in ("read", "live")]


def version_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip().split("\n")[0]


def describe_machine(*more_versions):
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) // 1024 // 1024
    print(f"machine   {os.cpu_count()} x {model[1] if model else platform.machine()}, {memory} GB, "
          f"Linux {platform.release()}")
    print("versions  " + "; ".join([version_of(BINARY, "--version"), version_of("redis-server", "--version")[:21],
                                    version_of("g++", "--version"), *more_versions]))


def alone(arguments):
    """Ours on all cores, beside wrk."""
    site = Tripos()
    try:
        size = len(site.paper())
        describe_machine()
        print(f"load      wrk -c {arguments.connections}, {arguments.seconds} s each; {CANDIDATES} candidates, {QUESTIONS} "
              f"questions, {ANSWERS} answers each; a paper is {size} bytes; SQLite; wrk shares the machine")
        print(f"\n{'':6} {'req/s':>8} {'p50 ms':>7} {'p99 ms':>7} {'CPU us/req':>11} {'redis us/req':>13} {'errors':>7} "
              f"{'x before':>9}")
        errors = 0
        for what in ("read", "save"):
            result = measure(site.port, site.load, what, arguments.seconds, arguments.connections, site.pids())
            errors += result["errors"]
            print(f"{what:6} {result['rate']:8.0f} {result['p50']:7.2f} {result['p99']:7.2f} {result['server']:11.1f} "
                  f"{result['engines']:13.1f} {result['errors']:7} {result['rate'] / BEFORE[what]:9.1f}", flush=True)
        return 1 if errors else 0
    finally:
        site.stop()


def median_of(results):
    return {name: statistics.median(result[name] for result in results) for name in results[0]}


def start_all(started):
    started.append(Tripos())
    paper = started[SQLITE].paper()
    started += [TriposOnPostgres(), ExpressSequelize(), ExpressMinimal(paper), Nginx(paper)]
    for system in (POSTGRES, SEQUELIZE):
        started[system].paper()
    return len(paper)


def compare(arguments):
    """All systems in turns, round by round: what the machine does meanwhile hits each of them."""
    install_node_packages(PEERS)
    cores = "1" if os.cpu_count() > 1 else None
    if cores:
        os.sched_setaffinity(0, {0})  # what is started from here on stays there
    systems, results = [], {}
    try:
        size = start_all(systems)
        describe_machine(f"Node {version_of('node', '--version')}", version_of("nginx", "-v"))
        print(f"load      wrk -c {arguments.connections}, {arguments.seconds} s each, medians of {arguments.rounds} rounds; "
              f"{CANDIDATES} candidates, {QUESTIONS} questions, {ANSWERS} answers each; a paper is {size} bytes; a system with "
              f"its engines on core 0, wrk on core 1")
        for number in range(arguments.rounds):
            for system, what, connections in runs(arguments):
                site = systems[system]
                found = measure(site.port, site.load, what, arguments.seconds, connections, site.pids(), cores)
                results.setdefault((system, what, connections), []).append(found)
            print(f"          round {number + 1} of {arguments.rounds} done", file=sys.stderr, flush=True)
    finally:
        for site in reversed(systems):
            site.stop()
    return report(systems, {key: median_of(found) for key, found in results.items()}, arguments)


def beside(arguments):
    """This release and another, in turns; and what a page that asks for its deadline costs, beside a list that is cached."""
    os.sched_setaffinity(0, {0})
    systems, results = {}, {}
    try:
        systems["this"] = Tripos("this")
        systems["other"] = Tripos("other", binary=os.path.abspath(arguments.beside))
        describe_machine("other: " + version_of(arguments.beside, "--version"))
        print(f"load      wrk -c {arguments.connections}, {arguments.seconds} s each, medians of {arguments.rounds} rounds in "
              f"turns; SQLite; the server and its Redis on core 0, wrk on core 1")
        for _ in range(arguments.rounds):
            for what in ("read", "save", "live", "status"):
                for name, site in systems.items():
                    if (what, name) != ("status", "other"):
                        found = measure(site.port, site.load, what, arguments.seconds, arguments.connections, site.pids(), "1")
                        results.setdefault((what, name), []).append(found)
    finally:
        for site in systems.values():
            site.stop()
    found = {key: median_of(rounds) for key, rounds in results.items()}
    print(f"\n{'':6} {'':6} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU us/req':>11} {'errors':>7}")
    for (what, name), result in found.items():
        print(f"{what:6} {name:6} {result['rate']:8.0f} {result['p50']:8.2f} {result['p99']:8.2f} "
              f"{result['server'] + result['engines']:11.1f} {result['errors']:7.0f}")
    for what in ("read", "save", "live"):
        print(f"{what}: {found[what, 'this']['rate'] / found[what, 'other']['rate']:.2f} of the other's requests/s")
    print(f"status: {found['status', 'this']['server'] / found['live', 'this']['server']:.2f} of the CPU of live")
    return 1 if any(result["errors"] for result in found.values()) else 0


def runs(arguments):
    yield from ((system, what, arguments.connections) for system, requests in REQUESTS.items() for what in requests)
    if arguments.many:
        yield from ((system, what, arguments.many) for system, what in CACHED)


def report(systems, results, arguments):
    print(f"\n{'':36} {'':5} {'conns':>5} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'server us/req':>14} {'engines us/req':>15} "
          f"{'errors':>7}")
    for (system, what, connections), found in results.items():
        print(f"{systems[system].name:36} {what:5} {connections:5} {found['rate']:8.0f} {found['p50']:8.2f} {found['p99']:8.2f} "
              f"{found['server']:14.1f} {found['engines']:15.1f} {found['errors']:7.0f}")
    print(f"\n{'ratio':60} {'conns':>5} {'req/s':>7} {'CPU':>7} {'goal':>7}")
    goals = [(*goal, arguments.connections) for goal in GOALS]
    if arguments.many:
        goals += [(SQLITE, what, SEQUELIZE, None, arguments.many) for what in ("read", "live")]
    for ours, what, peer, goal, connections in goals:
        mine, theirs = results[ours, what, connections], results[peer, what, connections]
        cpu = (theirs["server"] + theirs["engines"]) / (mine["server"] + mine["engines"])
        print(f"{what} on {systems[ours].name} / {systems[peer].name}".ljust(60)
              + f" {connections:5} {mine['rate'] / theirs['rate']:7.1f} {cpu:7.1f} {goal or '':>7}")
    return 1 if any(found["errors"] for (system, *_), found in results.items() if system in (SQLITE, POSTGRES)) else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--storm", action="store_true")
    parser.add_argument("--drops", action="store_true")
    parser.add_argument("--beside", metavar="PROGRAM")
    arguments = parser.parse_args()
    if arguments.storm:
        return storm(arguments.seconds)
    if arguments.drops:
        return drops(arguments.seconds, arguments.connections, arguments.rounds)
    if arguments.beside:
        return beside(arguments)
    return compare(arguments) if arguments.peers else alone(arguments)


if __name__ == "__main__":
    sys.exit(main())
