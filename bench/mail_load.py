#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench mail`: our mail pipeline and BullMQ with Nodemailer's pool on Node, in turns, from the queue to a relay.

Mails of 2 KB, 5 connections, 64 jobs at a time; a private Redis that appends to a file (everysec), SQLite with FULL
durability, a relay on loopback that accepts everything at once (bench/smtp_sink.cpp). The jobs are there when the clock
starts. Each figure is the median of the rounds. Then what concerns ours alone: DKIM, a relay 30 ms away, a long queue.
--rounds N (3). --long N: mails of the long queue (100000; 0 leaves it out).
"""

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from load import install_node_packages

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARIES = os.path.join(ROOT, "build", "release", "bench")
PEER = os.path.join(ROOT, "bench", "peers", "mail")
MAILS = {"ours": 20_000, "node": 2_000}
CONNECTIONS = 5
CONCURRENCY = 64
DISTANCE = 30  # milliseconds of a round trip


class Redis:
    """A redis-server of this run alone."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-mail-bench-")
        self.socket = os.path.join(self.folder, "redis.sock")
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "yes",
             "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--dir", self.folder],
            stdout=subprocess.DEVNULL)
        while not os.path.exists(self.socket):
            time.sleep(0.01)

    def clear(self):
        subprocess.run(["redis-cli", "-s", self.socket, "flushall"], check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Child:
    """A program that says its port first and ends with its input."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        first = json.loads(self.process.stdout.readline())
        self.port = first["port"] if isinstance(first, dict) else first

    def stats(self):
        self.process.stdin.write("stats\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


def sink():
    return Child(os.path.join(BINARIES, "smtp_sink"))


def finish(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def ours(redis, port, mails, connections=CONNECTIONS, key=None):
    redis.clear()
    folder = tempfile.mkdtemp(prefix="tripos-mail-bench-")
    try:
        return finish([os.path.join(BINARIES, "mail_bench"), "send", redis.socket, folder, f"smtp://127.0.0.1:{port}",
                       str(mails), str(connections), str(CONCURRENCY), *([key] if key else [])])
    finally:
        shutil.rmtree(folder)


def node(redis, port, mails):
    redis.clear()
    return finish(["node", os.path.join(PEER, "mail_bench.mjs"), redis.socket, str(port), str(mails), str(CONNECTIONS),
                   str(CONCURRENCY)])


def rate(result):
    return result["mails"] / result["seconds"]


def cpu(result):
    return result["cpu"] / result["mails"] * 1e6


def median(results, figure):
    return statistics.median(figure(result) for result in results)


def side_by_side(redis, rounds):
    results = {"ours": [], "node": []}
    for _ in range(rounds):
        for side, run in (("ours", ours), ("node", node)):
            relay = sink()
            results[side].append(run(redis, relay.port, MAILS[side]))
            got = relay.stats()
            relay.stop()
            if got["unique"] != MAILS[side]:
                sys.exit(f"{side}: {MAILS[side]} mails went out, {got['unique']} arrived")
            results[side][-1]["connects"] = got["connections"]
    our_rate, their_rate = (median(results[side], rate) for side in ("ours", "node"))
    our_cpu, their_cpu = (median(results[side], cpu) for side in ("ours", "node"))
    print(f"{'':34}{'Tripos':>10}{'Node':>10}{'ratio':>8}  goal")
    print(f"{'mails/s, queue to relay':34}{our_rate:10,.0f}{their_rate:10,.0f}{our_rate / their_rate:8.1f}  3,000, 10 x")
    print(f"{'CPU per mail, microseconds':34}{our_cpu:10,.0f}{their_cpu:10,.0f}{their_cpu / our_cpu:8.1f}")
    for side, name in (("ours", "Tripos"), ("node", "Node")):
        connects = results[side][-1]["connects"]
        print(f"{name}: {connects} connections for {MAILS[side]:,} mails, "
              f"{100 * (1 - connects / MAILS[side]):.2f} % sent over one that was open")
    return our_rate


def signed(redis, unsigned_rate):
    folder = tempfile.mkdtemp(prefix="tripos-mail-bench-")
    key = os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    relay = sink()
    result = ours(redis, relay.port, MAILS["ours"], key=key)
    relay.stop()
    shutil.rmtree(folder)
    print(f"with DKIM (Ed25519): {rate(result):,.0f} mails/s, {100 * rate(result) / unsigned_rate:.0f} % of without (goal 80 %)")


def pipelined(port, mails):
    """Mails/s of one connection whose commands go together: MAIL, RCPT and DATA, then the message."""
    message = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\n" + b"x" * 70 + b"\r\n" + 28 * (b"y" * 70 + b"\r\n") + b".\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = connection.makefile("rb")
        lines.readline()
        connection.sendall(b"EHLO bench\r\n")
        while lines.readline()[3:4] == b"-":
            pass
        begin = time.monotonic()
        for _ in range(mails):
            connection.sendall(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")
            for _ in range(3):
                lines.readline()
            connection.sendall(message)
            lines.readline()
        return mails / (time.monotonic() - begin)


def far_away(redis):
    relay = sink()
    proxy = Child(sys.executable, os.path.join(ROOT, "bench", "delay_proxy.py"), str(relay.port), str(DISTANCE))
    kept = ours(redis, proxy.port, 200)
    together = pipelined(proxy.port, 40)
    proxy.stop()
    relay.stop()
    print(f"relay {DISTANCE} ms away: {rate(kept) / CONNECTIONS:.1f} mails/s per connection; "
          f"with PIPELINING one would carry {together:.1f}")


def long_queue(redis, mails):
    relay = sink()
    result = ours(redis, relay.port, mails)
    relay.stop()
    ends = [0, *result["tenths"]]
    rates = [mails / 10 / (after - before) for before, after in zip(ends, ends[1:])]
    memory = [kib / 1024 for kib in result["memory"]]
    print(f"{mails:,} queued mails: {rate(result):,.0f} mails/s; by tenths {min(rates):,.0f} to {max(rates):,.0f}, "
          f"first {rates[0]:,.0f}, last {rates[-1]:,.0f}; memory {memory[0]:.0f} MiB after the first tenth, "
          f"{max(memory):.0f} at most, {memory[-1]:.0f} at the end")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", type=int, default=100_000)
    options = parser.parse_args()
    install_node_packages(PEER)
    folder = tempfile.mkdtemp(prefix="tripos-mail-bench-")
    disk = finish([os.path.join(BINARIES, "mail_bench"), "fsync", folder])["fsync"]
    shutil.rmtree(folder)
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{os.cpu_count()} cores, {platform.machine()}; fsync {disk:,.0f} microseconds; Node {version}, "
          f"BullMQ 5.66.4, Nodemailer 9.0.5")
    redis = Redis()
    try:
        unsigned_rate = side_by_side(redis, options.rounds)
        signed(redis, unsigned_rate)
        far_away(redis)
        if options.long:
            long_queue(redis, options.long)
    finally:
        redis.stop()


if __name__ == "__main__":
    main()
