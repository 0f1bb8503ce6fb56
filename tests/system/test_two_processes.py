# SPDX-License-Identifier: MIT
"""Two processes on one PostgreSQL and one Redis behave as one site."""

import contextlib
import json
import os
import random
import re
import subprocess
import threading
import time
import unittest

from engines import Gate, PrivatePostgres, PrivateRedis
from harness import PASSWORD, Site, TriposServer, wait_until

SECRETS = {"JWT_ACCESS_SECRET": "a" * 40, "JWT_EMAIL_SECRET": "e" * 40}


class TwoProcesses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = PrivatePostgres().start()
        cls.addClassCleanup(cls.postgres.stop)
        cls.redis = PrivateRedis().start()
        cls.addClassCleanup(cls.redis.stop)
        settings = {"DATABASE_URL": cls.postgres.url, "REDIS_URL": cls.redis.url, "OUTBOX_RELAY_INTERVAL": 100, **SECRETS}
        cls.servers = [TriposServer(start=False, **settings) for _ in range(2)]
        for server in cls.servers:
            cls.addClassCleanup(server.stop)
            server.spawn()  # both at once
        for server in cls.servers:
            wait_until(lambda server=server: "Server running on port" in server.log(), 45, "the server to start")
            server.port = int(server.log().split("Server running on port ")[1].split()[0])
        cls.sites = [Site(server) for server in cls.servers]
        cls.admin = cls.sites[0].admin()

    def together(self, *actions):
        """Runs the actions at the same moment; their results in order."""
        results = [None] * len(actions)
        gate = threading.Barrier(len(actions))

        def run(number):
            gate.wait()
            results[number] = actions[number]()
        threads = [threading.Thread(target=run, args=(number,)) for number in range(len(actions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_both_started_at_once_and_one_of_them_migrated(self):
        migrations = [line for server in self.servers for line in server.log().splitlines() if "schema migrated" in line]
        self.assertEqual(len(migrations), 1, migrations)
        self.assertIn("accounts 1, ", migrations[0])
        for server in self.servers:
            self.assertTrue(server.api("GET", "//readyz").json["ready"])

    def test_of_changes_to_a_queue_at_once_redis_ends_with_what_is_kept(self):
        def change(number, method, act, body=None):
            reply = self.servers[number].api(method, f"/admin/queues/email/{act}", body, self.admin)
            self.assertEqual(reply.status, 200, reply)

        def kept():
            done = self.servers[0].command("config", "--json")
            told = " ".join(one["text"] for one in json.loads(done.stdout)["overrides"])
            return re.search(r"\d+", told)[0], "1" if "is paused" in told else ""

        def in_redis():
            return tuple(self.redis.command("HGET", "bull:email:meta", member) for member in ("concurrency", "paused"))
        # The other tests want their mails whatever becomes of this one.
        self.addCleanup(change, 0, "POST", "resume")
        self.addCleanup(change, 0, "PUT", "concurrency", {"concurrency": None})
        for limit in [1, 3, 5, 7, 9] * 4:
            self.together(lambda: change(0, "PUT", "concurrency", {"concurrency": limit}), lambda: change(0, "POST", "pause"),
                          lambda: change(1, "PUT", "concurrency", {"concurrency": limit + 1}), lambda: change(1, "POST", "resume"))
            wait_until(lambda: in_redis() == kept(), 20, "Redis to have what SQL has")

    def test_of_saves_that_saw_the_same_revision_one_counts(self):
        exam = self.sites[0].exam(self.admin, questions=1)
        candidate = self.sites[0].candidate("two-devices@example.com")
        question, options = self.sites[0].start(exam, candidate)[0]

        def save(server, device, revision):
            return server.api("POST", f"/exam-attempt/{exam}/save", {
                "questionId": question, "selectedOptionIds": [options[(device + revision) % 2]], "revision": revision,
                "clientId": f"device {device}"}, candidate)
        for revision in range(5):
            replies = self.together(*(lambda n=n: save(self.servers[n % 2], n, revision) for n in range(8)))
            stored = [reply for reply in replies if reply.status == 200]
            self.assertEqual(len(stored), 1, replies)
            self.assertEqual(stored[0].json["revision"], revision + 1)
            for reply in replies:
                if reply.status != 200:
                    self.assertEqual((reply.status, reply.json["code"]), (409, "answer_changed"))
                    self.assertEqual(reply.json["stored"]["revision"], revision + 1)
        self.assertEqual(self.psql(f"SELECT revision FROM answers WHERE question_id = '{question}'"), "5")
        self.assertEqual(self.psql("SELECT count(*) FROM answer_history WHERE answer = (SELECT id FROM answers WHERE "
                                   f"question_id = '{question}')"), "4")

    def test_devices_of_one_candidate_on_both_never_wait_for_each_other_in_a_circle(self):
        exam = self.sites[0].exam(self.admin, questions=2)
        candidate = self.sites[0].candidate("many-devices@example.com")
        paper = self.sites[0].start(exam, candidate)

        def save(device):
            statuses = []
            for number in range(25):
                if number % 5 == 0:
                    statuses.append(self.servers[device % 2].api("POST", f"/exam-attempt/{exam}/saves", {"saves": [
                        {"questionId": question, "selectedOptionIds": [options[number // 5 % 2]]}
                        for question, options in paper[::1 if device % 4 < 2 else -1]]}, candidate).status)
                question, options = paper[(device // 2 + number) % 2]
                statuses.append(self.servers[device % 2].api("POST", f"/exam-attempt/{exam}/save", {
                    "questionId": question, "selectedOptionIds": [options[number // 2 % 2]], "clientId": f"device {device}"}, candidate).status)
            return statuses

        def circles():
            with open(os.path.join(self.postgres.folder, "log"), encoding="utf-8") as log:
                return log.read().count("deadlock detected")
        before = circles()
        replies = self.together(*(lambda n=n: save(n) for n in range(8)))
        self.assertEqual(replies, [[200] * 30] * 8)
        self.assertEqual(circles(), before, "everybody's saves stood still until PostgreSQL saw the circle")
        kept = self.psql("WITH RECURSIVE chain (id) AS (SELECT former FROM answers UNION ALL SELECT h.former FROM chain c "
                         "JOIN answer_history h ON h.id = c.id) SELECT count(*) FROM answer_history WHERE id NOT IN (SELECT id FROM chain)")
        self.assertEqual(kept, "0", "no version is left behind that no answer leads to")

    def test_the_board_of_either_tells_what_happened_on_both(self):
        one, other = self.sites
        exam = one.exam(self.admin, questions=2)
        tokens = [site.candidate(f"board{number}@example.com") for number, site in enumerate(self.sites)]
        papers = [site.start(exam, token) for site, token in zip(self.sites, tokens)]
        for site, token, paper in zip(self.sites, tokens, papers):
            site.save(exam, token, paper[0][0], paper[0][1][0])

        def answered(site):
            board = site.expect(200, "GET", f"/exam/{exam}/board", None, self.admin)
            return sorted((row["state"], row["answered"]) for row in board["candidates"])
        for site in self.sites:
            wait_until(lambda site=site: answered(site) == [("writing", 1)] * 2, 15, "the board to tell of both")
        mine = one.expect(200, "GET", f"/exam/{exam}/board", None, self.admin)["cursor"]
        self.assertTrue(other.expect(200, "GET", f"/exam/{exam}/board?cursor={mine}", None, self.admin)["complete"])

    def test_a_notice_sent_on_one_is_told_by_the_other_at_once(self):
        one, other = self.sites
        exam = one.exam(self.admin, questions=1)
        token = other.candidate("notices@example.com")
        other.start(exam, token)
        for number in range(1, 6):
            site, reader = (one, other) if number % 2 else (other, one)
            site.expect(200, "POST", f"/exam/{exam}/notices", {"text": f"n{number}", "confirm": "1"}, self.admin)
            told = reader.expect(200, "GET", f"/exam-attempt/{exam}/status?noticesAfter={number - 1}", None, token)["notices"]
            self.assertEqual([notice["text"] for notice in told], [f"n{number}"])

    def test_a_receipt_of_one_is_verified_by_the_other_and_a_repeat_there_gets_it_again(self):
        one, other = self.sites
        exam = one.exam(self.admin, questions=1)
        tokens = [one.candidate(f"receipt{number}@example.com") for number in range(8)]
        for token in tokens:
            one.start(exam, token)

        def hand_in(site, token):
            return site.server.api("POST", f"/exam-attempt/{exam}/submit", None, token, {"Idempotency-Key": "once"})
        firsts = self.together(*(lambda n=n: hand_in(self.sites[n % 2], tokens[n // 2]) for n in range(16)))
        for number in range(0, 16, 2):
            self.assertEqual([reply.status for reply in firsts[number:number + 2]], [200, 200], firsts)
            self.assertEqual(firsts[number].json, firsts[number + 1].json)
            receipt = firsts[number].json["receipt"]
            for site in self.sites:
                self.assertTrue(site.expect(200, "POST", "/receipts/verify", receipt, tokens[0])["genuine"])
        self.assertEqual(self.psql("SELECT count(*) FROM receipt_keys"), "1")

    def ended_attempt(self, email):
        """Exam, attempt, and what the candidate saves with: handed in, without an answer."""
        one = self.sites[0]
        exam, token = one.exam(self.admin, questions=1), one.candidate(email)
        paper = one.start(exam, token)
        attempt = one.expect(200, "GET", f"/exam-attempt/{exam}/status", None, token)["attemptId"]
        one.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        return exam, attempt, token, paper

    def test_an_attempt_that_is_opened_again_twice_at_the_same_moment_gets_the_time_once(self):
        for number in range(4):
            exam, attempt, _, _ = self.ended_attempt(f"reopened{number}@example.com")
            replies = self.together(*(lambda n=n: self.servers[n % 2].api(
                "POST", f"/exam-attempt/{attempt}/reopen", {"minutes": 600, "reason": "x"}, self.admin) for n in range(8)))
            self.assertEqual(sorted(reply.status for reply in replies), [200] + [409] * 7, replies)
            self.assertEqual(self.psql(f"SELECT count(*) FROM extensions WHERE exam_id = '{exam}'"), "1")
            self.assertEqual(self.psql("SELECT count(*) FROM audit_entries WHERE action = 'attempt.reopen' "
                                       f"AND subject = 'attempt:{attempt}'"), "1")

    def test_a_late_answer_that_is_accepted_while_grades_are_calculated_again_stays_counted(self):
        exam, attempt, token, ((question, options),) = self.ended_attempt("regraded@example.com")
        self.sites[1].expect(403, "POST", f"/exam-attempt/{exam}/save",
                             {"questionId": question, "selectedOptionIds": [options[0]]}, token)  # the right one
        self.psql(f"UPDATE attempts SET score = 7000 WHERE id = '{attempt}'")  # so that there is something to calculate
        with self.holding(f"DO $$ BEGIN PERFORM 1 FROM tripos.exams WHERE id = '{exam}' FOR SHARE; END $$"):  # no grades in force
            calculating = threading.Thread(target=self.servers[0].api, args=("POST", f"/result/{exam}/calculate", None, self.admin))
            calculating.start()
            wait_until(lambda: self.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0", 10, "new grades to wait")
            self.sites[1].expect(200, "POST", f"/exam-attempt/{attempt}/late/accept", {"reason": "x"}, self.admin)
        calculating.join()
        self.assertEqual(self.psql(f"SELECT score FROM attempts WHERE id = '{attempt}'"), "1000")

    def test_a_key_that_is_mended_while_somebody_hands_in_grades_them_too(self):
        one, other = self.sites
        exam, token = one.exam(self.admin, questions=1), one.candidate("mended@example.com")
        ((question, options),) = one.start(exam, token)
        one.expect(200, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "selectedOptionIds": [options[0]]}, token)
        other.expect(201, "POST", f"/exam/{exam}/corrections", {
            "questionId": question, "kind": "ANSWERS", "answers": [{"optionIds": [options[1]]}], "reason": "a misprint"}, self.admin)

        def apply():
            dry = other.expect(200, "POST", f"/exam/{exam}/regrade", {}, self.admin)
            return other.server.api("POST", f"/exam/{exam}/regrade", {"dry": False, "run": dry["run"], "confirm": "Exam"}, self.admin)
        replies = []
        with self.holding("LOCK TABLE tripos.answers IN ACCESS EXCLUSIVE MODE"):
            # It has the key of before, and waits for the answers.
            handing_in = threading.Thread(target=one.expect, args=(200, "POST", f"/exam-attempt/{exam}/submit", None, token))
            handing_in.start()
            wait_until(lambda: self.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1", 10, "the hand-in to wait")
            applying = threading.Thread(target=lambda: replies.append(apply()))
            applying.start()
            wait_until(lambda: replies or self.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "2", 10,
                       "the regrade to wait, or to be done")
        handing_in.join()
        applying.join()
        # What the dry run showed is no longer so: somebody has handed in since.
        self.assertEqual((replies[0].status, replies[0].json["code"]), (409, "regrade_outdated"))
        work = apply()
        self.assertEqual(work.status, 202)
        wait_until(lambda: self.psql(f"SELECT score FROM attempts WHERE exam_id = '{exam}'") == "0", 10, "the attempt to be graded again")

    def test_a_regrade_is_refused_when_a_score_moves_while_it_is_applied(self):
        exam, attempt, token, ((question, options),) = self.ended_attempt("moved@example.com")
        one, other = self.sites
        one.expect(403, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "selectedOptionIds": [options[0]]}, token)
        one.expect(201, "POST", f"/exam/{exam}/corrections", {
            "questionId": question, "kind": "ANSWERS", "answers": [{"optionIds": [options[1]]}], "reason": "a misprint"}, self.admin)
        order = {"dry": False, "run": one.expect(200, "POST", f"/exam/{exam}/regrade", {}, self.admin)["run"], "confirm": "Exam"}
        replies = []
        with self.holding(f"DO $$ BEGIN PERFORM 1 FROM tripos.exams WHERE id = '{exam}' FOR SHARE; END $$"):
            applying = threading.Thread(target=lambda: replies.append(
                self.servers[0].api("POST", f"/exam/{exam}/regrade", order, self.admin)))
            applying.start()
            wait_until(lambda: self.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0", 10, "the regrade to wait")
            other.expect(200, "POST", f"/exam-attempt/{attempt}/late/accept", {"reason": "x"}, self.admin)
        applying.join()
        self.assertEqual((replies[0].status, replies[0].json["code"]), (409, "regrade_outdated"))
        self.assertEqual(self.psql(f"SELECT count(*) FROM regrades WHERE exam_id = '{exam}'"), "0")

    @contextlib.contextmanager
    def holding(self, statement):
        """In a transaction of its own, which is rolled back."""
        words = [os.path.join(self.postgres.binaries, "psql"), "-h", "127.0.0.1", "-p", str(self.postgres.port),
                 "-U", self.postgres.user, "-AtqX", "postgres"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as psql:
            psql.stdin.write(f"BEGIN; {statement}; SELECT 1;\n")
            psql.stdin.flush()
            while psql.stdout.readline() != "1\n":
                self.assertIsNone(psql.poll())
            yield
            psql.stdin.close()  # it rolls back

    def test_a_session_made_on_one_works_on_the_other_until_it_ends_on_either(self):
        one, other = self.sites
        token = one.candidate("session@example.com")
        for site in self.sites:  # both know it, and keep it for a while
            site.expect(200, "GET", "/profile/me", None, token)
        other.expect(200, "POST", "/auth/logout", None, token)
        for site in self.sites:
            wait_until(lambda site=site: site.server.api("GET", "/profile/me", token=token).status == 401, 5,
                       "the log-out to be known")

    def test_a_new_password_given_on_one_ends_the_sessions_made_on_the_other(self):
        one, other = self.sites
        token = one.candidate("password@example.com")
        stolen = other.log_in("password@example.com")
        for site in self.sites:
            site.expect(200, "GET", "/profile/me", None, stolen)
        one.expect(200, "POST", "/auth/change-password", {"currentPassword": PASSWORD, "newPassword": PASSWORD + "x"}, token)
        for site in self.sites:
            wait_until(lambda site=site: site.server.api("GET", "/profile/me", token=stolen).status == 401, 5,
                       "the end of the session to be known")

    def test_a_write_on_one_is_seen_by_the_next_read_on_the_other(self):
        one, other = self.sites
        token = one.candidate("writes@example.com")
        for number in range(20):
            writer, reader = (one, other) if number % 2 else (other, one)
            name = f"Asha {'Rao' if number % 3 else 'Roy'} {chr(65 + number)}"
            reader.expect(200, "GET", "/profile/me", None, token)  # so that the reader has something old to show
            writer.expect(200, "PUT", "/profile/me", {"fullName": name}, token)
            self.assertEqual(reader.expect(200, "GET", "/profile/me", None, token)["data"]["fullName"], name, number)

    def test_an_answer_saved_on_one_is_in_the_paper_of_the_other(self):
        one, other = self.sites
        exam = one.exam(self.admin)
        token = other.candidate("answers@example.com")
        (question, options), *_ = one.start(exam, token)
        for number in range(10):
            writer, reader = (one, other) if number % 2 else (other, one)
            writer.save(exam, token, question, options[number % 2])
            self.assertEqual(reader.answers(exam, token), {question: options[number % 2]}, number)

    def test_no_read_on_either_is_older_than_the_last_write_on_any(self):
        """TRIPOS_WRITES of them; 10,000 for a long look."""
        one = self.sites[0]
        exam = one.exam(self.admin)
        candidates = [one.candidate(f"random{number}@example.com") for number in range(4)]
        papers = [one.start(exam, token) for token in candidates]
        each = int(os.environ.get("TRIPOS_WRITES", "1200")) // len(candidates)
        stale = self.together(*[lambda number=number: self.write_and_read(number, exam, candidates[number], papers[number], each)
                                for number in range(len(candidates))])
        self.assertEqual(stale, [[]] * len(candidates))

    def write_and_read(self, seed, exam, token, paper, count):
        """One candidate's writes on a random server, each followed by a read on a random one; what was stale."""
        dice = random.Random(seed)
        servers = [server.connect() for server in self.servers]
        for server in servers:
            server.description = None  # held against it often enough elsewhere
        stale = []
        answers = {}

        def ask(method, path, body=None):
            reply = dice.choice(servers).api(method, path, body, token)
            if reply.status != 200:
                raise AssertionError(f"{method} {path}: {reply!r}")
            return reply.json
        for number in range(count):
            if dice.random() < 0.7:
                question, options = dice.choice(paper)
                answers[question] = dice.choice(options)
                ask("POST", f"/exam-attempt/{exam}/save", {"questionId": question, "selectedOptionIds": [answers[question]]})
                shown = {entry["id"]: entry["studentAnswer"]["selectedOptionIds"][0]
                         for entry in ask("GET", f"/exam-attempt/{exam}/attempt")["exam"]["questions"] if entry["studentAnswer"]}
                expected = answers
            else:
                expected = f"Asha {''.join(dice.choice('abcdefgh') for _ in range(12))}"
                ask("PUT", "/profile/me", {"fullName": expected})
                shown = ask("GET", "/profile/me")["data"]["fullName"]
            if shown != expected:
                stale.append((number, expected, shown))
        for server in servers:
            server.close()
        return stale

    def test_deadlines_are_kept_once(self):
        before = self.auto_submitted()
        tokens = [self.sites[number % 2].candidate(f"late{number}@example.com") for number in range(6)]
        exam = self.sites[0].exam(self.admin, seconds=4)
        for number, token in enumerate(tokens):
            self.sites[number % 2].start(exam, token)

        def attempts():
            return self.psql("SELECT count(*) FILTER (WHERE status <> 'IN_PROGRESS'), count(*), count(DISTINCT user_id) "
                             f"FROM attempts WHERE exam_id = '{exam}'")
        wait_until(lambda: attempts() == "6|6|6", 30, "every attempt to be ended", interval=0.2)
        self.assertEqual(self.psql(f"SELECT count(score) FROM attempts WHERE exam_id = '{exam}'"), "6")
        self.assertEqual(self.auto_submitted() - before, 6)

    def test_a_save_that_arrived_in_time_is_stored_though_its_process_is_seconds_behind(self):
        gate = Gate(self.postgres.port)
        self.addCleanup(gate.stop)
        url = self.postgres.url.replace(f":{self.postgres.port}/", f":{gate.port}/")
        self.assertNotEqual(url, self.postgres.url)
        behind = TriposServer(**self.servers[0].settings | {"DATA_DIR": self.servers[0].data_dir + "-behind", "DATABASE_URL": url})
        self.addCleanup(behind.stop)
        one = self.sites[0]
        token = one.candidate("behind@example.com")
        fresh = one.log_in("behind@example.com")  # the process behind has yet to look this session up
        exam = one.exam(self.admin, seconds=5)
        (question, options), *_ = one.start(exam, token)
        one.save(exam, token, question, options[0])
        end = float(self.psql(f"SELECT deadline_at FROM attempts WHERE exam_id = '{exam}'")) / 1000
        before = self.auto_submitted()
        saved = []
        saver = threading.Thread(target=lambda: saved.append(behind.api(
            "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "selectedOptionIds": [options[1]]}, fresh)))
        wait_until(lambda: time.time() > end - 0.3, 10, "the last moments")
        gate.set("hold")  # the check of its session and its lane: nothing comes back
        wait_until(lambda: time.time() > end - 0.1, 10, "the last tenth of a second", interval=0.001)
        saver.start()
        wait_until(lambda: time.time() > end + 2.9, 10, "three seconds")
        self.assertEqual(saved, [])
        gate.set("open")
        saver.join()
        self.assertEqual(saved[0].status, 200, saved)

        def ended():
            return self.psql(f"SELECT submitted_at = deadline_at FROM attempts WHERE exam_id = '{exam}' AND score IS NOT NULL")
        self.assertEqual(wait_until(ended, 15, "the attempt to end"), "t", "the finish is the deadline")
        self.assertGreater(time.time(), end + 4.9, "after the grace")
        self.assertEqual(self.psql("SELECT option_ids FROM answers WHERE question_id = "
                                   f"'{question}' AND attempt_id = (SELECT id FROM attempts WHERE exam_id = '{exam}')"),
                         options[1])
        self.assertLessEqual(self.auto_submitted() - before, 1, "by one process, whichever it was")

    def auto_submitted(self):
        """What both processes say together."""
        pattern = r'(?m)^tripos_exams_attempts_total\{event="auto_submitted"\} (\d+)'
        return sum(int(re.search(pattern, server.api("GET", "//metrics").text)[1]) for server in self.servers)

    def test_of_two_accounts_that_take_one_address_at_the_same_moment_one_gets_it(self):
        for round_number in range(5):
            wanted = f"wanted{round_number}@example.com"
            links = []
            for number, site in enumerate(self.sites):
                email = f"taker{round_number}{number}@example.com"
                token = site.candidate(email)
                site.expect(202, "POST", "/profile/me/email", {"newEmail": wanted, "currentPassword": PASSWORD}, token)
                wait_until(lambda n=number, s=site: len(s.mails(wanted)) > n, 10, "the mail to confirm")
                new = next(mail for mail in site.mails(wanted) if mail["links"][0] not in links)
                links.append(new["links"][0])
            codes = [link.split("token=")[1] for link in links]
            replies = self.together(*[lambda s=site, c=code: s.server.api("POST", f"/auth/confirm-email/{c}").status
                                      for site, code in zip(self.sites, codes)])
            self.assertEqual(sorted(replies), [200, 409], replies)

    def test_of_two_sign_ups_with_one_address_that_are_confirmed_at_the_same_moment_one_makes_the_account(self):
        for number in range(5):
            email = f"twin{number}@example.com"
            passwords = [f"{PASSWORD} {count}" for count in range(2)]
            for site, password in zip(self.sites, passwords):
                site.expect(201, "POST", "/auth/signup", {"fullName": "Asha Rao", "email": email, "password": password})
            wait_until(lambda to=email: len(self.sites[0].mails(to)) == 2, 15, "both mails")
            links = [link.split("token=")[1] for mail in self.sites[0].mails(email) for link in mail["links"] if "token=" in link]
            replies = self.together(*[lambda s=site, t=token: s.server.api("POST", f"/auth/verify-email/{t}").status
                                      for site, token in zip(self.sites, dict.fromkeys(links))])
            self.assertIn(200, replies)
            self.assertNotIn(500, replies)
            self.assertEqual(self.psql(f"SELECT count(*) FROM users WHERE email = '{email}'"), "1")
            log_ins = [self.sites[0].server.api("POST", "/auth/login", {"email": email, "password": password}).status
                       for password in passwords]
            self.assertEqual(sorted(log_ins), [200, 401])

    def test_two_administrators_who_demote_each_other_at_the_same_moment_leave_one(self):
        for number in range(8):
            emails = [f"admin{number}{count}@example.com" for count in range(2)]
            tokens = [self.sites[0].admin(email) for email in emails]
            ids = [self.psql(f"SELECT id FROM users WHERE email = '{email}'") for email in emails]
            everybody_else = f"role = 'ADMIN' AND id NOT IN ('{ids[0]}', '{ids[1]}')"
            self.psql(f"UPDATE users SET role = 'WAS' WHERE {everybody_else}")
            act = [("PUT", {"roles": []}), ("PUT", {"disabled": True}), ("DELETE", None)][number % 3]
            replies = self.together(*[lambda s=site, t=token, i=user: s.server.api(act[0], f"/admin/users/{i}", act[1], t).status
                                      for site, token, user in zip(self.sites, tokens, reversed(ids))])
            left = self.psql("SELECT count(*) FROM users WHERE role = 'ADMIN' AND disabled = 0 AND deleted_at IS NULL")
            self.psql("UPDATE users SET role = 'ADMIN' WHERE role = 'WAS'")
            self.assertEqual(left, "1", (act, replies))
            self.assertIn(200, replies)

    def test_an_invitation_that_is_pressed_twice_at_the_same_moment_is_mailed_once(self):
        cohort = self.sites[0].expect(201, "POST", "/admin/cohorts", {"name": "Pressed"}, self.admin)["cohort"]["id"]
        rows = [f"P{number},pressed{number}@example.com,Asha Rao" for number in range(40)]
        self.sites[0].expect(200, "POST", f"/admin/cohorts/{cohort}/import",
                             {"csv": "enrollmentNumber,email,fullName\n" + "\n".join(rows), "reason": "The term"}, self.admin)
        invited = self.together(*[lambda s=site: s.expect(202, "POST", f"/admin/cohorts/{cohort}/invite", None, self.admin)["invited"]
                                  for site in self.sites * 2])
        self.assertEqual(sum(invited), 40, invited)
        self.assertEqual(self.psql("SELECT count(*) FROM outbox WHERE kind = 'invitation'"), "40")

    def test_every_mail_is_sent_once(self):
        addresses = [f"mail{number}@example.com" for number in range(12)]
        for number, address in enumerate(addresses):
            self.sites[number % 2].sign_up(address)
        for address in addresses:
            self.sites[0].mail(address)
        for site in self.sites:
            site.sign_up(f"marker{id(site)}@example.com")
            site.mail(f"marker{id(site)}@example.com")
        for address in addresses:
            self.assertEqual(len(self.sites[1].mails(address)), 1, address)

    def test_one_goes_on_when_the_other_is_killed(self):
        third = TriposServer(**self.servers[0].settings | {"DATA_DIR": self.servers[0].data_dir + "-third"})
        self.addCleanup(third.stop)
        site = Site(third)
        exam = site.exam(self.admin)
        token = site.candidate("killed@example.com")
        (question, options), *_ = site.start(exam, token)
        site.save(exam, token, question, options[0])
        third.kill9()
        self.assertEqual(self.sites[0].answers(exam, token), {question: options[0]})
        self.sites[1].expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)

    def psql(self, statement):
        done = self.postgres.run("psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", self.postgres.user, "-AtX",
                                 "-c", "SET search_path = tripos", "-c", statement, "postgres")
        return done.stdout.split("\n", 1)[1].strip()


if __name__ == "__main__":
    unittest.main()
