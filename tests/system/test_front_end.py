# SPDX-License-Identifier: MIT
"""Speaks as the front end that exists for this API does: the cookie alone, the text of inputs for numbers, its order of calls."""

import http.client
import http.cookies
import json
import re
import time
import unittest

from harness import Site, TriposServer, wait_until
from pages import blocks_of

# As the section of docs/setup.md has them.
SETTINGS = dict(line.split("#")[0].strip().split("=", 1)
                for block in blocks_of("docs/setup.md") if block.text.startswith("PASSWORD_MIN_LENGTH=")
                for line in block.text.splitlines())
PAGES = "https://exams.example.org"
SHORT_PASSWORD = "exam 7"


class Browser:
    """Keeps cookies, sends the origin of its page with every change, and never looks into a token."""

    def __init__(self, server, origin=PAGES):
        self.server, self.origin = server, origin
        self.cookies = {}

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"Origin": self.origin} if method != "GET" else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        data = None if body is None else json.dumps(body)
        if data:
            headers["Content-Type"] = "application/json"
        connection.request(method, "/api" + path, data, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(header).items():
                self.cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
        connection.close()
        return response, json.loads(text) if text else {}

    def expect(self, status, method, path, body=None):
        response, parsed = self.send(method, path, body)
        if response.status != status:
            raise AssertionError(f"{method} {path}: expected {status}, got {response.status} {parsed}")
        return parsed

    def close(self, exam):
        title = self.expect(200, "GET", f"/exam/{exam}")["exam"]["title"]
        return self.expect(200, "POST", f"/exam/{exam}/close", {"confirm": title})

    def guarded_page(self, path, requests=20):
        """The page's guard: a cookie lets one in, a 401 sends to the log-in page, which a cookie sends back. How many
        requests until the log-in page or the page itself stands."""
        for count in range(1, requests + 1):
            if "accessToken" not in self.cookies:
                return count
            response, _ = self.send("GET", path)
            if response.status == 200:
                return count
        raise AssertionError(f"the log-in page never came in {requests} requests")


class FrontEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(**{**SETTINGS, "CORS_ORIGINS": "https://*.campus.example"})
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.admin = cls.site.admin()

    def candidate(self, email):
        browser = Browser(self.server)
        browser.expect(201, "POST", "/auth/signup", {"fullName": "Asha Rao", "email": email, "password": SHORT_PASSWORD})
        browser.expect(200, "POST", "/auth/resend-verification", {"email": email})  # it does so by itself
        self.site.verify(email)
        reply = browser.expect(200, "POST", "/auth/login", {"email": email, "password": SHORT_PASSWORD})
        self.assertEqual(reply["user"]["email"], email)
        self.assertIn("accessToken", browser.cookies)
        return browser

    def staff(self):
        browser = Browser(self.server)
        browser.cookies["accessToken"] = self.admin
        return browser

    def instant(self, offset):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))

    def numerical_exam(self, staff, seconds=3600):
        question = staff.expect(201, "POST", "/question/create", {
            "statement": "How many?", "questionType": "NUMERICAL", "domain": "General", "marks": "2", "negativeMarks": " 0.5 ",
            "numericalAnswer": "-2.5", "tolerance": "0.01", "options": []})["data"]["id"]
        exam = staff.expect(201, "POST", "/exam/create", {
            "title": "Numbers", "durationMinutes": "30", "startTime": self.instant(-60), "endTime": self.instant(seconds)})["exam"]
        staff.expect(200, "POST", f"/exam/{exam['id']}/questions", {"addQuestionIds": [{"questionId": question, "marks": "2"}]})
        staff.expect(200, "POST", f"/exam/{exam['id']}/publish")
        return exam["id"], question

    def test_an_exam_from_sign_up_to_result(self):
        staff, browser = self.staff(), self.candidate("asha@example.org")
        exam, question = self.numerical_exam(staff)
        profile = browser.expect(200, "GET", "/profile/me")["data"]
        self.assertFalse(profile["profileComplete"])
        live = browser.expect(200, "GET", "/exam/live")["exams"]
        self.assertIn(exam, [one["id"] for one in live])
        self.assertIsNone(next(one for one in live if one["id"] == exam)["description"])
        browser.expect(201, "POST", f"/exam-attempt/{exam}/start")

        def saved(text):
            browser.expect(200, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "numericalAnswer": text})
            paper = browser.expect(200, "GET", f"/exam-attempt/{exam}/attempt")["exam"]["questions"]
            return paper[0]["studentAnswer"] and paper[0]["studentAnswer"]["numericalAnswer"]
        for text, number in (("42", 42), ("-2.5", -2.5), ("1e2", 100), ("+5", 5), (" 7 ", 7), ("", None), ("-2.5", -2.5)):
            self.assertEqual(saved(text), number, text)
        for text in ("abc", "1,5"):
            refused = browser.expect(400, "POST", f"/exam-attempt/{exam}/save",
                                     {"questionId": question, "numericalAnswer": text})
            self.assertEqual(refused["errors"][0]["field"], "numericalAnswer")
        self.assertEqual(browser.expect(200, "GET", f"/exam-attempt/{exam}/attempt")["exam"]["questions"][0]["studentAnswer"]
                         ["numericalAnswer"], -2.5)
        browser.expect(200, "POST", f"/exam-attempt/{exam}/submit")
        self.assertEqual(browser.expect(400, "POST", f"/exam-attempt/{exam}/submit")["code"], "already_submitted")
        browser.expect(403, "GET", f"/result/{exam}/score")
        staff.close(exam)
        self.assertEqual(browser.expect(200, "GET", f"/result/{exam}/score")["score"], 2)
        self.assertEqual(browser.expect(200, "GET", f"/result/{exam}/analysis")["percentage"], 100)
        browser.expect(200, "POST", "/auth/logout")
        self.assertEqual(set(browser.cookies), {"knownDevice"})

    def test_a_key_and_an_answer_of_the_same_digits_are_the_same_number(self):
        staff, browser = self.staff(), self.candidate("digits@example.org")
        # Each as the program that made the question sends it, a number, and as an input does, a text.
        digits = ("1.380649e-23", "2.5e-24", "3e-30", "96.56198041032259", "0.1", "6.62607015e-34", "900719925474099.5", "1e-300")
        exam = staff.expect(201, "POST", "/exam/create", {
            "title": "Constants", "durationMinutes": 30, "startTime": self.instant(-60), "endTime": self.instant(3600)})["exam"]["id"]
        questions = []
        for text in digits:
            reply = self.server.api("POST", "/question/create", (
                '{"statement":"?","questionType":"NUMERICAL","domain":"d","marks":1,"numericalAnswer":%s}' % text).encode(),
                self.admin, {"Content-Type": "application/json"})
            self.assertEqual(reply.status, 201, reply)
            questions.append(reply.json["data"]["id"])
        staff.expect(200, "POST", f"/exam/{exam}/questions", {"addQuestionIds": [{"questionId": one} for one in questions]})
        staff.expect(200, "POST", f"/exam/{exam}/publish")
        browser.expect(201, "POST", f"/exam-attempt/{exam}/start")
        for question, text in zip(questions, digits):
            browser.expect(200, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "numericalAnswer": text})
        browser.expect(200, "POST", f"/exam-attempt/{exam}/submit")
        staff.close(exam)
        self.assertEqual(browser.expect(200, "GET", f"/result/{exam}/score")["score"], len(digits))

    def test_a_wrong_answer_never_takes_a_question_below_zero(self):
        staff, browser = self.staff(), self.candidate("zero@example.org")
        exam, question = self.numerical_exam(staff)
        browser.expect(201, "POST", f"/exam-attempt/{exam}/start")
        browser.expect(200, "POST", f"/exam-attempt/{exam}/save", {"questionId": question, "numericalAnswer": "9"})
        browser.expect(200, "POST", f"/exam-attempt/{exam}/submit")
        staff.close(exam)
        self.assertEqual(browser.expect(200, "GET", f"/result/{exam}/score")["score"], 0)

    def test_a_late_submit_does_not_log_out(self):
        staff, browser = self.staff(), self.candidate("late@example.org")
        exam, _ = self.numerical_exam(staff)
        browser.expect(201, "POST", f"/exam-attempt/{exam}/start")
        staff.close(exam)
        self.assertEqual(browser.expect(400, "POST", f"/exam-attempt/{exam}/submit")["code"], "time_over")
        self.assertIn("accessToken", browser.cookies)

    def test_a_dead_cookie_leads_to_the_log_in_page(self):
        for name, kill in (("reset", self.reset_password), ("disabled", self.disable), ("foreign", self.make_foreign)):
            with self.subTest(name=name):
                browser = self.candidate(f"{name}@example.org")
                self.assertEqual(browser.guarded_page("/profile/me"), 1)
                kill(browser, f"{name}@example.org")
                wait_until(lambda b=browser: b.send("GET", "/profile/me")[0].status == 401, 70, "the session to end", 0.5)
                self.assertLessEqual(browser.guarded_page("/profile/me"), 2)

    def reset_password(self, browser, email):
        browser.expect(200, "POST", "/auth/forgot-password", {"email": email})
        mail = self.site.mail(email, "code")
        code = next(word for word in mail["text"].split() if word.strip(".").isdigit() and len(word.strip(".")) == 6)
        browser.expect(200, "POST", "/auth/reset-password",
                       {"email": email, "otp": code.strip("."), "newPassword": "exam 8"})

    def disable(self, _, email):
        staff = self.staff()
        user = staff.expect(200, "GET", f"/admin/users?search={email}")["data"][0]["id"]
        staff.expect(200, "PUT", f"/admin/users/{user}", {"disabled": True})

    @staticmethod
    def make_foreign(browser, _):
        browser.cookies["accessToken"] = "eyJhbGciOiJIUzI1NiJ9.e30.bm90IG91cnM"

    def test_the_cleared_cookie_has_the_attributes_of_log_out(self):
        def cleared(response):
            return [header for header in response.headers.get_all("Set-Cookie") or [] if header.startswith("accessToken=;")]
        browser = Browser(self.server)
        browser.cookies["accessToken"] = "no.good.token"
        refused, _ = browser.send("GET", "/profile/me")
        left, _ = Browser(self.server).send("POST", "/auth/logout")
        self.assertEqual(refused.status, 401)
        self.assertEqual(cleared(refused), cleared(left))
        self.assertEqual(len(cleared(refused)), 1)
        bearer = self.server.api("GET", "/profile/me", token="no.good.token")
        self.assertEqual((bearer.status, bearer.headers["Set-Cookie"]), (401, None))

    def test_every_route_that_refuses_a_dead_cookie_clears_it(self):
        refused = set()
        for path, methods in self.server.description().document["paths"].items():
            for method in methods:
                reply = self.server.api(method.upper(), "/" + re.sub(r"\{\w+\}", "x", path), None if method == "get" else {},
                                        headers={"Cookie": "accessToken=no.good.token", "Origin": PAGES})
                if reply.status == 401:
                    refused.add(path)
                    self.assertIn("accessToken=;", reply.headers["Set-Cookie"] or "", f"{method} {path}")
        self.assertGreater(len(refused), 50)

    def test_a_dead_cookie_of_the_same_name_locks_nobody_out(self):
        for values in (["dead", self.admin], [self.admin, "dead"], ["", self.admin], ["a", "b", "c", self.admin]):
            cookie = "; ".join(f"accessToken={value}" for value in values)
            self.assertEqual(self.server.api("GET", "/profile/me", headers={"Cookie": cookie}).status, 200, values)
        for value in ("", '""', "dead; accessToken=dead too"):
            reply = self.server.api("GET", "/profile/me", headers={"Cookie": f"accessToken={value}"})
            self.assertEqual((reply.status, "accessToken=;" in (reply.headers["Set-Cookie"] or "")), (401, True), value)

    def test_pages_of_ours_may_use_the_cookie_and_others_may_not(self):
        allowed = (PAGES, "https://api.exams.example.org", "https://physics.campus.example", "https://a.b.campus.example")
        refused = ("https://evil.example", "http://physics.campus.example", "https://campus.example", "http://exams.example.org")
        for origin in allowed + refused:
            browser = Browser(self.server, origin)
            browser.cookies["accessToken"] = self.admin
            response, body = browser.send("POST", "/question/create", {})
            self.assertEqual(body["code"], "validation_failed" if origin in allowed else "cross_site", origin)
            self.assertEqual(response.headers["Access-Control-Allow-Origin"], origin if origin in allowed else None)

    def test_links_lead_to_pages_that_exist(self):
        self.assertTrue(self.site.mail(self.links_of("links@example.org"), "erif")["links"][0].startswith(PAGES + "/verify-email"))
        browser = Browser(self.server)
        browser.expect(200, "POST", "/auth/login", {"email": "links@example.org", "password": SHORT_PASSWORD})
        browser.expect(202, "POST", "/profile/me/email", {"newEmail": "new@example.org", "currentPassword": SHORT_PASSWORD})
        for to, page in (("new@example.org", "confirm-email"), ("links@example.org", "revert-email")):
            def found(to=to, page=page):
                return [link for mail in self.site.mails(to) for link in mail["links"] if page in link]
            link = wait_until(found, 15, page)[0]
            self.assertTrue(link.startswith(f"https://api.exams.example.org/{page}?token="), link)
            self.assertEqual(self.server.api("GET", f"//{page}").status, 200)

    def links_of(self, email):
        self.candidate(email)
        return email

    def test_the_administration_client_finds_its_members(self):
        staff = self.staff()
        exam, question = self.numerical_exam(staff)
        me = staff.expect(200, "GET", "/profile/me")["data"]["id"]
        shown = staff.expect(200, "GET", f"/exam/{exam}")["exam"]
        self.assertEqual((shown["state"], shown["status"], shown["createdBy"]), ("PUBLISHED", "PUBLISHED", me))
        self.assertIsNone(shown["description"])
        listed = next(one for one in staff.expect(200, "GET", "/exam/all")["exams"] if one["id"] == exam)
        for one in (shown, listed):
            row = one["questions"][0]
            self.assertEqual(row["ExamQuestion"], {"questionOrder": 1, "marksForEachQuestion": 2})
            self.assertEqual(row["marks"], 2)
            self.assertRegex(row["createdAt"] + row["updatedAt"], r"Z.*Z$")
        key = staff.expect(200, "GET", f"/question/{question}")["data"]["numericalAnswer"]
        self.assertEqual(key, {"id": question, "questionId": question, "value": -2.5, "tolerance": 0.01})
        choice = staff.expect(201, "POST", "/question/create", {
            "statement": "Which?", "questionType": "single_correct", "domain": "General",
            "options": [{"text": "this", "isCorrect": True}, {"text": "that", "isCorrect": False}]})["data"]["id"]
        options = staff.expect(200, "GET", f"/question/{choice}")["data"]["options"]
        self.assertEqual([option["questionId"] for option in options], [choice, choice])
        self.assertRegex(self.server.api("GET", "/health").json["timestamp"], r"^\d{4}-.*Z$")

    def test_calculating_by_get(self):
        staff, browser = self.staff(), self.candidate("get@example.org")
        exam, _ = self.numerical_exam(staff)
        browser.expect(403, "GET", f"/result/{exam}/calculate")
        response, body = staff.send("GET", f"/result/{exam}/calculate")
        self.assertEqual((response.status, response.headers["Allow"], body["code"]), (405, "POST", "method_not_allowed"))

    def test_a_whole_campus_signs_up_behind_one_address(self):
        for number in range(40):
            Browser(self.server).expect(201, "POST", "/auth/signup", {
                "fullName": "Asha Rao", "email": f"campus{number}@example.org", "password": SHORT_PASSWORD})

    def test_what_the_page_takes_for_a_password_makes_an_account(self):
        for number, password in enumerate(("123456", "secret", "asdfgh", "tripos", "nimda1", "      ")):
            email, browser = f"lax{number}@example.org", Browser(self.server)
            browser.expect(201, "POST", "/auth/signup", {"fullName": "Asha Rao", "email": email, "password": password})
            self.site.verify(email)
            browser.expect(200, "POST", "/auth/login", {"email": email, "password": password})

    def test_resend_is_silent_for_less_than_the_page_counts_down(self):
        email = "resend@example.org"
        browser = Browser(self.server)
        browser.expect(201, "POST", "/auth/signup", {"fullName": "Asha Rao", "email": email, "password": SHORT_PASSWORD})
        browser.expect(200, "POST", "/auth/resend-verification", {"email": email})
        self.site.mail(email)
        self.assertEqual(len(self.site.mails(email)), 1)


