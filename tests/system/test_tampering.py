# SPDX-License-Identifier: MIT
"""What a request says beyond what it is asked counts for nothing: no time, no score, no owner, no other method."""

import time
import unittest
from datetime import datetime

from harness import Site, TriposServer

LATER = "2099-01-01T00:00:00Z"


class Tampering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer()
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def results(self, exam):
        return self.site.expect(200, "GET", f"/exam/{exam}/results", None, self.staff)["data"]

    def test_a_candidate_chooses_neither_time_nor_score_nor_whose_attempt_it_is(self):
        token, other = self.site.candidate("asha@example.org"), self.site.candidate("bela@example.org")
        owner = self.site.expect(200, "GET", "/profile/me", None, other)["data"]["id"]
        exam = self.site.exam(self.staff, minutes=10)
        wishes = {"userId": owner, "attemptId": owner, "status": "SUBMITTED", "score": 100, "marksObtained": 100, "role": "ADMIN",
                  "startedAt": LATER, "submittedAt": LATER, "savedAt": "2020-01-01T00:00:00Z", "deadline": LATER, "deadlineAt": LATER,
                  "durationMinutes": 600, "extraMinutes": 600, "extraTimeMinutes": 600, "remainingSeconds": 36000, "isCorrect": True}
        self.site.expect(201, "POST", f"/exam-attempt/{exam}/start", wishes, token)
        page = self.site.expect(200, "GET", f"/exam-attempt/{exam}/attempt", None, token)
        self.assertLessEqual(page["remainingSeconds"], 600)
        for question in page["exam"]["questions"]:
            wrong = next(option["id"] for option in question["options"] if option["text"] == "no")
            self.site.expect(200, "POST", f"/exam-attempt/{exam}/save",
                             {**wishes, "questionId": question["id"], "selectedOptionIds": [wrong]}, token)
        self.site.expect(403, "GET", f"/exam-attempt/{exam}/attempt", None, other)
        self.assertEqual([row["status"] for row in self.results(exam)], ["IN_PROGRESS"])
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", wishes, token)
        (row,) = self.results(exam)
        self.assertEqual((row["status"], row["score"]), ("SUBMITTED", 0))
        submitted = datetime.fromisoformat(row["submittedAt"].replace("Z", "+00:00")).timestamp()
        self.assertLess(abs(submitted - time.time()), 60)

    def test_a_method_is_what_the_request_line_says(self):
        question = self.site.expect(201, "POST", "/question/create", {
            "statement": "Which?", "questionType": "SINGLE_CORRECT", "domain": "general", "marks": 1,
            "options": [{"text": "yes", "isCorrect": True}, {"text": "no", "isCorrect": False}]}, self.staff)["data"]["id"]
        path = f"/question/{question}"
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            self.assertEqual(self.server.api("POST", path, {}, self.staff, {name: "DELETE"}).status, 405)
            self.assertEqual(self.server.api("GET", path, None, self.staff, {name: "DELETE"}).status, 200)
        self.assertEqual(self.server.api("POST", path + "?_method=DELETE", {"_method": "DELETE"}, self.staff).status, 405)
        self.assertEqual(self.server.api("TRACE", path, None, self.staff).status, 405)
        self.site.expect(200, "GET", path, None, self.staff)


if __name__ == "__main__":
    unittest.main()
