# SPDX-License-Identifier: MIT
"""What the benches share: the packages of the peers on Node; wrk, the load file it reads, the CPU that processes used."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS = os.sysconf("SC_CLK_TCK")


def install_node_packages(folder):
    """What the lock file of this folder names, unless it is there."""
    lock, installed = os.path.join(folder, "package-lock.json"), os.path.join(folder, "node_modules/.package-lock.json")
    if not os.path.exists(installed) or os.path.getmtime(installed) < os.path.getmtime(lock):
        # Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, which npm leaves out when
        # the registry at hand does not carry them. --no-save keeps to the lock file and does not touch it.
        subprocess.run(["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def family_of(pid):
    """The process and its descendants: PostgreSQL works in children."""
    found = [pid]
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
            for child in file.read().split():
                found += family_of(int(child))
    return found


def write_load(folder, seed, answers):
    """The file that attempt.lua reads. Each candidate changes each of its answers to and fro, so that every save is a change,
    and an answer seldom one of so many that its history is shortened."""
    path = os.path.join(folder, "load")
    with open(path, "w", encoding="utf-8") as file:
        file.write(seed["examId"] + "\n")
        for turn in range(2 * answers):
            for number, token in enumerate(seed["tokens"]):
                question = seed["questions"][(number + turn) % min(answers, len(seed["questions"]))]
                options = question["optionIds"]
                file.write(f"{token} {question['id']} {options[(number + turn // answers) % len(options)]}\n")
    return path


def wrk(port, load, what, seconds, connections, cores=None, pause_ms=0):
    """One run. cores: where wrk runs. pause_ms: between the requests of all connections, for a load below what is possible."""
    pinned = ["taskset", "-c", cores] if cores else []
    done = subprocess.run(
        [*pinned, "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", os.path.join(ROOT, "bench", "attempt.lua"),
         f"http://127.0.0.1:{port}", "--", load, what, str(pause_ms)], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if not found:
        sys.exit(f"wrk gave no result:\n{done.stdout}{done.stderr}")
    requests, duration, p50, p99, refused, broken = map(int, found.groups())
    return {"rate": requests / (duration / 1e6), "requests": requests, "p50": p50 / 1000, "p99": p99 / 1000,
            "errors": refused + broken}


def measure(port, load, what, seconds, connections, pids, cores=None):
    """A warm-up, then a run with the CPU per request of these processes: pids is {name: [pid, ...]}."""
    wrk(port, load, what, max(2, seconds // 5), connections, cores)
    before = {name: sum(map(cpu_seconds, found)) for name, found in pids.items()}
    result = wrk(port, load, what, seconds, connections, cores)
    for name, found in pids.items():
        result[name] = (sum(map(cpu_seconds, found)) - before[name]) / max(1, result["requests"]) * 1e6
    return result