class NumbersAsText(unittest.TestCase):
    """Every route that takes a number, as the description lists them: the text of a number is the number."""

    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(MAIL_WEBHOOK_SECRET="whsec_" + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0")
        cls.addClassCleanup(cls.server.stop)
        site = Site(cls.server)
        cls.admin = site.admin()
        cls.exam = site.exam(cls.admin)
        cls.question = site.paper_question = site.expect(200, "GET", "/question/all", None, cls.admin)["data"][0]["id"]
        cls.user = site.expect(200, "GET", "/profile/me", None, cls.admin)["data"]["id"]
        site.expect(201, "POST", f"/exam-attempt/{cls.exam}/start", None, cls.admin)
        cls.document = cls.server.description().document

    def resolve(self, schema):
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def numbers_in(self, schema, path=()):
        """Paths of members that are numbers; a list is entered at its first item."""
        schema = self.resolve(schema)
        kinds = schema.get("type", [])
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if {"number", "integer"} & set(kinds):
            yield path
        for part in schema.get("anyOf", []) + schema.get("allOf", []):
            yield from self.numbers_in(part, path)
        for name, member in schema.get("properties", {}).items():
            yield from self.numbers_in(member, (*path, name))
        if "items" in schema:
            yield from self.numbers_in(schema["items"], (*path, 0))

    def address(self, path):
        values = {"examId": self.exam, "userId": self.user, "name": "email"}
        if path.startswith("/api/question/"):
            values["id"] = self.question
        if path.startswith("/api/admin/users/"):
            values["id"] = self.user
        for name in ("examId", "userId", "name", "id", "attemptId", "token", "address", "tag"):
            path = path.replace("{" + name + "}", values.get(name, self.exam))
        return "/" + path

    @staticmethod
    def body_with(path, value):
        for part in reversed(path):
            value = [value] if part == 0 else {part: value}
        return value

    @staticmethod
    def outcome(reply, field):
        """The status and what it says of the field; ids and times aside."""
        said = [error["message"] for error in (reply.json.get("errors") or []) if field in error["field"]] if reply.text else []
        return reply.status, said

    def test_bodies(self):
        seen = []
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                for place in self.numbers_in(content["schema"]) if content else ():
                    seen.append((method, path, place))
                    self.check_body(method.upper(), self.address(path), place)
        covered = {place[-1] for _, _, place in seen}
        self.assertLessEqual({"numericalAnswer", "tolerance", "marks", "negativeMarks", "durationMinutes", "minutes", "extraMinutes"},
                             covered)

    def check_body(self, method, path, place):
        field = place[-1]
        if field == "otp":  # a code is text or number already
            return

        def outcome(value):
            return self.outcome(self.server.api(method, path, self.body_with(place, value), self.admin), field)
        with self.subTest(method=method, path=path, field=field):
            for number in (7, 2.5, -3):
                for text in (str(number), f" {number} ", f"{number}e0"):
                    self.assertEqual(outcome(text), outcome(number), text)
            for text in ("abc", "1,5", "NaN", "Infinity", "0x10"):
                status, said = outcome(text)
                self.assertEqual(status, 400, text)
                self.assertEqual(len(said), 1, f"{text}: the field is not named")

    def test_queries(self):
        seen = set()
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for parameter in operation.get("parameters", []):
                    schema = self.resolve(parameter["schema"])
                    if parameter["in"] != "query" or schema.get("type") not in ("integer", "number"):
                        continue
                    seen.add(parameter["name"])
                    with self.subTest(path=path, parameter=parameter["name"]):
                        self.check_query(method.upper(), self.address(path), parameter["name"])
        self.assertLessEqual({"page", "limit", "minutes"}, seen)

    def check_query(self, method, path, name):
        def reply(text):
            return self.server.api(method, f"{path}?{name}={text}", None if method == "GET" else {}, token=self.admin)
        expected = reply("2").status
        for text in ("%202%20", "2.0", "+2", "%2B2", "2e0"):
            self.assertEqual(reply(text).status, expected, text)
        for text in ("abc", "1,5", "1.5", "NaN"):
            refused = reply(text)
            self.assertEqual((refused.status, refused.json["errors"][0]["field"]), (400, name), text)


if __name__ == "__main__":
    unittest.main()
