# SPDX-License-Identifier: MIT
"""A site with one of everything that can be refused; see test_refusals.py."""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import sqlite3
import time

from engines import PrivateRedis
from harness import Site, TriposServer
from refusals import Asker

SECRET = "a webhook secret of thirty-two bytes"


def signed(body):
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"refusals.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": "refusals", "webhook-timestamp": stamp, "webhook-signature": "v1," + base64.b64encode(mac).decode()}


class World:
    """A site with one of everything that can be refused."""

    def __init__(self):
        self.redis = PrivateRedis().start()
        self.server = TriposServer(REDIS_URL=self.redis.url, MAIL_WEBHOOK_SECRET=SECRET, TRUSTED_PROXIES="127.0.0.1",
                                   MAIL_REQUEST_LIMIT_ADDRESS=100, LOGIN_LIMIT_ACCOUNT=3, LOGIN_LIMIT_ADDRESS=1000,
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
                 "/api/admin/cohorts/": [self.cohort("Everybody")],
                 "/api/admin/accommodations/": [self.accommodation()],
                 "/api/admin/users/": [self.user_id("staff@example.com")], "/api/admin/newsletters/": [self.letter()]}
        instant = "2030-01-01T10:00:00Z"
        exam = {"title": "T", "description": "", "durationMinutes": 5, "startTime": instant, "endTime": "2030-01-01T11:00:00Z"}
        bodies = {"put /question/{id}": {"statement": "q"}, "put /exam/{examId}": exam, "put /exam/{examId}/update": exam,
                  "post /exam/{examId}/publish": {"confirm": "E"}, "post /exam/{examId}/close": {"confirm": "E"},
                  "post /exam/{examId}/questions": {"removeQuestionIds": [self.question]},
                  "put /exam/{examId}/staff": {"userIds": []}, "put /exam/{examId}/leaderboard": {"leaderboard": "NOBODY"},
                  "post /exam/{examId}/corrections": {"questionId": self.question, "kind": "DROP", "reason": "x"},
                  "post /exam/{examId}/regrade": {},
                  "post /exam/{examId}/extend": {"minutes": 1, "confirm": "E"}, "post /exam/{examId}/notices": {"text": "x", "confirm": "E"},
                  "post /exam-attempt/{attemptId}/late/accept": {"reason": "x"},
                  "post /receipts/verify": {"payload": "x", "keyId": 1, "signature": "x"}, "post /exam-attempt/{attemptId}/void": {"reason": "x"},
                  "post /exam-attempt/{attemptId}/reopen": {"minutes": 1, "reason": "x"},
                  "post /admin/newsletters": {"audience": {"list": "nobody"}, "subject": "s", "text": "t"},
                  "post /exam-attempt/{examId}/start": {}, "put /exam/{examId}/access": {},
                  "post /admin/cohorts/{id}/import": {"csv": "enrollmentNumber,email,fullName", "reason": "A test"},
                  "post /admin/cohorts/{id}/members/remove": {"enrollmentNumbers": [], "reason": "A test"},
                  "delete /admin/cohorts/{id}": {"reason": "A test"}, "delete /admin/accommodations/{id}": {},
                  "put /admin/accommodations": {"userId": self.user_id("staff@example.com"), "minutes": 1, "reason": "x"},
                  "post /admin/accommodations/import": {"csv": "email,reason"},
                  "put /admin/users/{id}": {"extraMinutes": 0}, "put /admin/queues/{name}/concurrency": {"concurrency": None},
                  "post /admin/queues/{name}/bulk": {"act": "retry", "state": "failed"}, "post /admin/newsletters/{id}/test": {},
                  "post /admin/newsletters/{id}/resume": {}, "post /admin/queues/{name}/jobs/{id}/remove": {},
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

    @contextlib.contextmanager
    def only_other_admin(self):
        """Somebody who has just taken the role of `staff`, whose session does not know it yet; the id."""
        email = self.newcomer()[0]
        self.call(200, "get /admin/users")
        self.edit("UPDATE users SET role = 'ADMIN' WHERE email = ?", email)
        self.edit("UPDATE users SET role = 'USER' WHERE email = 'staff@example.com'")
        yield self.user_id(email)
        self.edit("UPDATE users SET role = 'ADMIN' WHERE email = 'staff@example.com'")
        self.edit("UPDATE users SET role = 'USER' WHERE email = ?", email)

    def newcomer(self):
        """A verified candidate: address and token."""
        self.count += 1
        email = f"candidate{self.count}@example.org"
        return email, self.site.candidate(email)

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

    def cohort(self, name):
        return self.call(201, "post /admin/cohorts", {"name": name})["cohort"]["id"]

    def accommodation(self):
        body = {"userId": self.user_id("staff@example.com"), "minutes": 5, "reason": "reads slowly"}
        return self.call(200, "put /admin/accommodations", body)["accommodation"]["id"]

    def enrol(self, cohort, number, email):
        csv = f"enrollmentNumber,email,fullName\n{number},{email},Asha Rao\n"
        self.call(200, f"post /admin/cohorts/{cohort}/import", {"csv": csv, "reason": "A test"})

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
