# SPDX-License-Identifier: MIT
"""Passwords and sessions, as somebody tries them who should not get in, or who should."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import sqlite3
import unittest

from harness import PASSWORD, Site, TriposServer, wait_until

KEY = "a key of the tests, as long as it must be"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims):
    text = encoded(b'{"alg":"HS256","typ":"JWT"}') + "." + encoded(json.dumps(claims).encode())
    return text + "." + encoded(hmac.new(KEY.encode(), text.encode(), hashlib.sha256).digest())


def claims_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


class SignIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(JWT_ACCESS_SECRET=KEY, SESSION_IDLE_HOURS=1)
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def test_a_common_password_is_refused_at_every_door(self):
        token = self.site.candidate("common@example.org")
        for common in ("password123", "P@ssw0rd", "12345678", "tripos2024"):
            body = {"fullName": "A", "email": "other@example.org", "password": common}
            for path, body, who in (("/auth/signup", body, None),
                                    ("/auth/change-password", {"currentPassword": PASSWORD, "newPassword": common}, token)):
                reply = self.site.expect(400, "POST", path, body, who)
                self.assertIn("guessed first", reply["errors"][0]["message"])
            done = self.server.command("user", "reset-password", "common@example.org", "--password-stdin", text=common + "\n")
            self.assertEqual(done.returncode, 1)
            self.assertIn("guessed first", done.stderr)
        self.site.log_in("common@example.org")

    def sign_up(self, email, name, password):
        body = {"fullName": name, "email": email, "password": password}
        known = {mail["id"] for mail in self.site.mails(email)}
        self.site.expect(201, "POST", "/auth/signup", body)
        mail = wait_until(lambda: next((one for one in self.site.mails(email) if one["id"] not in known), None), 15, "the mail")
        return mail, next(link for link in mail["links"] if "token=" in link).split("token=")[1]

    def log_in(self, email, password):
        return self.server.api("POST", "/auth/login", {"email": email, "password": password}).status

    def test_who_signs_up_first_with_anothers_address_gets_nothing(self):
        email = "victim@example.org"
        mail, eves = self.sign_up(email, "Win at https://evil.example/x", "eve knows this 1")
        self.assertNotIn("evil.example", mail["text"] + " ".join(mail["links"]))
        self.assertRegex(mail["text"], r"Confirm your e-mail address\s+Somebody who gave the name Win at https evil example x asked "
                                       r"for an account with this address on \d+ \w+ \d+, [\d:]+ UTC, from 127\.0\.0\.1\.")
        _, own = self.sign_up(email, "Asha Rao", PASSWORD)
        self.site.expect(200, "POST", f"/auth/verify-email/{own}")
        self.site.expect(200, "POST", f"/auth/verify-email/{eves}")  # pressed as well
        self.assertEqual((self.log_in(email, "eve knows this 1"), self.log_in(email, PASSWORD)), (401, 200))
        body = {"fullName": "Eve", "email": email, "password": "eve knows this 1"}
        self.assertEqual(self.site.expect(409, "POST", "/auth/signup", body)["code"], "email_taken")

    def test_whoever_confirms_on_our_page_knows_the_password_or_sets_another(self):
        email = "clicks@example.org"
        _, eves = self.sign_up(email, "Asha Rao", "eve knows this 1")
        reply = self.site.expect(400, "POST", f"/auth/verify-email/{eves}", {"password": PASSWORD})
        self.assertEqual(reply["errors"][0]["field"], "password")
        self.assertEqual(self.log_in(email, "eve knows this 1"), 403)
        self.site.expect(200, "POST", f"/auth/verify-email/{eves}", {"newPassword": PASSWORD})
        self.assertEqual((self.log_in(email, "eve knows this 1"), self.log_in(email, PASSWORD)), (401, 200))

    def test_a_password_is_the_same_from_every_keyboard(self):
        token = self.site.candidate("accents@example.org")
        self.site.expect(200, "POST", "/auth/change-password",
                         {"currentPassword": PASSWORD, "newPassword": "m\u00fcnchen im fr\u00fchling"}, token)
        self.site.log_in("accents@example.org", "mu\u0308nchen\u00a0im\u3000fru\u0308hling")

    def test_a_session_is_seen_and_ended_from_another_device(self):
        token = self.site.candidate("devices@example.org")
        stolen = self.server.api("POST", "/auth/login", {"email": "devices@example.org", "password": PASSWORD},
                                 headers={"User-Agent": "Thief/1.0"}).json["accessToken"]
        self.site.expect(200, "GET", "/profile/me", None, stolen)
        sessions = self.site.expect(200, "GET", "/profile/me/sessions", None, token)["data"]
        self.assertEqual(len(sessions), 2)
        thief = next(session for session in sessions if session["device"] == "Thief/1.0")
        self.assertEqual((thief["isCurrent"], thief["ip"]), (False, "127.0.0.1"))
        self.site.expect(404, "DELETE", f"/profile/me/sessions/{thief['id']}", None, self.staff)
        self.site.expect(200, "DELETE", f"/profile/me/sessions/{thief['id']}", None, token)
        self.site.expect(401, "GET", "/profile/me", None, stolen)
        self.site.expect(200, "GET", "/profile/me", None, token)

    def leave_for_two_hours(self, email):
        database = sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), timeout=30)
        with contextlib.closing(database), database:
            database.execute("UPDATE sessions SET last_used_at = last_used_at - 7200000 WHERE user_id = "
                             "(SELECT id FROM users WHERE email = ?)", [email])

    def test_an_unused_session_ends_but_not_in_an_exam(self):
        email = "idle@example.org"
        token = self.site.candidate(email)
        exam = self.site.exam(self.staff)
        self.site.start(exam, token)
        self.leave_for_two_hours(email)
        self.server.restart()  # and so nothing is believed any more
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        self.leave_for_two_hours(email)
        self.server.restart()
        self.site.expect(401, "GET", "/profile/me", None, token)

    def test_a_token_is_for_this_program_and_from_its_time_on(self):
        token = self.site.candidate("claims@example.org")
        claims = claims_of(token)
        self.assertEqual((claims["iss"], claims["aud"], claims["nbf"]), ("tripos", "tripos-api", claims["iat"]))
        older = {name: value for name, value in claims.items() if name not in ("iss", "aud", "nbf")}
        self.site.expect(200, "GET", "/profile/me", None, signed(older))
        for change in ({"iss": "another"}, {"aud": "another"}, {"aud": ["tripos-api"]}, {"nbf": claims["nbf"] + 3600}):
            self.site.expect(401, "GET", "/profile/me", None, signed({**claims, **change}))


class LenientSite(unittest.TestCase):
    def test_common_passwords_may_be_allowed(self):
        server = TriposServer(PASSWORD_COMMON="allow")
        self.addCleanup(server.stop)
        body = {"fullName": "A", "email": "a@example.org", "password": "password1"}
        Site(server).expect(201, "POST", "/auth/signup", body)


if __name__ == "__main__":
    unittest.main()
