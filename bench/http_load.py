#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench http`: the two requests that carry an exam, on the release binary with SQLite in a temporary folder.

1,000 candidates sit an exam of 40 questions with 10 saved answers each; wrk drives `GET .../attempt` and
`POST .../save` over 100 connections. Prints requests/s, latencies, and CPU per request of the server and its redis-server.
--seconds N: length of each run (10). --connections N (100).
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import urllib.request

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))
from harness import BINARY, TriposServer  # noqa: E402

CANDIDATES, QUESTIONS, ANSWERS = 1000, 40, 10
# Requests/s of the system this replaces, on the 2-core machine where it was measured.
BEFORE = {"read": 290, "save": 190}
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def wrk(server, load, what, seconds, connections):
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", os.path.join(ROOT, "bench", "attempt.lua"),
         f"http://127.0.0.1:{server.port}", "--", load, what], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if not found:
        sys.exit(f"wrk gave no result:\n{done.stdout}{done.stderr}")
    requests, duration, p50, p99, refused, broken = map(int, found.groups())
    return {"rate": requests / (duration / 1e6), "requests": requests, "p50": p50 / 1000, "p99": p99 / 1000,
            "errors": refused + broken}


def measure(server, load, what, seconds, connections):
    wrk(server, load, what, max(2, seconds // 5), connections)  # warm-up
    pids = {"server": server.process.pid, "redis": server.redis_pids()[0]}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    result = wrk(server, load, what, seconds, connections)
    for name, pid in pids.items():
        result[name] = (cpu_seconds(pid) - before[name]) / max(1, result["requests"]) * 1e6
    return result


def seed_site(server):
    """What `tripos seed` made: {"examId", "questions": [{"id", "optionIds": []}], "tokens": []}."""
    path = os.path.join(server.folder, "seed.json")
    done = server.command("seed", "--candidates", str(CANDIDATES), "--questions", str(QUESTIONS), "--answers", str(ANSWERS),
                          "--tokens", path, seconds=600)
    if done.returncode != 0:
        sys.exit(f"tripos seed failed:\n{done.stdout}{done.stderr}")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_load(server, seed):
    """The file that attempt.lua reads. Each candidate changes one answer to and fro, so that every save is a change."""
    path = os.path.join(server.folder, "load")
    with open(path, "w", encoding="utf-8") as file:
        file.write(seed["examId"] + "\n")
        for turn in (0, 1):
            for number, token in enumerate(seed["tokens"]):
                question = seed["questions"][number % ANSWERS]
                options = question["optionIds"]
                file.write(f"{token} {question['id']} {options[(number + turn) % len(options)]}\n")
    return path


def check_answer(server, seed):
    """The requests must be the real thing before they are counted. Returns the bytes of a paper."""
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/exam-attempt/{seed['examId']}/attempt",
                                     headers={"Authorization": f"Bearer {seed['tokens'][0]}"})
    with urllib.request.urlopen(request) as reply:
        body = reply.read()
    questions = json.loads(body)["exam"]["questions"]
    answered = sum(1 for question in questions if question["studentAnswer"])
    assert (len(questions), answered) == (QUESTIONS, ANSWERS), f"{len(questions)} questions, {answered} answered"
    return len(body)


def version_of(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip().split("\n")[0]


def describe_machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) // 1024 // 1024
    print(f"machine   {os.cpu_count()} x {model[1] if model else platform.machine()}, {memory} GB, "
          f"Linux {platform.release()}")
    print(f"versions  {version_of(BINARY, '--version')}; {version_of('redis-server', '--version')[:21]}; "
          f"{version_of('g++', '--version')}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=100)
    arguments = parser.parse_args()

    server = TriposServer(LOG_LEVEL="warn")
    try:
        seed = seed_site(server)
        load = write_load(server, seed)
        size = check_answer(server, seed)
        describe_machine()
        print(f"load      wrk -c {arguments.connections}, {arguments.seconds} s each; {CANDIDATES} candidates, {QUESTIONS} "
              f"questions, {ANSWERS} answers each; a paper is {size} bytes; SQLite; wrk shares the machine")
        print(f"\n{'':6} {'req/s':>8} {'p50 ms':>7} {'p99 ms':>7} {'CPU us/req':>11} {'redis us/req':>13} {'errors':>7} "
              f"{'x before':>9}")
        errors = 0
        for what in ("read", "save"):
            result = measure(server, load, what, arguments.seconds, arguments.connections)
            errors += result["errors"]
            print(f"{what:6} {result['rate']:8.0f} {result['p50']:7.2f} {result['p99']:7.2f} {result['server']:11.1f} "
                  f"{result['redis']:13.1f} {result['errors']:7} {result['rate'] / BEFORE[what]:9.1f}", flush=True)
        return 1 if errors else 0
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
