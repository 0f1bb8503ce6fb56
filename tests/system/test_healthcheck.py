# SPDX-License-Identifier: MIT
"""`tripos healthcheck`: what a container engine is told of a server or worker, by its exit code."""

import json
import signal
import time
import unittest

from engines import PrivatePostgres, PrivateRedis, free_port
from harness import TriposServer, wait_until
from test_workers import SHARED, ServerAlone, TriposWorker


class Healthcheck(unittest.TestCase):
    def server(self, kind=TriposServer, **settings):
        server = kind(PORT=free_port(), **settings)
        self.addCleanup(server.stop)
        return server

    def told(self, server, *arguments):
        """(exit code, what was said)."""
        done = server.command("healthcheck", *arguments)
        return done.returncode, (done.stdout + done.stderr).strip()

    def test_a_server_is_ready_until_it_stops_and_then_nobody_answers(self):
        server = self.server(STOP_DELAY=2)
        self.assertEqual(self.told(server), (0, "Ready"))
        self.assertEqual(json.loads(self.told(server, "--json")[1]), {"ready": True, "status": 200})
        server.process.send_signal(signal.SIGTERM)
        code, said = wait_until(lambda: (told := self.told(server))[0] and told, 2, "it to be told")
        self.assertEqual(code, 1)
        self.assertIn("/readyz answers 503", said)
        self.assertEqual(server.process.wait(15), 0)
        code, said = self.told(server)
        self.assertEqual(code, 1)
        self.assertIn(f"nothing answers at http://127.0.0.1:{server.port}/readyz", said)

    def test_it_is_reached_on_every_address_it_may_listen_on(self):
        for host in ("0.0.0.0", "::1", "::", "localhost"):
            self.assertEqual(self.told(self.server(HOST=host)), (0, "Ready"), host)

    def test_one_that_hangs_is_not_waited_for_long(self):
        server = self.server()
        server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(server.process.send_signal, signal.SIGCONT)
        begin = time.monotonic()
        self.assertEqual(self.told(server)[0], 1)
        self.assertLess(time.monotonic() - begin, 8)

    def test_a_port_that_nobody_knows_is_said_to_be_that(self):
        server = TriposServer(start=False, PORT=0)
        self.addCleanup(server.stop)
        code, said = self.told(server)
        self.assertEqual(code, 1)
        self.assertIn("set PORT", said)

    def test_servers_and_workers_are_ready_and_without_their_database_are_not(self):
        postgres = PrivatePostgres().start()
        self.addCleanup(postgres.stop)
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        parts = [self.server(kind, DATABASE_URL=postgres.url, REDIS_URL=redis.url, **SHARED) for kind in (ServerAlone, TriposWorker)]
        self.assertEqual([self.told(part) for part in parts], [(0, "Ready")] * 2)
        postgres.crash()
        worker = parts[1]
        self.assertEqual(self.told(worker)[0], 1)  # at first it hopes that the loss passes, and answers late
        wait_until(lambda: "/readyz answers 503" in self.told(worker)[1], 20, "it to be told")


if __name__ == "__main__":
    unittest.main()
