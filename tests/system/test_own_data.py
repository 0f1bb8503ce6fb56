# SPDX-License-Identifier: MIT
"""What people may demand of their own account: a copy of it, another address, its end."""

import json
import re
import unittest

from harness import PASSWORD, Site, TriposServer, wait_until


class OwnData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(LOG_LEVEL="debug")  # the access log, too
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def token_in(self, address, page):
        return re.search(page + r"\?token=([0-9a-f]{64})", self.site.mail(address, page)["text"])[1]

    def test_an_export_holds_everything_but_what_is_not_released(self):
        token = self.site.candidate("asha@example.org")
        exam = self.site.exam(self.staff)
        question, options = self.site.start(exam, token)[0]
        self.site.save(exam, token, question, options[0])
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        reply = self.server.api("GET", "/profile/me/export", token=token)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.headers["Content-Disposition"], 'attachment; filename="tripos-data.json"')
        self.assertEqual(reply.headers["Cache-Control"], "no-store")
        data = reply.json["data"]
        self.assertEqual(data["account"]["email"], "asha@example.org")
        self.assertIsNone(data["account"]["profile"])
        self.assertIsNone(data["enrolment"])
        self.assertEqual([sorted(session) for session in data["sessions"]],
                         [["createdAt", "device", "expiresAt", "id", "ip", "lastUsedAt"]])
        self.assertEqual([mail["kind"] for mail in data["mails"]], ["verification"])
        self.assertEqual(data["attempts"][0]["answers"],
                         [{"questionId": question, "selectedOptionIds": [options[0]], "numericalAnswer": None}])
        self.assertIsNone(data["attempts"][0]["result"])
        text = json.dumps(reply.json)
        for secret in ("token=", "argon2", "isCorrect", "correctAnswer", '"score"'):
            self.assertNotIn(secret, text)
        self.site.close(exam, self.staff)
        released = self.site.expect(200, "GET", "/profile/me/export", token=token)["data"]["attempts"][0]["result"]
        self.assertEqual(released["examId"], exam)
        self.assertIn(released["score"], (0, 1))

    def test_an_export_has_what_staff_imported_of_the_person(self):
        token = self.site.candidate("enrolled@example.org")
        cohort = self.site.expect(201, "POST", "/admin/cohorts", {"name": "Exported"}, self.staff)["cohort"]["id"]
        roster = "enrollmentNumber,email,fullName\nE 7,Enrolled@example.org,Asha Rao\n"
        self.site.expect(200, "POST", f"/admin/cohorts/{cohort}/import", {"csv": roster, "reason": "The term"}, self.staff)
        self.assertEqual(self.site.expect(200, "GET", "/profile/me/export", token=token)["data"]["enrolment"],
                         {"enrollmentNumber": "E 7", "email": "Enrolled@example.org", "fullName": "Asha Rao", "invitedUntil": None})

    def test_a_deleted_account_leaves_results_without_a_name(self):
        token = self.site.candidate("bela@example.org", "Bela Sen")
        exam = self.site.exam(self.staff)
        self.site.start(exam, token)
        self.site.close(exam, self.staff)
        self.site.expect(400, "DELETE", "/profile/me", {"currentPassword": "wrong"}, token)
        self.site.expect(200, "DELETE", "/profile/me", {"currentPassword": PASSWORD}, token)
        self.site.expect(401, "GET", "/profile/me/export", token=token)
        self.site.expect(401, "POST", "/auth/login", {"email": "bela@example.org", "password": PASSWORD})
        listed = self.server.api("GET", f"/exam/{exam}/results", token=self.staff)
        self.assertIn("Deleted user", listed.text)
        self.assertNotIn("Bela", listed.text)
        self.assertNotIn("bela@", listed.text)

    def test_deleting_the_account_is_no_way_to_a_second_attempt(self):
        email, password = "eve@example.org", {"currentPassword": PASSWORD}
        token = self.site.candidate(email)
        user = self.site.expect(200, "GET", "/profile/me", None, token)["data"]["id"]
        exam = self.site.exam(self.staff)
        self.site.start(exam, token)
        for method, path, body, who in (("DELETE", "/profile/me", password, token),
                                        ("DELETE", f"/admin/users/{user}", None, self.staff)):
            self.assertEqual(self.site.expect(409, method, path, body, who)["code"], "attempt_open")
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        for method, path, body, who in (("DELETE", "/profile/me", password, token),
                                        ("DELETE", f"/admin/users/{user}", None, self.staff)):
            self.assertEqual(self.site.expect(409, method, path, body, who)["code"], "result_unreleased")
        self.site.expect(200, "GET", "/profile/me", None, token)  # nothing was lost by asking
        self.site.close(exam, self.staff)
        self.site.expect(200, "DELETE", "/profile/me", password, token)
        self.site.sign_up(email)  # the address is free again

    def test_an_address_is_changed_and_changed_back(self):
        old, new = "chitra@example.org", "chitra@new.example.org"
        token = self.site.candidate(old)
        self.site.expect(202, "POST", "/profile/me/email", {"newEmail": new, "currentPassword": PASSWORD}, token)
        confirm, revert = self.token_in(new, "confirm-email"), self.token_in(old, "revert-email")
        for page in ("confirm-email", "revert-email"):
            self.assertEqual(self.server.api("GET", f"//{page}?token={confirm}").status, 200)
        self.site.log_in(old)  # following a link changes nothing
        self.site.expect(200, "POST", f"/auth/confirm-email/{confirm}")
        self.assertEqual(self.site.expect(200, "GET", "/profile/me", token=token)["data"]["email"], new)
        self.site.log_in(new)
        self.site.expect(200, "POST", f"/auth/confirm-email/{confirm}")  # pressed twice
        self.site.expect(200, "POST", f"/auth/revert-email/{revert}")
        self.site.expect(400, "POST", f"/auth/confirm-email/{confirm}")
        self.site.expect(401, "GET", "/profile/me", token=token)
        self.site.log_in(old)
        wait_until(lambda: "revert-email" in self.server.log(), 5, "the access log")
        for secret in (confirm, revert):
            self.assertNotIn(secret, self.server.log())
