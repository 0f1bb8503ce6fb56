# SPDX-License-Identifier: MIT
"""A site in parts: servers that only answer, workers that do the rest."""

import re
import signal
import unittest

from engines import PrivatePostgres, PrivateRedis
from harness import Site, TriposServer, wait_until

SHARED = {"JWT_ACCESS_SECRET": "a" * 40, "JWT_EMAIL_SECRET": "e" * 40, "PUBLIC_URL": "http://exams.localhost:8000"}


class TriposWorker(TriposServer):
    """One `tripos worker`."""

    words = ("worker",)
    running = re.compile(r"Worker running, health on port (\d+)")

    def description(self):
        """It tells no one of the routes that it lacks."""


class ServerAlone(TriposServer):
    """One `tripos serve --no-workers`."""

    words = ("serve", "--no-workers")


class Workers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = PrivatePostgres().start()
        cls.addClassCleanup(cls.postgres.stop)
        cls.redis = PrivateRedis().start()
        cls.addClassCleanup(cls.redis.stop)

    def part(self, kind):
        part = kind(DATABASE_URL=self.postgres.url, REDIS_URL=self.redis.url, **SHARED)
        self.addCleanup(part.stop)
        return part

    def jobs(self):
        """In the queue of mails, waiting."""
        return int(self.redis.command("ZCARD", "bull:email:prioritized"))

    def idle(self, part):
        """For how many seconds no job of the queue has ended, as far as this process knows."""
        return float(re.search(r'(?m)^tripos_queue_idle_seconds\{queue="email"\} (\S+)$', part.api("GET", "//metrics").text)[1])

    def test_a_server_queues_a_mail_and_the_worker_sends_it(self):
        server = self.part(ServerAlone)
        site = Site(server)
        site.sign_up("first@example.com")
        wait_until(lambda: self.jobs() == 1, 5, "the mail to be queued by the server itself")
        self.assertEqual(site.mails("first@example.com"), [])
        worker = self.part(TriposWorker)
        mail = site.mail("first@example.com")
        self.assertTrue(any(link.startswith("http://exams.localhost:8000/") for link in mail["links"]), mail["links"])
        site.sign_up("second@example.com")
        site.mail("second@example.com", seconds=5)
        wait_until(lambda: 0 < self.idle(server) < 60, 20, "the server to know that a job ended elsewhere")
        # A worker that ends gives nothing away and leaves nothing behind; the next one goes on.
        worker.terminate()
        site.sign_up("third@example.com")
        wait_until(lambda: self.jobs() == 1, 5, "the third mail to wait")
        worker.start()
        site.mail("third@example.com")

    def test_deadlines_are_kept_by_the_worker(self):
        server = self.part(ServerAlone)
        site = Site(server)
        worker = self.part(TriposWorker)
        exam = site.exam(site.admin("keeper@example.com"), questions=1, seconds=4)
        token = site.candidate("late@example.com")
        site.start(exam, token)

        def is_over():
            return self.postgres_value(f"SELECT count(*) FROM attempts WHERE exam_id = '{exam}' AND status <> 'IN_PROGRESS'") == "1"
        wait_until(is_over, 20, "the worker to end the attempt")
        self.assertEqual(worker.terminate(), 0)

    def postgres_value(self, statement):
        return self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-At",
                                 "-c", f"SET search_path TO tripos; {statement}", "postgres").stdout.splitlines()[-1]

    def test_a_worker_serves_its_health_and_nothing_else(self):
        worker = self.part(TriposWorker)
        for path, status in (("//healthz", 200), ("//readyz", 200), ("//metrics", 200), ("/health", 200), ("//", 404), ("/exam/all", 404)):
            self.assertEqual(worker.api("GET", path).status, status, path)
        self.assertEqual(worker.api("POST", "/auth/login", {"email": "a@example.com", "password": "x"}).status, 404)
        self.assertIn("tripos_queue_workers", worker.api("GET", "//metrics").text)

    def test_either_stops_cleanly_and_at_once(self):
        for kind in (TriposWorker, ServerAlone):
            for number in (signal.SIGTERM, signal.SIGINT):
                part = self.part(kind)
                part.process.send_signal(number)
                self.assertEqual(part.process.wait(10), 0, part.log())
                self.assertIn("app: stopped", part.log())
                self.assertNotIn("ERROR", part.log().upper().replace("ERRORS", ""))

    def test_commands_work_beside_a_worker(self):
        worker = self.part(TriposWorker)
        done = worker.command("queue", "list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("email", done.stdout)

    def test_what_cannot_be_shared_is_refused(self):
        for kind in (TriposWorker, ServerAlone):
            part = kind(start=False)
            self.addCleanup(part.stop)
            code, output = part.run_to_end()
            self.assertEqual(code, 78, output)
            for setting in ("DATABASE_URL", "REDIS_URL", "JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET", "PUBLIC_URL"):
                self.assertEqual(len([line for line in output.splitlines() if f"{setting} must" in line]), 1, output)
        # Cache and queue with a server each are as good as one for both.
        part = TriposWorker(start=False, DATABASE_URL="sqlite:/nowhere/tripos.db", CACHE_REDIS_URL=self.redis.url,
                            QUEUE_REDIS_URL=self.redis.url, **SHARED)
        self.addCleanup(part.stop)
        code, output = part.run_to_end()
        self.assertEqual(code, 78, output)
        self.assertIn("DATABASE_URL must name a PostgreSQL", output)
        self.assertNotIn("REDIS_URL", output)


if __name__ == "__main__":
    unittest.main()
