# SPDX-License-Identifier: MIT
"""Every refusal that /openapi.json describes is provoked, and the server answers with that status and code.

A refusal that any client can provoke alike comes from refusals.Asker; every other has a story here.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import sqlite3
import threading
import time
import unittest

from engines import PrivateRedis
from harness import PASSWORD, Site, TriposServer, wait_until
from refusals import Asker, code_of, operations

SECRET = "a webhook secret of thirty-two bytes"
RESEND = "post /admin/mail/messages/{id}/resend"
STORIES = {}


def story(code, *names):
    """The function provokes this refusal of these operations; it gets the world, the operation's method and its path."""
    def keep(function):
        STORIES.update({(name, code): function for name in names})
        return function
    return keep


def signed(body):
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"refusals.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": "refusals", "webhook-timestamp": stamp, "webhook-signature": "v1," + base64.b64encode(mac).decode()}


class World:
    """A site with one of everything that can be refused."""

    def __init__(self):
        self.redis = PrivateRedis().start()
        self.server = TriposServer(REDIS_URL=self.redis.url, MAIL_WEBHOOK_SECRET=SECRET, TRUSTED_PROXIES="127.0.0.1",
                                   SIGNUP_LIMIT=100, LOGIN_LIMIT_ACCOUNT=3, LOGIN_LIMIT_ADDRESS=1000,
                                   MAIL_REQUEST_LIMIT=3)
        self.site = Site(self.server)
        self.staff = self.site.admin()
        self.count = 0
        self.no_exam_ended = self.server.api("GET", "/leaderboard/top-five")
        self.candidate = self.newcomer()[1]
        unverified, token = self.newcomer()
        self.edit("UPDATE users SET email_verified = 0 WHERE email = ?", unverified)
        self.draft, self.question = self.exam(publish=False)
        place = {"/api/exam/": [self.draft], "/api/exam-attempt/": [self.draft], "/api/question/": [self.question],
                 "/api/admin/queues/": ["email"], "/api/admin/mailing-lists/": ["friends"],
                 "/api/admin/users/": [self.user_id("staff@example.com")], "/api/admin/newsletters/": [self.letter()]}
        instant = "2030-01-01T10:00:00Z"
        exam = {"title": "T", "description": "", "durationMinutes": 5, "startTime": instant, "endTime": "2030-01-01T11:00:00Z"}
        bodies = {"put /question/{id}": {"statement": "q"}, "put /exam/{examId}": exam, "put /exam/{examId}/update": exam,
                  "post /exam/{examId}/questions": {"removeQuestionIds": [self.question]},
                  "post /exam/{examId}/extend": {"minutes": 1}, "post /exam-attempt/{attemptId}/void": {"reason": "x"},
                  "post /admin/newsletters": {"audience": {"list": "nobody"}, "subject": "s", "text": "t"},
                  "put /admin/users/{id}": {"extraMinutes": 0}, "post /admin/newsletters/{id}/test": {},
                  "post /admin/mailing-lists/{name}/members/remove": {"addresses": ["a@example.org"]}}
        tokens = {"staff": self.staff, "candidate": self.candidate, "unverified": token}
        self.asker = Asker(self.server, tokens, place, bodies, {"post /mail/events": signed})

    def stop(self):
        self.server.stop()
        self.redis.stop()

    @contextlib.contextmanager
    def database(self):
        """To leave there what another process or an older release could have left. Commits at the end."""
        connection = sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), timeout=30)
        with contextlib.closing(connection), connection:
            yield connection

    def edit(self, statement, *values):
        with self.database() as database:
            database.execute(statement, values)

    def reads(self):
        """How many reads of the database the server has done."""
        metrics = self.server.api("GET", "//metrics", headers={"X-Forwarded-For": "127.0.0.1"}).text
        return int(re.search(r"^tripos_sql_reads_total (\d+)", metrics, re.M)[1])

    def user_id(self, email):
        with self.database() as database:
            return database.execute("SELECT id FROM users WHERE email = ?", [email]).fetchone()[0]

    def newcomer(self):
        """A verified candidate: address and token."""
        self.count += 1
        email = f"candidate{self.count}@example.org"
        self.site.sign_up(email)
        self.edit("UPDATE users SET email_verified = 1 WHERE email = ?", email)
        return email, self.site.log_in(email)

    def exam(self, publish=True, start=-60, end=3600):
        """The ids of an exam and of its one question."""
        def instant(offset):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))
        question = self.call(201, "post /question/create", {
            "statement": "q", "questionType": "NUMERICAL", "domain": "d", "numericalAnswer": 1})["data"]["id"]
        exam = self.call(201, "post /exam/create", {"title": "E", "description": "", "durationMinutes": 60,
                                                    "startTime": instant(start), "endTime": instant(end)})["exam"]["id"]
        self.call(200, f"post /exam/{exam}/questions", {"addQuestionIds": [{"questionId": question}]})
        if publish:
            self.call(200, f"post /exam/{exam}/publish")
        return exam, question

    def letter(self):
        body = {"audience": "all", "subject": "News", "text": "Hello"}
        return self.call(201, "post /admin/newsletters", body)["newsletter"]["id"]

    def call(self, status, name, body=None, token=None):
        """What must go well, by staff unless a token is given."""
        method, path = name.split(" ")
        return self.site.expect(status, method.upper(), path, body, token or self.staff)

    def ask(self, name, body=None, token=None, **headers):
        """What is to be refused, by staff unless a token is given ("" is nobody's)."""
        method, path = name.split(" ")
        headers = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.server.api(method.upper(), path, body, self.staff if token is None else token, headers)


