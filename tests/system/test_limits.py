# SPDX-License-Identifier: MIT
"""Limits as an attacker meets them: on one process, on two, across restarts and without Redis."""

import contextlib
import os
import re
import sqlite3
import threading
import time
import unittest
import uuid

from engines import PrivatePostgres, PrivateRedis
from harness import PASSWORD, Site, TriposServer
from test_two_processes import SECRETS

TRIES = 3  # as few as no try has to wait for


class Attacker:
    """Asks from addresses of its own choice: the server trusts what this machine forwards."""

    def __init__(self, *servers):
        self.servers = servers
        self.turn = 0

    def ask(self, path, body, peer="203.0.113.9", token=None):
        """The status; on one server after another."""
        self.turn += 1
        server = self.servers[self.turn % len(self.servers)]
        return server.api("POST", path, body, token, {"X-Forwarded-For": peer}).status

    def guess(self, email, peer="203.0.113.9"):
        return self.ask("/auth/login", {"email": email, "password": "wrong horse 7"}, peer)

    def guesses(self, email, peer="203.0.113.9", most=50):
        """How many passwords it gets to try."""
        return next((number for number in range(most) if self.guess(email, peer) == 429), most)


class Limits(unittest.TestCase):
    def server(self, **settings):
        server = TriposServer(TRUSTED_PROXIES="127.0.0.1", LOGIN_LIMIT_ACCOUNT=TRIES, **settings)
        self.addCleanup(server.stop)
        return server

    def test_two_processes_count_together(self):
        postgres, redis = PrivatePostgres().start(), PrivateRedis().start()
        self.addCleanup(postgres.stop)
        self.addCleanup(redis.stop)
        servers = [self.server(DATABASE_URL=postgres.url, REDIS_URL=redis.url, **SECRETS) for _ in range(2)]
        attacker = Attacker(*servers)
        self.assertEqual(attacker.guesses("ann@example.com"), TRIES)
        codes = [attacker.ask("/auth/forgot-password", {"email": "ann@example.com"}) for _ in range(12)]
        self.assertEqual(codes.count(200), 5)
        redis.end()  # both go on from where they had come
        self.assertEqual(attacker.guesses("ann@example.com"), 0)

    def test_a_restart_forgets_nothing(self):
        server = self.server()
        attacker = Attacker(server)
        self.assertEqual(attacker.guesses("ann@example.com"), TRIES)
        server.restart()
        self.assertEqual(attacker.guesses("ann@example.com"), 0)

    def test_invented_addresses_neither_pass_nor_flush_the_counters(self):
        server = self.server(MAIL_REQUEST_LIMIT_ADDRESS=60)
        attacker = Attacker(server)
        self.assertEqual(attacker.guesses("ann@example.com"), TRIES)
        for path in ("/auth/resend-verification", "/auth/forgot-password"):
            asked = [attacker.ask(path, {"email": f"invented{number}@example.com"}) for number in range(100)]
            self.assertLessEqual(asked.count(200), 60, path)
        self.assertEqual(attacker.guesses("ann@example.com"), 0)

    def test_a_strangers_requests_keep_nobody_from_a_reset(self):
        attacker = Attacker(self.server())
        body = {"email": "ann@example.com"}
        asked = [attacker.ask("/auth/forgot-password", body) for _ in range(12)]
        self.assertEqual((asked.count(200), asked.count(429)), (5, 7))
        self.assertEqual(attacker.ask("/auth/forgot-password", body, "203.0.113.10"), 200)
        asked = [attacker.ask("/auth/forgot-password", body, f"203.0.113.{11 + number % 9}") for number in range(45)]
        self.assertEqual(asked.count(200), 20 - 6, "a mailbox is not flooded")

    def test_a_network_of_ipv6_is_one_client(self):
        attacker = Attacker(self.server())
        statuses = [attacker.guess("ann@example.com", f"2001:db8:7:7::{number:x}") for number in range(1, 20)]
        self.assertEqual(statuses.count(401), TRIES)
        self.assertEqual(attacker.guess("ann@example.com", "2001:db8:7:8::1"), 401)

    def test_a_session_gives_no_more_guesses(self):
        server = self.server()
        token = Site(server).candidate("ann@example.com")
        attacker = Attacker(server)
        body = {"currentPassword": "wrong horse 7", "newPassword": "another horse 8"}
        statuses = [attacker.ask("/auth/change-password", body, f"203.0.113.{number}", token) for number in range(20)]
        self.assertEqual((statuses.count(400), statuses.count(429)), (TRIES, 20 - TRIES))

    def test_a_laboratory_that_gets_in_is_not_counted(self):
        server = self.server(LOGIN_LIMIT_ADDRESS=5)
        site = Site(server)
        site.candidate("ann@example.com")
        for _ in range(20):
            site.log_in("ann@example.com", PASSWORD)


