# SPDX-License-Identifier: MIT
"""What a candidate may not know yet stands nowhere in reach: in no answer, in no value that answers are made from, in no log."""

import re
import unittest

from engines import PrivateRedis
from harness import PASSWORD, Site, TriposServer

KEY, ANSWER = "31415.9265", "27182.8182"  # neither is anywhere by chance
WORDS = ["isCorrect", "correctAnswer", "tolerance", "marksObtained", KEY]
FIGURES = re.compile(r'"(?:score|percentage|rank|averageScore)":\s*-?\d')


class Leaks(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis().start()
        self.addCleanup(self.redis.stop)
        self.server = TriposServer(REDIS_URL=self.redis.url, LOG_LEVEL="debug")
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.staff = self.site.admin()
        self.token = self.site.candidate("asha@example.org")
        document = self.server.api("GET", "//openapi.json").json
        self.routes = [path for path, methods in document["paths"].items() if path.startswith("/api/") and "get" in methods]

    def exam(self):
        """A running exam with a numerical question besides; (exam, question)."""
        exam = self.site.exam(self.staff, questions=2)
        more = self.site.expect(201, "POST", "/question/create", {
            "statement": "How much?", "questionType": "NUMERICAL", "domain": "general", "marks": 1,
            "numericalAnswer": float(KEY), "tolerance": 0.5}, self.staff)["data"]["id"]
        shown = self.site.expect(200, "GET", f"/exam/{exam}", None, self.staff)["exam"]
        draft = self.site.expect(201, "POST", "/exam/create", {
            "title": "Numbers", "description": "", "durationMinutes": 60, "startTime": shown["startTime"],
            "endTime": shown["endTime"]}, self.staff)["exam"]["id"]
        self.site.expect(200, "POST", f"/exam/{draft}/questions", {"addQuestionIds": [
            {"questionId": one, "marks": 1} for one in [more, *(question["id"] for question in shown["questions"])]]}, self.staff)
        self.site.expect(200, "POST", f"/exam/{draft}/publish", None, self.staff)
        return draft, more

    def seen(self, exam, question):
        """Everything that the candidate is answered by whatever can be read, heads included."""
        text = ""
        for route in self.routes:
            path = re.sub(r"\{\w+\}", lambda name: question if "question" in route else exam, route).removeprefix("/api")
            for method in ("GET", "HEAD", "OPTIONS"):
                reply = self.server.api(method, path, None, self.token)
                text += f"{method} {path} {reply.headers}\n{reply.text}\n"
        return text

    def assert_silent(self, text):
        for word in WORDS:
            self.assertNotIn(word, text)
        self.assertIsNone(FIGURES.search(text), FIGURES.search(text))

    def stored(self):
        text = ""
        for name in self.redis.command("KEYS", "*").split("\n"):
            read = {"string": ["GET"], "hash": ["HGETALL"], "set": ["SMEMBERS"], "zset": ["ZRANGE", "0", "-1"],
                    "list": ["LRANGE", "0", "-1"]}.get(self.redis.command("TYPE", name))
            if read:
                text += name + " " + self.redis.command("--no-raw", read[0], name, *read[1:]) + "\n"
        return text

    def test_nothing_tells_the_key_or_the_result_before_their_time(self):
        exam, question = self.exam()
        self.redis.command("FLUSHALL")  # what staff have read is theirs
        self.assert_silent(self.seen(exam, question))
        paper = self.site.start(exam, self.token)
        self.assert_silent(self.seen(exam, question))
        choice, options = next(one for one in paper if one[1])
        self.site.save(exam, self.token, choice, options[0])
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "numericalAnswer": float(ANSWER)},
                         self.token)
        self.assert_silent(self.seen(exam, question))
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, self.token)
        self.assert_silent(self.seen(exam, question))
        stored = self.stored()
        self.assertIn(f"exam:{exam}:questions", stored)
        for word in ("isCorrect", KEY, self.token, PASSWORD):
            self.assertNotIn(word, stored)
        for text in (self.server.log(), self.server.api("GET", "//metrics").text):
            for secret in (KEY, ANSWER, choice, *options, "isCorrect", self.token, PASSWORD):
                self.assertNotIn(secret, text)
        # The same look finds all of it when its time has come.
        self.site.close(exam, self.staff)
        released = self.seen(exam, question)
        self.assertIn(KEY, released)
        self.assertIsNotNone(FIGURES.search(released))


if __name__ == "__main__":
    unittest.main()
