# SPDX-License-Identifier: MIT
"""Two servers and a worker behind a balancer: all of them restarted in turn under load, one of them cut off from its database or Redis."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

from engines import Gate, PrivatePostgres, PrivateRedis, free_port
from harness import ROOT, Connection, Site, wait_until
from test_workers import SHARED, ServerAlone, TriposWorker


class Saver(threading.Thread):
    """A candidate who saves an answer again and again through the balancer, on a connection that it keeps."""

    def __init__(self, port, exam, token, question, options):
        super().__init__(daemon=True)
        self.port, self.exam, self.token, self.question, self.options = port, exam, token, question, options
        self.saved, self.failures = 0, []
        self.ending = threading.Event()
        self.start()

    def run(self):
        connection = Connection(self.port, self.token)
        while not self.ending.is_set():
            body = {"questionId": self.question, "selectedOptionIds": [self.options[self.saved % 2]]}
            try:
                reply = connection.api("POST", f"/exam-attempt/{self.exam}/save", body)
                if reply.status == 200:
                    self.saved += 1
                else:
                    self.failures.append(repr(reply))
            except OSError as failure:
                self.failures.append(repr(failure))
                connection = Connection(self.port, self.token)
            self.ending.wait(0.02)

    def end(self):
        self.ending.set()
        self.join(30)


class Rolling(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-rolling-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o711)
        self.postgres = PrivatePostgres().start()
        self.addCleanup(self.postgres.stop)
        self.redis = PrivateRedis().start()
        self.addCleanup(self.redis.stop)
        self.gates = [Gate(self.postgres.port), Gate(self.redis.port)]
        for gate in self.gates:
            self.addCleanup(gate.stop)
        self.servers = [self.part(ServerAlone, self.postgres.port, self.redis.port),
                        self.part(ServerAlone, self.gates[0].port, self.gates[1].port)]
        self.worker = self.part(TriposWorker, self.postgres.port, self.redis.port)
        self.port = free_port()

    def part(self, kind, postgres, redis):
        part = kind(DATABASE_URL=f"postgres://{self.postgres.user}@127.0.0.1:{postgres}/postgres", REDIS_URL=f"redis://127.0.0.1:{redis}",
                    TRUSTED_PROXIES="127.0.0.1", STOP_DELAY=3, **SHARED)
        part.settings["PORT"] = part.port  # the same after a restart
        self.addCleanup(part.stop)
        return part

    def spawn(self, *command):
        log = open(os.path.join(self.folder, "log"), "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

        def end():
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        self.addCleanup(end)
        wait_until(lambda: self.answers() == 200, 20, f"{command[0]} to serve", 0.1)

    def answers(self):
        try:
            return Connection(self.port).api("GET", "//healthz").status
        except OSError:
            return 0

    def nginx(self):
        with open(os.path.join(ROOT, "deploy", "nginx", "tripos.conf"), encoding="utf-8") as file:
            upstream = file.read().split("server {\n    listen 80;")[0]
        ours = "server 127.0.0.1:8000 max_fails=0;"
        self.assertIn(ours, upstream)
        upstream = upstream.replace(ours, " ".join(f"server 127.0.0.1:{server.port} max_fails=0;" for server in self.servers) + "\n#")
        with open(os.path.join(ROOT, "deploy", "nginx", "tripos.conf"), encoding="utf-8") as file:
            location = file.read().split("client_max_body_size 1m;")[1]
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;\nevents {{}}\nhttp {{\naccess_log off; {temporary}\n"
                       f"{upstream}server {{ listen 127.0.0.1:{self.port};\n{location}}}\n")
        self.spawn("/usr/sbin/nginx", "-p", self.folder, "-c", path)

    def haproxy(self):
        with open(os.path.join(ROOT, "deploy", "haproxy", "haproxy.cfg"), encoding="utf-8") as file:
            text = file.read()
        text = text.replace("bind :80", f"bind 127.0.0.1:{self.port}")
        for number, server in enumerate(self.servers):
            ours = f"127.0.0.1:{8000 + number}"
            self.assertIn(ours, text)
            text = text.replace(ours, f"127.0.0.1:{server.port}")
        path = os.path.join(self.folder, "haproxy.cfg")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.spawn("/usr/sbin/haproxy", "-db", "-f", path)

    def savers(self, count=6):
        site = Site(self.servers[0])
        exam = site.exam(site.admin(), questions=1)
        found = []
        for number in range(count):
            token = site.candidate(f"rolling{number}@example.com")
            question, options = site.start(exam, token)[0]
            found.append(Saver(self.port, exam, token, question, options))
            self.addCleanup(found[-1].end)
        return found

    def check_rolling_restart(self):
        savers = self.savers()
        for part in (self.servers[0], self.worker, self.servers[1]):
            before = [saver.saved for saver in savers]
            part.restart()
            wait_until(lambda before=before: all(saver.saved > old + 20 for saver, old in zip(savers, before)), 30, "everybody to save on")
        for saver in savers:
            saver.end()
            self.assertEqual(saver.failures, [], f"of {saver.saved}")
        Site(self.servers[0]).sign_up("after@example.com")
        Site(self.servers[0]).mail("after@example.com")

    def test_nginx_rolling_restart_fails_no_request(self):
        self.nginx()
        self.check_rolling_restart()

    def test_haproxy_rolling_restart_fails_no_request_AtLength(self):
        self.haproxy()
        self.check_rolling_restart()

    def test_who_is_cut_off_from_the_database_leaves_the_rotation_and_from_redis_stays(self):
        self.haproxy()
        cut = self.servers[1]

        def reached():
            """The instances that answer through the balancer."""
            return {Connection(self.port).api("GET", "//healthz").json["instance"] for _ in range(12)}
        both = wait_until(lambda: len(found := reached()) == 2 and found, 20, "both in the rotation")
        self.gates[0].set("shut")
        wait_until(lambda: len(reached()) == 1, 30, "one to leave", 0.2)
        self.assertEqual(cut.api("GET", "//readyz").status, 503)
        self.gates[0].set("open")
        wait_until(lambda: reached() == both, 30, "it to come back", 0.2)
        self.gates[1].set("shut")  # it works from SQL
        wait_until(lambda: self.queue_state(cut) == "down", 20, "it to miss Redis", 0.2)
        for _ in range(10):
            self.assertEqual(reached(), both)
            time.sleep(0.2)
        self.assertEqual(cut.api("GET", "//readyz").status, 200)

    @staticmethod
    def queue_state(server):
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/readyz", headers={"X-Forwarded-For": "127.0.0.1"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)["dependencies"]["queue"]["state"]


if __name__ == "__main__":
    unittest.main()