class Door(unittest.TestCase):
    """Log-ins while somebody at the same address does their worst."""

    LABORATORY = "203.0.113.9"

    def start(self, **settings):
        self.server = TriposServer(TRUSTED_PROXIES="127.0.0.1", **settings)
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)

    def log_in(self, email, cookie="", server=None):
        """From the laboratory, with the browser's cookie."""
        return (server or self.server).api("POST", "/auth/login", {"email": email, "password": PASSWORD},
                                           headers={"X-Forwarded-For": self.LABORATORY, "Cookie": cookie})

    def browser_of(self, email):
        """The cookie of a browser with which somebody has logged in."""
        given = self.log_in(email).headers.get_all("Set-Cookie")
        return next(cookie.split(";")[0] for cookie in given if cookie.startswith("knownDevice="))

    def test_junk_from_a_laboratory_locks_nobody_out_who_knows_the_password(self):
        self.start(LOGIN_LIMIT_ADDRESS=6, LOGIN_LIMIT_ACCOUNT=TRIES)
        exam = self.site.exam(self.site.admin())
        token = self.site.candidate("bob@example.com")
        self.site.candidate("ann@example.com")
        cookie = self.browser_of("ann@example.com")
        paper = self.site.start(exam, token)
        attacker = Attacker(self.server)
        junk = [attacker.guess(f"junk{number}@example.com", self.LABORATORY) for number in range(10)]
        self.assertEqual((junk.count(401), junk.count(429)), (6, 4))
        self.assertEqual(self.log_in("ann@example.com").status, 200, "a newcomer who knows the password")
        self.assertEqual(attacker.guesses("ann@example.com", self.LABORATORY), 0, "nobody is told which accounts there are")
        for _ in range(TRIES):
            attacker.guess("ann@example.com", self.LABORATORY)
        self.assertEqual(self.log_in("ann@example.com").status, 429, "somebody is after the account itself")
        self.assertEqual(self.log_in("ann@example.com", cookie).status, 200)
        self.assertEqual(self.log_in("bob@example.com", cookie).status, 200)
        in_exam = {"X-Forwarded-For": self.LABORATORY}
        for question, options in paper:
            answer = {"questionId": question, "selectedOptionIds": [options[0]]}
            self.assertEqual(self.server.api("POST", f"/exam-attempt/{exam}/save", answer, token, in_exam).status, 200)
        self.assertEqual(self.server.api("POST", f"/exam-attempt/{exam}/submit", None, token, in_exam).status, 200)

    def test_wrong_tries_at_a_classmate_do_not_lock_the_classmates_browser(self):
        self.start(LOGIN_LIMIT_ACCOUNT=TRIES)
        self.site.candidate("ann@example.com")
        cookie = self.browser_of("ann@example.com")
        self.assertEqual(Attacker(self.server).guesses("ann@example.com", self.LABORATORY), TRIES)
        self.assertEqual(self.log_in("ann@example.com").status, 429)
        self.assertEqual(self.log_in("ann@example.com", cookie).status, 200)
        guess = {"email": "ann@example.com", "password": "wrong horse 7"}
        stolen = [self.server.api("POST", "/auth/login", guess, headers={"Cookie": cookie}).status for _ in range(10)]
        self.assertEqual(stolen.count(401), TRIES, "whoever steals the browser guesses no more often than others")

    def test_wrong_passwords_of_one_student_hold_up_no_log_in(self):
        self.start(PASSWORD_THREADS=1)
        token = self.site.candidate("mallory@example.com")
        self.site.candidate("ann@example.com")
        over = threading.Event()

        def attack():
            body = {"currentPassword": "wrong horse 7", "newPassword": "another horse 8"}
            while not over.is_set():
                self.server.api("POST", "/auth/change-password", body, token, timeout=60)
        students = [threading.Thread(target=attack) for _ in range(200)]
        for student in students:
            student.start()
        waits = []
        for _ in range(5):
            begin = time.monotonic()
            self.assertEqual(self.log_in("ann@example.com").status, 200)
            waits.append(time.monotonic() - begin)
        over.set()
        for student in students:
            student.join()
        self.assertLess(max(waits), 5, waits)

    def test_sign_ups_that_are_refused_hold_up_no_save(self):
        self.start()
        exam = self.site.exam(self.site.admin())
        token = self.site.candidate("ann@example.com")
        paper = self.site.start(exam, token)
        over = threading.Event()

        def attack():
            connection = self.server.connect(timeout=120)
            while not over.is_set():
                refused = {"fullName": "A", "email": "a@example.com", "password": "12" * 32}
                self.assertEqual(connection.api("POST", "/auth/signup", refused).status, 400)
        strangers = [threading.Thread(target=attack) for _ in range(20)]
        for stranger in strangers:
            stranger.start()
        waits = []
        for number in range(20):
            question, options = paper[number % len(paper)]
            begin = time.monotonic()
            self.site.save(exam, token, question, options[0])
            waits.append(time.monotonic() - begin)
        over.set()
        for stranger in strangers:
            stranger.join()
        self.assertLess(max(waits), 1, waits)

    def test_a_herd_gets_in_and_keeps_its_places(self):
        people = 150
        self.start(PASSWORD_THREADS=1, LOGIN_WAIT=1)
        self.site.candidate("ann@example.com")
        with contextlib.closing(sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), timeout=30)) as database, database:
            for number in range(people):
                email = f"herd{number}@example.com"
                database.execute("INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, email_verified, "
                                 "created_at, updated_at) SELECT ?, ?, ?, full_name, password_hash, role, 1, created_at, updated_at "
                                 "FROM users WHERE email = 'ann@example.com'", [str(uuid.uuid4()), email, email])
        hashed = self.hashed()
        places = {}

        def enter(email):
            while (reply := self.log_in(email)).status != 200:
                self.assertEqual(reply.json["code"], "login_queue", reply)
                places.setdefault(email, []).append(reply.json["place"])
                time.sleep(int(reply.headers["Retry-After"]))
        herd = [threading.Thread(target=enter, args=[f"herd{number}@example.com"]) for number in range(people)]
        for person in herd:
            person.start()
        for person in herd:
            person.join()
        self.assertEqual(self.hashed() - hashed, people, "one hash each, however often they asked")
        self.assertTrue(places, "somebody had to wait")
        for email, given in places.items():
            self.assertEqual(given, sorted(given, reverse=True), email)

    def hashed(self):
        metrics = self.server.api("GET", "//metrics", headers={"X-Forwarded-For": "127.0.0.1"}).text
        return int(re.search(r"^tripos_passwords_hashed_total (\d+)", metrics, re.M)[1])


if __name__ == "__main__":
    unittest.main()
