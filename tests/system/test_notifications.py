# SPDX-License-Identifier: MIT
"""Notifications from the administration: who gets them, what is refused, what became of a mail."""

import unittest

from harness import Site, TriposServer, wait_until

NOBODY = "01890000-0000-7000-8000-000000000000"


class Notifications(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer()
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()
        cls.asha = cls.site.candidate("asha@example.org")
        cls.bela = cls.site.candidate("bela@example.org", "Bela Sen")
        cls.site.sign_up("unverified@example.org", "Una Verified")

    def notify(self, audience, status=202, **body):
        message = {"audience": audience, "subject": "Room change", "text": "Room 4 & 5.\n\nBring <ink>.", **body}
        return self.site.expect(status, "POST", "/admin/notifications", message, self.staff)

    def user_id(self, email):
        users = self.site.expect(200, "GET", f"/admin/users?search={email}", token=self.staff)["data"]
        return next(user["id"] for user in users if user["email"] == email)

    def test_reaches_everyone_who_verified_an_address(self):
        answer = self.notify("all", subject="For all")
        self.assertEqual(answer["recipients"], 3)
        for email in ("asha@example.org", "bela@example.org", "staff@example.com"):
            self.site.mail(email, "For all")
        self.assertFalse([mail for mail in self.site.mails("unverified@example.org") if mail["subject"] == "For all"])

    def test_reaches_a_role_and_chosen_users(self):
        self.assertEqual(self.notify({"role": "ADMIN"})["recipients"], 1)
        self.assertEqual(self.notify({"userIds": [self.user_id("bela@example.org")]})["recipients"], 1)

    def test_reaches_the_candidates_of_an_exam(self):
        exam = self.site.exam(self.staff)
        self.notify({"examId": exam}, status=400)
        self.site.start(exam, self.asha)
        self.assertEqual(self.notify({"examId": exam})["recipients"], 1)

    def test_text_is_escaped_and_html_is_not(self):
        self.notify({"role": "ADMIN"}, subject="As text")
        self.assertIn("Bring &lt;ink&gt;.", self.site.mail("staff@example.com", "As text")["html"])
        self.notify({"role": "ADMIN"}, subject="As html", text=None, html="<p>Room <b>4</b></p>")
        self.assertIn("<b>4</b>", self.site.mail("staff@example.com", "As html")["html"])

    def test_tells_what_became_of_a_mail(self):
        job = self.notify({"role": "ADMIN"})["jobIds"][0]
        def completed():
            status = self.site.expect(200, "GET", f"/admin/mail/jobs/{job}", token=self.staff)
            return status if status["state"] == "completed" else None
        status = wait_until(completed, 10, "the mail to be sent")
        self.assertEqual((status["id"], status["attempts"], status["failedReason"]), (job, 1, None))
        self.site.expect(404, "GET", f"/admin/mail/jobs/{NOBODY}", token=self.staff)
        self.site.expect(404, "GET", "/admin/mail/jobs/nonsense", token=self.staff)

    def test_tells_how_far_it_is(self):
        answer = self.notify("all")
        path = f"/admin/work/{answer['workId']}"
        work = self.site.expect(200, "GET", path, token=self.staff)
        self.assertEqual((work["kind"], work["done"], work["total"], work["problem"]), ("notification", 3, 3, None))
        self.assertIsNotNone(work["finishedAt"])
        self.site.expect(403, "GET", path, token=self.asha)
        self.site.expect(404, "GET", f"/admin/work/{NOBODY}", token=self.staff)
        self.site.expect(404, "GET", "/admin/work/nonsense", token=self.staff)

    def test_refuses_what_it_cannot_send_and_names_the_field(self):
        cases = [
            ("everyone", {}, "audience"), (None, {}, "audience"), ({"role": "KING"}, {}, "audience.role"),
            ({"examId": "x"}, {}, "audience.examId"), ({"userIds": [NOBODY]}, {}, "audience"),
            ({"userIds": "x"}, {}, "audience.userIds"), ({}, {}, "audience"), ({"a": 1}, {}, "audience.role"),
            ("all", {"subject": ""}, "subject"), ("all", {"subject": "a\r\nBcc: x@y.z"}, "subject"),
            ("all", {"text": None}, "text"), ("all", {"html": "<p>both</p>"}, "text"),
        ]
        for audience, body, field in cases:
            with self.subTest(audience=audience, body=body):
                answer = self.notify(audience, status=400, **body)
                self.assertEqual(answer["errors"][0]["field"], field)

    def test_is_for_administrators_only(self):
        body = {"audience": "all", "subject": "x", "text": "x"}
        self.site.expect(403, "POST", "/admin/notifications", body, self.asha)
        self.site.expect(401, "POST", "/admin/notifications", body)
        self.site.expect(403, "GET", f"/admin/mail/jobs/{NOBODY}", token=self.asha)
