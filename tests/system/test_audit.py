# SPDX-License-Identifier: MIT
"""The trail of audit: every act of staff and every event of log-in, role, session and attempt leaves an entry, and whoever
rewrites one is found."""

import contextlib
import os
import re
import sqlite3
import time
import unittest

from harness import PASSWORD, Site, TriposServer, wait_until


class Audit(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.admin = self.site.admin()

    def entries(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.site.expect(200, "GET", f"/admin/audit?limit=100&{query}", None, self.admin)["data"]

    def actions(self, **filters):
        """Oldest first."""
        return [entry["action"] for entry in reversed(self.entries(**filters))]

    def verify(self):
        """(exit code, output) once what was written so far is sealed."""
        wait_until(lambda: all(entry["number"] for entry in self.entries()), 10, "the seals")
        done = self.server.command("audit", "verify")
        return done.returncode, done.stdout

    def test_what_staff_do_to_an_exam_and_candidates_in_it_stands_there(self):
        exam = self.site.exam(self.admin, questions=1)
        candidate = self.site.candidate("asha@example.com")
        self.site.start(exam, candidate)
        self.site.expect(200, "POST", f"/exam/{exam}/extend", {"minutes": 5, "confirm": "1"}, self.admin)
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, candidate)
        self.site.close(exam, self.admin)
        self.assertEqual(sorted(self.actions(about=f"exam:{exam}")), sorted([
            "exam.create", "exam.questions", "exam.publish", "attempt.start", "exam.extend", "attempt.submit", "exam.close",
            "exam.closed"]))
        extend = next(entry for entry in self.entries(action="exam.extend"))
        self.assertNotEqual(extend["before"]["endTime"], extend["after"]["endTime"])
        self.assertEqual((extend["actor"], extend["address"]), (self.user_id("staff@example.com"), "127.0.0.1"))
        self.assertTrue(extend["requestId"])
        self.assertEqual(self.entries(action="attempt.start")[0]["actor"], self.user_id("asha@example.com"))

    def user_id(self, email):
        return self.site.expect(200, "GET", f"/admin/users?search={email}", None, self.admin)["data"][0]["id"]

    def test_what_happens_at_the_door_stands_there_and_in_the_log(self):
        email = "asha@example.com"
        token = self.site.candidate(email)
        about = f"account:{self.user_id(email)}"
        self.server.api("POST", "/auth/login", {"email": email, "password": "wrong horse 7"})
        self.server.api("POST", "/auth/login", {"email": "nobody@example.com", "password": "secret in the wrong field"})
        token = self.site.expect(200, "POST", "/auth/change-password",
                                 {"currentPassword": PASSWORD, "newPassword": "another horse 8"}, token)["accessToken"]
        self.site.expect(200, "POST", "/auth/logout", None, token)
        self.site.expect(200, "PUT", f"/admin/users/{about[8:]}", {"roles": ["AUTHOR"]}, self.admin)
        self.site.expect(200, "PUT", f"/admin/users/{about[8:]}", {"disabled": True}, self.admin)
        self.assertEqual(self.actions(about=about),
                         ["auth.signup", "auth.verified", "auth.login", "auth.login_refused", "auth.password_changed",
                          "auth.logout", "account.changed", "account.changed"])
        change = self.entries(about=about, action="account.changed")[-1]
        self.assertEqual((change["before"]["roles"], change["after"]["roles"]), ("", "AUTHOR"))
        # Nobody knows who tried, and what was typed stands nowhere: it may be a password.
        unknown = [entry for entry in self.entries(action="auth.login_refused") if not entry["subject"]]
        self.assertEqual([(entry["actor"], entry["after"]) for entry in unknown], [("", {"code": "unauthorized"})])
        log = self.server.log()
        for action in ("auth.login", "auth.login_refused", "auth.password_changed", "auth.logout", "account.changed"):
            self.assertRegex(log, rf"security event.*{action}")
        self.assertNotIn("wrong field", log)

    def test_the_end_of_a_session_elsewhere_stands_there(self):
        email = "asha@example.com"
        self.site.candidate(email)
        token = self.site.log_in(email)
        sessions = self.site.expect(200, "GET", "/profile/me/sessions", None, token)["data"]
        other = next(one["id"] for one in sessions if not one["isCurrent"])
        self.site.expect(200, "DELETE", f"/profile/me/sessions/{other}", None, token)
        self.site.expect(404, "DELETE", f"/profile/me/sessions/{other}", None, token)
        entries = self.entries(action="auth.session_ended")
        self.assertEqual([entry["subject"] for entry in entries], [f"account:{self.user_id(email)}"])

    def test_a_laptop_thief_leaves_an_entry(self):
        email = "asha@example.com"
        token = self.site.candidate(email)
        about = f"account:{self.user_id(email)}"
        for method, path, body in (("POST", "/auth/change-password", {"newPassword": "another horse 8"}),
                                   ("POST", "/profile/me/email", {"newEmail": "thief@example.com"}), ("DELETE", "/profile/me", {})):
            self.site.expect(400, method, path, {"currentPassword": "wrong horse 7", **body}, token)
        refused = self.entries(about=about, action="auth.password_refused")
        self.assertEqual({(entry["actor"], entry["address"]) for entry in refused}, {(about[8:], "127.0.0.1")})
        self.assertLess(len(refused), 3)  # the others of a minute are a number

    def test_resets_that_are_asked_for_and_refused_stand_there(self):
        email = "asha@example.com"
        self.site.candidate(email)
        about = f"account:{self.user_id(email)}"
        for asked in (email, "nobody@example.com"):
            self.site.expect(200, "POST", "/auth/forgot-password", {"email": asked})
        self.site.expect(400, "POST", "/auth/reset-password", {"email": email, "otp": "000000", "newPassword": "another horse 8"})
        self.site.expect(400, "POST", "/auth/reset-password/" + "0" * 64, {"newPassword": "another horse 8"})
        self.assertEqual(sorted(entry["subject"] for entry in self.entries(action="auth.reset_asked")), ["", about])
        self.assertEqual(sorted((entry["subject"], entry["after"]["code"]) for entry in self.entries(action="auth.reset_refused")),
                         [("", "invalid_token"), (about, "invalid_code")])

    def test_whoever_is_not_let_into_an_exam_stands_there(self):
        exam, closed = self.site.exam(self.admin, questions=1), self.site.exam(self.admin, questions=1)
        candidate = self.site.candidate("asha@example.com")
        user = self.user_id("asha@example.com")
        start = lambda which, body=None: self.server.api("POST", f"/exam-attempt/{which}/start", body, candidate).json.get("code")
        self.site.expect(200, "PUT", f"/exam/{exam}/access", {"accessCodes": ["room 5"]}, self.admin)
        self.site.expect(200, "PUT", f"/exam/{closed}/access", {"addresses": ["192.0.2.0/24"]}, self.admin)
        self.assertEqual(start(exam), "access_code_required")  # how a client learns that there is one: no entry
        self.assertEqual([start(exam, {"accessCode": code}) for code in ("room 4", "room 6")], ["access_code_wrong"] * 2)
        self.assertEqual(start(closed), "address_not_allowed")
        self.assertIsNone(start(exam, {"accessCode": "room 5"}))
        self.assertEqual(start(exam, {"accessCode": "room 5"}), "already_attempted")
        refused = [(entry["actor"], entry["subject"], entry["after"]["code"]) for entry in self.entries(action="attempt.start_refused")
                   if "more" not in entry["after"]]
        for one in ((exam, "access_code_wrong"), (closed, "address_not_allowed"), (exam, "already_attempted")):
            self.assertIn((user, f"exam:{one[0]}", one[1]), refused)
        self.assertNotIn("room 4", str(self.entries()))
        self.assertNotIn("access_code_required", str(refused))

    def test_what_operators_ask_for_stands_there(self):
        self.site.expect(200, "POST", "/admin/queues/email/pause", None, self.admin)
        self.site.expect(201, "POST", "/admin/suppressions", {"address": "gone@example.org"}, self.admin)
        pause, suppression = reversed(self.entries(action="operate"))
        self.assertEqual((pause["subject"], pause["after"]["method"]), ("path:/api/admin/queues/email/pause", "POST"))
        self.assertIn("gone@example.org", suppression["after"]["body"])

    def test_an_entry_that_was_rewritten_is_found(self):
        self.site.exam(self.admin, questions=1)
        self.assertEqual(self.verify()[0], 0)
        with contextlib.closing(sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), timeout=30)) as database, database:
            database.execute("UPDATE audit_entries SET actor = 'somebody else' WHERE action = 'exam.publish'")
        code, output = self.verify()
        self.assertEqual(code, 1)
        self.assertRegex(output, r"Tampered with: entry \d+ ")

    def test_the_end_of_the_chain_is_in_the_log(self):
        self.site.exam(self.admin, questions=1)
        code, output = self.verify()
        self.assertEqual(code, 0, output)
        self.assertIn(re.search(r"seal (\w{64})", output)[1], self.server.log())

    def test_it_is_exported_with_its_filters(self):
        self.site.exam(self.admin, questions=1)
        text = self.server.api("GET", "/admin/audit.csv?action=exam.publish", token=self.admin).text
        header, line, rest = text.split("\r\n")
        self.assertTrue(header.startswith('"number","at","actor"'), header)
        self.assertIn('"exam.publish"', line)
        self.assertEqual(rest, "")
        tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
        self.assertEqual(self.entries(since=tomorrow), [])
        for filters in ("since=yesterday", "since=2026-01-31T09:30:00", "until=1"):
            self.site.expect(400, "GET", f"/admin/audit?{filters}", None, self.admin)


if __name__ == "__main__":
    unittest.main()
