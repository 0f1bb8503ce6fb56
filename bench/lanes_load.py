#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev bench lanes`: what bulk work does to those who sit an exam, on SQLite and on PostgreSQL.

100,000 candidates with a running attempt at one exam, 200 at another. Thirty of these save an answer every 100 ms each (open
model: a save's time runs from the instant it was due) while staff act, one act after the other: the large exam is closed, graded
again, announced and exported as CSV, all users are searched, a notification and a newsletter go to all. An act lasts until its
work is done, and at least --least seconds; after --most the next begins beside it. Prints p50, p99, p99.9 and the worst of a save
per act, and how many writes kept the lane beyond its limit.

--candidates N (100000)  --engines sqlite,postgres  --least S (15)  --most S (60)
"""

import argparse
import json
import multiprocessing
import os
import socket
import sqlite3
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

from engines import PrivatePostgres  # noqa: E402 (its folder is added first)
from harness import Site, TriposServer  # noqa: E402
from newsletter_load import start_sink  # noqa: E402

PROCESSES, CANDIDATES_EACH, EVERY = 3, 10, 0.1
RUNNING, QUESTIONS = 200, 10
GOALS = {"p99": 0.020, "p99.9": 0.200}

# Candidates straight into SQL: {id} makes an id of the 1 to {count} of each; written for both engines.
SEED = """
INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, email_verified, created_at, updated_at)
SELECT {user}, 'reader' || n || '@example.net', 'reader' || n || '@example.net', 'Candidate ' || n, '', 'USER', 1, {now}, {now}
FROM {numbers};
INSERT INTO attempts (id, exam_id, user_id, status, started_at, deadline_at, deadline_reason)
SELECT {attempt}, '{exam}', {user}, 'IN_PROGRESS', {now}, {now} + 3600000, 'duration' FROM {numbers};
INSERT INTO answers (attempt_id, question_id, revision, option_ids, flagged, client_id, address, arrived_at)
SELECT {attempt}, q.question_id, 1, (SELECT o.id FROM question_options o WHERE o.question_id = q.question_id AND o.position = 1 + n % 2),
0, '', '127.0.0.1', {now} FROM {numbers} JOIN exam_questions q ON q.exam_id = '{exam}' WHERE q.position <= 5;
"""


class Engine:
    """Where the server keeps its data, and how the bench gets at it while the server is down."""

    def __init__(self, name):
        self.postgres = PrivatePostgres().start() if name == "postgres" else None
        self.name = "PostgreSQL" if self.postgres else "SQLite"
        self.settings = {"DATABASE_URL": self.postgres.url} if self.postgres else {}

    def seed(self, server, exam, count):
        digits = "lpad(to_hex(n), 12, '0')" if self.postgres else "printf('%012x', n)"
        numbers = f"generate_series(1, {count}) AS g(n)"
        if not self.postgres:
            numbers = f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c) AS g"
        script = SEED.format(user=f"'01900000-0000-7000-8000-' || {digits}", attempt=f"'01910000-0000-7000-8000-' || {digits}",
                             numbers=numbers, exam=exam, now=int(time.time() * 1000))
        if self.postgres:
            path = os.path.join(self.postgres.folder, "seed.sql")
            with open(path, "w", encoding="utf-8") as file:
                file.write("SET search_path TO tripos;\n" + script + "ANALYZE;\n")
            os.chmod(path, 0o644)
            self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-v",
                              "ON_ERROR_STOP=1", "-qXf", path)
        else:
            database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
            database.executescript("BEGIN;" + script + "COMMIT;")
            database.close()

    def stop(self):
        if self.postgres:
            self.postgres.stop()


def save_for(seed, port, number, over, path):
    """Some of the candidates, in a process of their own, each in a thread."""
    threads = [threading.Thread(target=save_on, args=(port, seed["examId"], seed["tokens"][one], seed["questions"][one % QUESTIONS],
                                                      one, over, f"{path}-{one}"))
               for one in range(number * CANDIDATES_EACH, (number + 1) * CANDIDATES_EACH)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def save_on(port, exam, token, question, place, over, path):
    """One candidate: lines of (instant due, seconds until the answer, status)."""
    bodies = [json.dumps({"questionId": question["id"], "selectedOptionIds": [option]}) for option in question["optionIds"][:2]]
    requests = [(f"POST /api/exam-attempt/{exam}/save HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                 f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode() for body in bodies]
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    due = time.monotonic() + EVERY * place / (PROCESSES * CANDIDATES_EACH)  # not all in step
    with open(path, "w", encoding="ascii") as file:
        number = 0
        while not over.is_set():
            due += EVERY
            time.sleep(max(0, due - time.monotonic()))
            connection.sendall(requests[number % 2])
            number += 1
            reply = b""
            while b"\r\n\r\n" not in reply or not reply.endswith(b"}"):
                more = connection.recv(65536)
                if not more:
                    raise ConnectionError(f"the server hung up after {reply!r}")
                reply += more
            file.write(f"{due} {time.monotonic() - due} {reply[9:12].decode()}\n")
            if b"Connection: close" in reply:
                connection = socket.create_connection(("127.0.0.1", port))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Savers:
    def __init__(self, server, seed):
        self.folder = tempfile.TemporaryDirectory(prefix="tripos-bench-")
        self.over = multiprocessing.Event()
        self.processes = [multiprocessing.Process(target=save_for, args=(seed, server.port, number, self.over,
                                                                        os.path.join(self.folder.name, str(number))))
                          for number in range(PROCESSES)]
        for process in self.processes:
            process.start()

    def end(self):
        """All saves as (instant due, seconds), and how many were refused."""
        self.over.set()
        for process in self.processes:
            process.join()
        saves, refused = [], 0
        for name in os.listdir(self.folder.name):
            with open(os.path.join(self.folder.name, name), encoding="ascii") as file:
                for line in file:
                    due, took, status = line.split()
                    saves.append((float(due), float(took)))
                    refused += status != "200"
        self.folder.cleanup()
        return sorted(saves), refused


class Acts:
    """What staff do. Each returns when it is done, or says how to ask whether it is."""

    def __init__(self, site, exam, staff):
        self.site, self.exam, self.staff = site, exam, staff

    def ask(self, status, method, path, body=None):
        connection = self.site.server.connect(self.staff, timeout=300)
        try:
            reply = connection.api(method, path, body)
        finally:
            connection.close()
        if reply.status != status:
            raise AssertionError(f"{method} {path}: {reply!r}")
        return reply

    def work(self, status, path, body=None):
        work = self.ask(status, "POST", path, body).json["workId"]
        return lambda: self.ask(200, "GET", f"/admin/work/{work}").json["finishedAt"]

    def nothing(self):
        return None

    def close(self):
        title = self.ask(200, "GET", f"/exam/{self.exam}").json["exam"]["title"]
        return self.work(200, f"/exam/{self.exam}/close", {"confirm": title})

    def grade(self):
        return self.work(200, f"/result/{self.exam}/calculate")

    def announce(self):
        return self.work(202, f"/exam/{self.exam}/results/announce")

    def export(self):
        for _ in range(5):
            self.ask(200, "GET", f"/exam/{self.exam}/results.csv")

    def search(self):
        for word in ("candidate 77", "reader", "nobody", "example.net", "andida"):
            self.ask(200, "GET", "/admin/users?search=" + word.replace(" ", "%20"))

    def notify(self):
        return self.work(202, "/admin/notifications", {"audience": "all", "subject": "News", "text": "Two lines.\n\nOf news."})

    def send_newsletter(self):
        body = {"audience": "all", "subject": "News", "text": "Two kilobytes of news. " * 80}
        path = "/admin/newsletters/" + self.ask(201, "POST", "/admin/newsletters", body).json["newsletter"]["id"]
        self.ask(200, "POST", path + "/resume", {"confirm": "News"})
        return lambda: self.ask(200, "GET", path).json["newsletter"]["allRecipientsFound"]


def long_writes(server):
    text = server.api("GET", "//metrics").text
    return float(next(line for line in text.splitlines() if line.startswith("tripos_sql_long_writes_total")).split()[1])


def run_acts(server, acts, arguments):
    """(name, begin, end, whether it was done, long writes) of each."""
    rows = []
    for name, act in (("nothing", acts.nothing), ("close the exam", acts.close), ("grade again", acts.grade),
                      ("announce results", acts.announce), ("export CSV, 5 times", acts.export), ("search users", acts.search),
                      ("notify all", acts.notify), ("newsletter to all", acts.send_newsletter)):
        before, begin = long_writes(server), time.monotonic()
        is_done = act()
        while is_done and not is_done() and time.monotonic() - begin < arguments.most:
            time.sleep(0.2)
        done = time.monotonic() - begin if not is_done or is_done() else None
        time.sleep(max(0, begin + arguments.least - time.monotonic()))
        rows.append((name, begin, time.monotonic(), done, long_writes(server) - before))
        print(f"          {name}: {f'{done:.1f} s' if done is not None else 'goes on'}", file=sys.stderr, flush=True)
    return rows


def quantile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def report(engine, rows, saves, refused):
    print(f"\n{engine.name:22} {'act s':>7} {'saves':>7} {'p50 ms':>7} {'p99 ms':>7} {'p99.9 ms':>9} {'worst ms':>9} {'long writes':>12}")
    missed = []
    for name, begin, end, done, beyond in [*rows, ("all", rows[0][1], rows[-1][2], None, sum(row[4] for row in rows))]:
        took = sorted(seconds for due, seconds in saves if begin <= due < end)
        figures = {"p99": quantile(took, 0.99), "p99.9": quantile(took, 0.999)}
        missed += [f"{name}: {which}" for which, goal in GOALS.items() if not figures[which] < goal]
        print(f"{name:22} {f'{done:.1f}' if done is not None else '':>7} {len(took):7} {quantile(took, 0.5) * 1e3:7.1f} "
              f"{figures['p99'] * 1e3:7.1f} {figures['p99.9'] * 1e3:9.1f} {quantile(took, 1) * 1e3:9.1f} {beyond:12.0f}")
    print(f"refused saves: {refused}; goals p99 < 20 ms, p99.9 < 200 ms: " + ("met" if not missed else "missed: " + ", ".join(missed)))
    return refused == 0 and not missed


def measure(name, sink_port, arguments):
    engine = Engine(name)
    server = TriposServer(SMTP_URL=f"smtp://127.0.0.1:{sink_port}", PUBLIC_URL="http://exams.example", LOG_LEVEL="warn",
                          **engine.settings)
    try:
        site = Site(server)
        path = os.path.join(server.folder, "seed.json")
        done = server.command("seed", "--candidates", str(RUNNING), "--questions", str(QUESTIONS), "--answers", "1", "--tokens",
                              path, seconds=600)
        if done.returncode != 0:
            raise RuntimeError(f"tripos seed failed:\n{done.stdout}{done.stderr}")
        with open(path, encoding="utf-8") as file:
            seed = json.load(file)
        exam = site.exam(site.admin(), questions=QUESTIONS)
        server.terminate()
        engine.seed(server, exam, arguments.candidates)
        server.start()
        staff = site.log_in("staff@example.com")
        savers = Savers(server, seed)
        try:
            rows = run_acts(server, Acts(site, exam, staff), arguments)
        finally:
            saves, refused = savers.end()
        return report(engine, rows, saves, refused)
    finally:
        server.stop()
        engine.stop()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--candidates", type=int, default=100_000)
    options.add_argument("--engines", default="sqlite,postgres")
    options.add_argument("--least", type=float, default=15)
    options.add_argument("--most", type=float, default=60)
    arguments = options.parse_args()
    sink, port = start_sink()
    try:
        results = [measure(name, port, arguments) for name in arguments.engines.split(",")]
    finally:
        sink.kill()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