# Accounts

@story("401 unauthorized", "post /auth/login")
def wrong_password(world, name):
    return world.ask(name, {"email": "nobody@example.org", "password": "wrong horse 7"}, "")


@story("403 email_not_verified", "post /auth/login")
def log_in_unverified(world, name):
    world.site.sign_up("unverified@example.org")
    return world.ask(name, {"email": "unverified@example.org", "password": PASSWORD}, "")


@story("403 account_disabled", "post /auth/login")
def log_in_disabled(world, name):
    email, _ = world.newcomer()
    world.call(200, f"put /admin/users/{world.user_id(email)}", {"disabled": True})
    return world.ask(name, {"email": email, "password": PASSWORD}, "")


@story("429 rate_limited", "post /auth/login", "post /auth/signup", "post /auth/resend-verification", "post /auth/forgot-password",
       "delete /profile/me", "post /profile/me/email")
def too_often(world, name):
    email, token = world.newcomer()
    body = {"email": email, "fullName": "A", "newEmail": "other@example.org"}
    body["password"] = body["currentPassword"] = "wrong horse 7"
    return Asker.first("429 rate_limited", (world.ask(name, body, token, X_Forwarded_For="203.0.113.7") for _ in range(101)))


@story("409 email_taken", "post /auth/signup")
def sign_up_twice(world, name):
    return world.ask(name, {"fullName": "A", "email": "staff@example.com", "password": PASSWORD}, "")


@story("400 invalid_token", "post /auth/verify-email/{token}", "post /auth/confirm-email/{token}", "post /auth/revert-email/{token}")
def unknown_link(world, name):
    return world.ask(name.replace("{token}", "nonsense"), None, "")


@story("409 email_taken", "post /profile/me/email")
def ask_for_a_taken_address(world, name):
    return world.ask(name, {"newEmail": "staff@example.com", "currentPassword": PASSWORD}, world.newcomer()[1])


@story("409 email_taken", "post /auth/confirm-email/{token}")
def somebody_else_was_faster(world, name):
    _, token = world.newcomer()
    world.call(202, "post /profile/me/email", {"newEmail": "wanted@example.org", "currentPassword": PASSWORD}, token)
    links = world.site.mail("wanted@example.org", "confirm-email?token=")["links"]
    confirm = next(found[1] for link in links if (found := re.search(r"confirm-email\?token=([^&\s]+)", link)))
    world.site.sign_up("wanted@example.org")
    return world.ask(name.replace("{token}", confirm), None, "")


@story("409 password_changed", "post /auth/change-password", "delete /profile/me", "post /profile/me/email")
def changed_while_it_was_checked(world, name):
    """Another process commits a password between the server's look at the old one and its own change."""
    body = {"currentPassword": PASSWORD, "newPassword": "another horse 8", "newEmail": "changed@example.org"}
    for _ in range(10):  # the read that is counted may have been the one of a chore
        email, token = world.newcomer()
        world.call(200, "get /exam/live", None, token)  # from now on its session is known without a read
        replies = []
        with world.database() as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE role = 'ADMIN') "
                             "WHERE email = ?", [email])
            reads = world.reads()
            asking = threading.Thread(target=lambda: replies.append(world.ask(name, body, token)))
            asking.start()
            wait_until(lambda: world.reads() > reads, 10, "the old password to be read")
        asking.join()
        if code_of(replies[0]) == "409 password_changed":
            break
    return replies[0]


@story("404 not_found", "get /profile/me", "put /profile/me", "get /profile/me/export")
def deleted_elsewhere(world, name):
    email, token = world.newcomer()
    world.call(200, "get /exam/live", None, token)  # the session is known from now on
    world.edit("UPDATE users SET deleted_at = created_at WHERE email = ?", email)
    return world.ask(name, {"fullName": "A"} if name.startswith("put") else None, token)


@story("400 nothing_to_change", "put /profile/me", "put /admin/users/{id}")
def an_empty_change(world, name):
    return world.ask(name.replace("{id}", world.user_id("staff@example.com")), {})


