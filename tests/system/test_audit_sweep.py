# SPDX-License-Identifier: MIT
"""Every route by which staff change something leaves an entry of audit, and so does every command that does."""

import re
import time
import unittest

from harness import Site, TriposServer

NOT_STAFF = {"everyone", "session", "verified"}  # what those routes need
COMMANDS_NOT_TRIED = {  # they change nothing
    ("queue", "list"), ("queue", "stats"), ("queue", "jobs"), ("queue", "job"), ("queue", "events"), ("cache", "stats"),
    ("cache", "get"), ("cache", "explain"), ("mail", "log"), ("mail", "stats"), ("user", "list"), ("audit", "verify"),
    ("alerts", "list"), ("alerts", "rules"), ("alerts", "reference"),
    ("clock", "show"),
    ("clock", "accept")}  # when there is something to accept: test_clock


class Sweep(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.admin = self.site.admin()
        self.asked = set()

    def total(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.site.expect(200, "GET", f"/admin/audit?limit=1&{query}", None, self.admin)["pagination"]["totalItems"]

    def call(self, route, body=None, **ids):
        """A valid request of that route; what it answers. It leaves an entry of the administrator's."""
        method, path = route.split(" ")
        self.asked.add((method, path))
        before = self.total(actor=self.me)
        reply = self.server.api(method, "/" + path.format(**ids), body, self.admin)
        self.assertIn(reply.status, (200, 201, 202, 204), f"{route}: {reply!r}")
        self.assertGreater(self.total(actor=self.me), before, route)
        return reply.json if reply.text else {}

    def draft(self):
        def instant(offset):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))
        return {"title": "E", "description": "", "durationMinutes": 60, "startTime": instant(-60), "endTime": instant(3600)}

    def test_every_changing_route_of_staff(self):
        self.me = self.site.expect(200, "GET", "/profile/me", None, self.admin)["data"]["id"]
        candidate = self.site.candidate("asha@example.org")
        user = self.site.expect(200, "GET", "/profile/me", None, candidate)["data"]["id"]
        numerical = {"statement": "q", "questionType": "NUMERICAL", "domain": "d", "numericalAnswer": 1}

        question = self.call("POST /api/question/create", numerical)["data"]["id"]
        self.call("PUT /api/question/{id}", {"statement": "other"}, id=question)
        spare = self.call("POST /api/question/create", numerical)["data"]["id"]
        self.call("DELETE /api/question/{id}", id=spare)
        exam = self.call("POST /api/exam/create", self.draft())["exam"]["id"]
        self.call("PUT /api/exam/{examId}", {**self.draft(), "title": "F"}, examId=exam)
        self.call("PUT /api/exam/{examId}/update", {**self.draft(), "title": "G"}, examId=exam)
        spare = self.call("POST /api/exam/create", self.draft())["exam"]["id"]
        self.call("DELETE /api/exam/{examId}", examId=spare)
        self.call("POST /api/exam/{examId}/questions", {"addQuestionIds": [{"questionId": question}]}, examId=exam)
        self.call("PUT /api/exam/{examId}/staff", {"userIds": []}, examId=exam)
        self.call("PUT /api/exam/{examId}/access", {"accessCodes": ["room 5"]}, examId=exam)
        self.call("PUT /api/exam/{examId}/access", {}, examId=exam)
        self.call("PUT /api/exam/{examId}/leaderboard", {"leaderboard": "NOBODY"}, examId=exam)
        self.call("POST /api/exam/{examId}/publish", examId=exam)
        attempt = self.site.expect(201, "POST", f"/exam-attempt/{exam}/start", None, candidate)["attemptId"]
        self.call("POST /api/exam/{examId}/extend", {"minutes": 1, "confirm": "G"}, examId=exam)
        self.call("POST /api/exam/{examId}/notices", {"text": "x", "confirm": "G"}, examId=exam)
        granted = self.call("PUT /api/admin/accommodations", {"userId": user, "examId": exam, "minutes": 5, "reason": "a broken arm"})
        self.call("DELETE /api/admin/accommodations/{id}", id=granted["accommodation"]["id"])
        self.call("POST /api/admin/accommodations/import", {
            "examId": exam, "csv": "email,minutes,reason\nasha@example.org,7,a broken arm\n"})
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, candidate)
        late = {"questionId": question, "numericalAnswer": 1}
        self.site.expect(403, "POST", f"/exam-attempt/{exam}/save", late, candidate)
        self.call("POST /api/exam-attempt/{attemptId}/late/accept", {"reason": "power cut"}, attemptId=attempt)
        self.call("POST /api/exam-attempt/{attemptId}/reopen", {"minutes": 5, "reason": "power cut"}, attemptId=attempt)
        self.call("POST /api/exam-attempt/{attemptId}/void", {"reason": "ill"}, attemptId=attempt)
        self.call("POST /api/exam/{examId}/close", {"confirm": "G"}, examId=exam)
        self.call("POST /api/result/{examId}/calculate", examId=exam)
        self.call("POST /api/exam/{examId}/corrections", {
            "questionId": question, "kind": "ANSWERS", "answers": [{"value": 2, "tolerance": 0.5}], "reason": "a misprint"},
                  examId=exam)
        dry = self.site.expect(200, "POST", f"/exam/{exam}/regrade", {}, self.admin)
        kept = self.site.expect(200, "GET", f"/exam/{exam}/corrections", None, self.admin)["data"]
        self.assertEqual([one["inForce"] for one in kept], [False])
        self.call("POST /api/exam/{examId}/regrade", {"dry": False, "run": dry["run"], "confirm": "G"}, examId=exam)
        self.call("POST /api/exam/{examId}/results/announce", examId=exam)

        cohort = self.call("POST /api/admin/cohorts", {"name": "Year 1"})["cohort"]["id"]
        roster = "enrollmentNumber,email,fullName\nN1,new@example.org,Asha Rao\n"
        self.call("POST /api/admin/cohorts/{id}/import", {"csv": roster, "reason": "The term"}, id=cohort)
        self.call("POST /api/admin/cohorts/{id}/invite", id=cohort)
        self.call("POST /api/admin/cohorts/{id}/members/remove", {"enrollmentNumbers": ["N1"], "reason": "Left"}, id=cohort)
        self.call("DELETE /api/admin/cohorts/{id}", {"reason": "Over"}, id=cohort)
        self.call("PUT /api/admin/users/{id}", {"extraMinutes": 5}, id=user)
        gone = self.site.expect(200, "GET", "/profile/me", None, self.site.candidate("gone@example.org"))["data"]["id"]
        self.call("DELETE /api/admin/users/{id}", id=gone)

        self.call("POST /api/admin/notifications", {"audience": "all", "subject": "s", "text": "t"})
        self.call("POST /api/admin/mailing-lists/{name}/members", {"addresses": ["a@example.org"]}, name="friends")
        self.call("POST /api/admin/mailing-lists/{name}/members/remove", {"addresses": ["a@example.org"]}, name="friends")
        self.call("POST /api/admin/suppressions", {"address": "gone@example.org"})
        self.call("DELETE /api/admin/suppressions/{address}", address="gone@example.org")
        self.call("POST /api/admin/cache/invalidate", {"keys": ["exams:all"]})
        self.call("POST /api/admin/cache/clear", {"confirm": "all"})
        self.call("POST /api/admin/queues/{name}/pause", name="email")
        self.call("POST /api/admin/queues/{name}/resume", name="email")
        self.call("PUT /api/admin/queues/{name}/concurrency", {"concurrency": None}, name="email")

        document = self.server.api("GET", "//openapi.json").json
        routes = {(method.upper(), path) for path, methods in document["paths"].items() for method, operation in methods.items()
                  if method != "get" and operation["x-access"] not in NOT_STAFF}
        # What needs these two is recorded by the guard before it is done, whatever becomes of it.
        by_guard = {(method, path) for method, path in routes
                    if document["paths"][path][method.lower()]["x-access"] in ("operate", "mailings")}
        for method, path in sorted(by_guard - self.asked):
            before = self.total(actor=self.me)
            self.server.api(method, "/" + re.sub(r"\{\w+\}", "email", path), {}, self.admin)
            self.assertGreater(self.total(actor=self.me), before, f"{method} {path}")
        self.assertEqual(routes - by_guard - self.asked, set(), "routes that nobody tried here")

    def test_every_changing_command(self):
        words = ["queue add email job --data {}", "queue concurrency email 3", "queue pause email", "queue resume email", "queue retry email --all",
                 "queue promote email --all", "queue remove email 1", "queue drain email",
                 "queue clean email --state completed", "queue obliterate email --force --yes", "cache del exams:all",
                 "cache invalidate exams:all", "cache clear --all", f"cache warm {self.site.exam(self.admin, questions=1)}",
                 "mail suppress gone@example.org", "mail unsuppress gone@example.org", "mail test me@example.org",
                 "mail resend 00000000-0000-7000-8000-000000000000", f"backup {self.server.data_dir}-copy",
                 "alerts silence QueuePaused 2h", "alerts unsilence nonsense", "alerts test",
                 "user create --email new@example.org --name New", "user role new@example.org AUTHOR",
                 "user disable new@example.org", "user enable new@example.org", "user reset-password new@example.org"]
        for line in words:
            before = self.total(actor="command%20line")
            done = self.server.command(*line.split(" "))
            self.assertGreater(self.total(actor="command%20line"), before, f"{line}: {done}")
        tried = {tuple(line.split(" ")[:2]) for line in words}
        offered = set()
        for group in ("queue", "cache", "mail", "alerts", "user", "audit", "clock"):
            text = self.server.command(group, "--help").stdout
            found = re.findall(r"(?m)^  ([a-z][a-z-]*) ", text.partition("Subcommands:")[2])
            self.assertTrue(found, text)
            offered |= {(group, action) for action in found}
        self.assertEqual(offered - tried - COMMANDS_NOT_TRIED, set(), "commands that nobody tried here")


if __name__ == "__main__":
    unittest.main()
