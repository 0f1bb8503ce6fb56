# SPDX-License-Identifier: MIT
"""Two servers and a worker behind a balancer: all of them restarted in turn under load, one of them cut off from its database or Redis."""

import threading
import time
import unittest

from engines import Gate, PrivatePostgres, PrivateRedis
from harness import Connection, Site, wait_until
from proxies import Proxy
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
        self.port = None  # of the balancer

    def part(self, kind, postgres, redis):
        part = kind(DATABASE_URL=f"postgres://{self.postgres.user}@127.0.0.1:{postgres}/postgres", REDIS_URL=f"redis://127.0.0.1:{redis}",
                    TRUSTED_PROXIES="127.0.0.1", STOP_DELAY=3, **SHARED)
        part.settings["PORT"] = part.port  # the same after a restart
        self.addCleanup(part.stop)
        return part

    def behind(self, kind):
        proxy = Proxy(kind, [server.port for server in self.servers])
        self.addCleanup(proxy.stop)
        self.port = proxy.port

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
        self.behind("nginx")
        self.check_rolling_restart()

    def test_haproxy_rolling_restart_fails_no_request_AtLength(self):
        self.behind("haproxy")
        self.check_rolling_restart()

    def test_caddy_rolling_restart_fails_no_request_AtLength(self):
        self.behind("caddy")
        self.check_rolling_restart()

    def reached(self):
        """The instances that answer through the balancer."""
        return {reply.json["instance"] for _ in range(12) if (reply := Connection(self.port).api("GET", "//healthz")).status == 200}

    def check_rotation(self):
        """A server that cannot reach the database leaves the rotation; one that cannot reach Redis works from SQL, and says so."""
        cut = self.servers[1]
        admin = Site(cut).admin()
        both = wait_until(lambda: len(found := self.reached()) == 2 and found, 20, "both in the rotation")
        self.gates[0].set("shut")
        wait_until(lambda: len(self.reached()) == 1, 30, "one to leave", 0.2)
        self.assertEqual(cut.api("GET", "//readyz").status, 503)
        self.gates[0].set("open")
        wait_until(lambda: self.reached() == both, 30, "it to come back", 0.2)
        self.gates[1].set("shut")
        finding = wait_until(lambda: self.finding(cut, "redis-reach", admin), 30, "it to miss Redis", 0.2)
        self.assertEqual(finding["verdict"], "fail")
        self.assertIn("is away", finding["text"])
        self.assertTrue(finding["cure"])
        for _ in range(10):
            self.assertEqual(self.reached(), both)
            time.sleep(0.2)
        self.assertEqual(cut.api("GET", "//readyz").status, 200)
        self.assertIsNone(self.finding(self.servers[0], "redis-reach", admin))

    def test_who_is_cut_off_from_the_database_leaves_the_rotation_and_from_redis_stays(self):
        self.behind("haproxy")
        self.check_rotation()

    def test_so_it_is_behind_caddy_AtLength(self):
        self.behind("caddy")
        self.check_rotation()

    @staticmethod
    def finding(server, check, admin):
        """What that server complains of; None: nothing of that kind."""
        found = server.api("GET", "/admin/findings", token=admin).json["data"]
        return next((one for one in found if one["id"] == check and one["verdict"] not in ("ok", "skipped")), None)


if __name__ == "__main__":
    unittest.main()
