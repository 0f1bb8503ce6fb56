# SPDX-License-Identifier: MIT
"""The systems that `./dev bench http --peers` compares, each with its own engines: Tripos on SQLite and on PostgreSQL,
Express 5 with Sequelize on PostgreSQL and node-redis, Express with one Redis GET, nginx with the same bytes in a file."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.request

from engines import PrivatePostgres, PrivateRedis, free_port
from harness import TriposServer, wait_until
from load import ROOT, family_of, write_load

PEERS = os.path.join(ROOT, "bench", "peers", "http")
CANDIDATES, QUESTIONS, ANSWERS = 1000, 40, 10


class System:
    """One system under load. Started by its constructor; `load` is what attempt.lua reads, `port` where it answers."""

    def __init__(self, name):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="tripos-bench-")
        self.port = None
        self.load = None
        self.seed = None
        self.stops = [lambda: shutil.rmtree(self.folder, ignore_errors=True)]

    def pids(self):
        raise NotImplementedError

    def paper(self):
        """The body of one paper; fails when it is not the real thing."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/exam-attempt/{self.seed['examId']}/attempt",
                                         headers={"Authorization": f"Bearer {self.seed['tokens'][0]}"})
        with urllib.request.urlopen(request) as reply:
            body = reply.read()
        questions = json.loads(body)["exam"]["questions"]
        answered = sum(1 for question in questions if question["studentAnswer"])
        assert (len(questions), answered) == (QUESTIONS, ANSWERS), f"{len(questions)} questions, {answered} answered"
        return body

    def stop(self):
        for step in reversed(self.stops):
            step()


class Tripos(System):
    def __init__(self, name="Tripos, SQLite", arguments=(), **settings):
        super().__init__(name)
        self.server = TriposServer(start=False, LOG_LEVEL="warn", **settings)
        self.server.start(*arguments)
        self.stops.append(self.server.stop)
        self.port = self.server.port
        path = os.path.join(self.folder, "seed.json")
        done = self.server.command("seed", "--candidates", str(CANDIDATES), "--questions", str(QUESTIONS), "--answers",
                                   str(ANSWERS), "--tokens", path, seconds=600)
        if done.returncode != 0:
            raise RuntimeError(f"tripos seed failed:\n{done.stdout}{done.stderr}")
        with open(path, encoding="utf-8") as file:
            self.seed = json.load(file)
        self.load = write_load(self.folder, self.seed, ANSWERS)

    def pids(self):
        return {"server": [self.server.process.pid], "engines": self.server.redis_pids()}


class TriposOnPostgres(Tripos):
    def __init__(self):
        self.postgres = PrivatePostgres().start()
        super().__init__("Tripos, PostgreSQL", DATABASE_URL=self.postgres.url)
        self.stops.insert(1, self.postgres.stop)

    def pids(self):
        found = super().pids()
        return {**found, "engines": found["engines"] + family_of(self.postgres.process.pid)}


class NodeSystem(System):
    """A program of bench/peers/http with engines of its own."""

    def serve(self, program, *arguments):
        self.port = free_port()
        self.process = subprocess.Popen(["node", os.path.join(PEERS, program), str(self.port), *arguments],
                                        env={**os.environ, "NODE_ENV": "production"}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, text=True)
        self.stops.append(self.end)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{program} did not start")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def read_seed(self, path):
        with open(path, encoding="utf-8") as file:
            self.seed = json.load(file)
        self.load = write_load(self.folder, self.seed, ANSWERS)


class ExpressSequelize(NodeSystem):
    def __init__(self):
        super().__init__("Express 5 + Sequelize + node-redis")
        self.postgres = PrivatePostgres().start()
        self.stops.append(self.postgres.stop)
        self.redis = PrivateRedis().start()
        self.stops.append(self.redis.stop)
        path = os.path.join(self.folder, "seed.json")
        self.serve("express_sequelize.mjs", self.postgres.url, self.redis.url, path, str(CANDIDATES), str(QUESTIONS),
                   str(ANSWERS))
        self.read_seed(path)

    def pids(self):
        return {"server": [self.process.pid], "engines": [self.redis.process.pid] + family_of(self.postgres.process.pid)}


class ExpressMinimal(NodeSystem):
    def __init__(self, paper):
        super().__init__("Express 5, token and one GET")
        self.redis = PrivateRedis().start()
        self.stops.append(self.redis.stop)
        paper_path, seed_path = os.path.join(self.folder, "paper.json"), os.path.join(self.folder, "seed.json")
        with open(paper_path, "wb") as file:
            file.write(paper)
        self.serve("express_minimal.mjs", self.redis.url, paper_path, seed_path)
        self.read_seed(seed_path)

    def pids(self):
        return {"server": [self.process.pid], "engines": [self.redis.process.pid]}


class Nginx(System):
    CONFIG = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; keepalive_timeout 300s;
  open_file_cache max=10; open_file_cache_valid 600s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type application/json; location / {{ try_files /paper.json =404; }} }}
}}
"""

    def __init__(self, paper):
        super().__init__("nginx, a file, no log-in")
        self.port = free_port()
        os.chmod(self.folder, 0o755)  # its worker is another user
        with open(os.path.join(self.folder, "paper.json"), "wb") as file:
            file.write(paper)
        with open(os.path.join(self.folder, "nginx.conf"), "w", encoding="ascii") as file:
            file.write(self.CONFIG.format(port=self.port, folder=self.folder))
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", "nginx.conf"], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.stops.append(self.end)
        self.seed = {"examId": "any", "questions": [{"id": "any", "optionIds": ["any"]}], "tokens": ["none"]}
        self.load = write_load(self.folder, self.seed, ANSWERS)
        wait_until(self.answers, 10, "nginx to answer")

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/") as reply:
                return reply.read()
        except OSError:
            return None

    def end(self):
        self.process.terminate()
        self.process.wait()

    def pids(self):
        return {"server": family_of(self.process.pid), "engines": []}