@story("409 enrollment_taken", "put /profile/me")
def the_same_number(world, name):
    world.call(200, name, {"enrollmentNumber": "E1"}, world.newcomer()[1])
    return world.ask(name, {"enrollmentNumber": "E1"}, world.newcomer()[1])


@story("409 last_admin", "delete /profile/me")
def the_last_administrator(world, name):
    return world.ask(name, {"currentPassword": PASSWORD})


@story("409 own_account", "put /admin/users/{id}", "delete /admin/users/{id}")
def own_account(world, name):
    return world.ask(name.replace("{id}", world.user_id("staff@example.com")), {"disabled": True} if "put" in name else None)


# Questions and exams

@story("409 question_in_use", "put /question/{id}", "delete /question/{id}")
def question_of_a_published_exam(world, name):
    return world.ask(name.replace("{id}", world.exam()[1]), {"statement": "other"} if "put" in name else None)


@story("400 exam_not_draft", "put /exam/{examId}", "put /exam/{examId}/update", "delete /exam/{examId}",
       "post /exam/{examId}/questions", "post /exam/{examId}/publish")
def published_already(world, name):
    body = world.asker.bodies.get(name)
    return world.ask(name.replace("{examId}", world.exam()[0]), body)


@story("400 unknown_questions", "post /exam/{examId}/questions")
def unknown_questions(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"removeQuestionIds": ["nonsense"]})


@story("409 question_already_in_exam", "post /exam/{examId}/questions")
def the_same_question(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"addQuestionIds": [{"questionId": world.question}]})


@story("400 exam_without_questions", "post /exam/{examId}/publish")
def no_questions(world, name):
    exam, question = world.exam(publish=False)
    world.call(200, f"post /exam/{exam}/questions", {"removeQuestionIds": [question]})
    return world.ask(name.replace("{examId}", exam))


@story("400 validation_failed", "post /exam/{examId}/publish")
def ends_before_it_begins(world, name):
    return world.ask(name.replace("{examId}", world.exam(publish=False, start=-7200, end=-3600)[0]))


@story("400 exam_not_published", "post /exam-attempt/{examId}/start", "post /exam/{examId}/close", "post /exam/{examId}/extend")
def a_draft(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"minutes": 1} if "extend" in name else None)


@story("400 exam_not_active", "post /exam-attempt/{examId}/start")
def too_early(world, name):
    return world.ask(name.replace("{examId}", world.exam(start=1800)[0]))


@story("400 exam_not_active", "post /exam/{examId}/extend")
def over(world, name):
    exam, _ = world.exam()
    world.edit("UPDATE exams SET end_at = start_at + 1 WHERE id = ?", exam)
    return world.ask(name.replace("{examId}", exam), {"minutes": 1})


# Attempts and results

ATTEMPT = ("get /exam-attempt/{examId}/attempt", "post /exam-attempt/{examId}/save", "post /exam-attempt/{examId}/submit")


def started(world):
    """A running exam, and the token of a candidate who has begun it."""
    (exam, question), (_, token) = world.exam(), world.newcomer()
    return exam, question, token, world.call(201, f"post /exam-attempt/{exam}/start", None, token)["attemptId"]


def answer(name, question):
    return {"questionId": question, "numericalAnswer": 1} if name.endswith("/save") else None


@story("400 already_attempted", "post /exam-attempt/{examId}/start")
def start_twice(world, name):
    exam, _, token, _ = started(world)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("403 no_active_attempt", *ATTEMPT[:2])
@story("400 no_active_attempt", ATTEMPT[2])
def not_started(world, name):
    exam, question = world.exam()
    return world.ask(name.replace("{examId}", exam), answer(name, question), world.candidate)


@story("403 already_submitted", *ATTEMPT[:2])
@story("400 already_submitted", ATTEMPT[2])
def handed_in(world, name):
    exam, question, token, _ = started(world)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{examId}", exam), answer(name, question), token)


@story("403 time_over", *ATTEMPT[:2])
@story("400 time_over", ATTEMPT[2])
def closed(world, name):
    exam, question, token, _ = started(world)
    world.call(200, f"post /exam/{exam}/close")
    return world.ask(name.replace("{examId}", exam), answer(name, question), token)


@story("409 already_void", "post /exam-attempt/{attemptId}/void")
def void_twice(world, name):
    attempt = started(world)[-1]
    world.call(200, f"post /exam-attempt/{attempt}/void", {"reason": "x"})
    return world.ask(name.replace("{attemptId}", attempt), {"reason": "x"})


RESULTS = ("get /result/{examId}/score", "get /result/{examId}/analysis")


@story("400 not_submitted", *RESULTS)
def still_writing(world, name):
    exam, _, token, _ = started(world)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("403 result_not_released", *RESULTS)
def before_the_end(world, name):
    exam, _, token, _ = started(world)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("404 not_found", "get /leaderboard/top-five")
def no_exam_ended(world, _):
    return world.no_exam_ended


@story("409 result_not_released", "post /exam/{examId}/results/announce")
def announced_too_early(world, name):
    return world.ask(name.replace("{examId}", world.exam()[0]))


@story("409 already_announced", "post /exam/{examId}/results/announce")
def announced_twice(world, name):
    exam, _ = world.exam()
    world.call(200, f"post /exam/{exam}/close")
    world.call(202, f"post /exam/{exam}/results/announce")
    return world.ask(name.replace("{examId}", exam))


# Mails, queues, cache, operation

@story("409 wrong_status", *(f"post /admin/newsletters/{{id}}/{change}" for change in ("resume", "pause", "cancel")))
def a_letter_that_is_done(world, name):
    letter = world.letter()
    world.call(200, f"post /admin/newsletters/{letter}/resume")
    wait_until(lambda: world.call(200, f"get /admin/newsletters/{letter}")["newsletter"]["status"] == "DONE", 20, "the letter")
    return world.ask(name.replace("{id}", letter))


@story("404 not_found", "delete /admin/suppressions/{address}")
def not_suppressed(world, name):
    return world.ask(name.replace("{address}", "nobody@example.org"))


@story("409 mail_not_finished", RESEND)
def a_mail_that_waits(world, name):
    email, _ = world.newcomer()
    world.call(200, "post /admin/queues/email/pause")
    world.call(200, "post /auth/forgot-password", {"email": email})
    mail = world.call(200, f"get /admin/mail/log?address={email}")["data"][0]["id"]
    reply = world.ask(name.replace("{id}", mail))
    world.call(200, "post /admin/queues/email/resume")
    return reply


def job(world, job_id, *fields):
    """Lays a waiting job as BullMQ would."""
    world.redis.command("HSET", "bull:refusals:meta", "opts.maxLenEvents", "10000")
    world.redis.command("HSET", f"bull:refusals:{job_id}", "name", "x", "data", "{}", "timestamp", "1700000000000", "delay", "0",
                        "opts", "{}", *fields)
    world.redis.command("LPUSH", "bull:refusals:wait", job_id)


@story("409 job_state", *(f"post /admin/queues/{{name}}/jobs/{{id}}/{change}" for change in ("retry", "promote")))
def a_job_that_waits(world, name):
    job(world, "7")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "7"))


@story("409 job_state", "post /admin/queues/{name}/jobs/{id}/remove")
def the_next_run_of_a_scheduler(world, name):
    world.redis.command("ZADD", "bull:refusals:repeat", "9", "daily")
    job(world, "repeat:daily:9", "rjk", "daily")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "repeat:daily:9"))


@story("409 job_locked", "post /admin/queues/{name}/jobs/{id}/remove")
def a_job_in_work(world, name):
    job(world, "8")
    world.redis.command("SET", "bull:refusals:8:lock", "a worker")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "8"))


@story("404 not_found", "get /admin/cache/entry")
def not_cached(world, name):
    return world.ask(name + "?key=nothing")


@story("403 metrics_closed", "get /metrics")
def from_afar(world, _):
    return world.ask("get //metrics", None, "", X_Forwarded_For="203.0.113.7")


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.stop)
        cls.operations = operations(cls.world.server.api("GET", "//openapi.json").json)

    def test_every_described_refusal_is_what_the_server_answers(self):
        described = set()
        for operation in self.operations:
            for code in operation.codes:
                described.add((operation.name, code))
                tell = STORIES.get((operation.name, code))
                generic = getattr(self.world.asker, code.split(" ")[1], None)
                with self.subTest(operation=operation.name, code=code):
                    self.assertTrue(tell or generic, "no story provokes it: write one, or do not describe it")
                    reply = tell(self.world, operation.name) if tell else generic(operation)
                    self.assertEqual(code_of(reply), code, reply)
        self.assertEqual(set(STORIES) - described, set(), "stories of refusals that are not described")

    def test_a_text_that_must_not_be_empty_is_refused_when_it_is(self):
        checked = 0
        for operation in self.operations:
            for member, schema in operation.members.items():
                if schema.get("minLength") != 1:
                    continue
                with self.subTest(operation=operation.name, member=member):
                    asker = self.world.asker
                    body = json.dumps({member: ""}).encode()
                    reply = asker.ask(operation, asker.real_path(operation), body, headers={"Content-Type": "application/json"})
                    self.assertEqual(code_of(reply), "400 validation_failed", reply)
                    self.assertIn(member, [error["field"] for error in reply.json["errors"]])
                    checked += 1
        self.assertGreater(checked, 10)


if __name__ == "__main__":
    unittest.main()
