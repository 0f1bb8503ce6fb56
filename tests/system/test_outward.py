# SPDX-License-Identifier: MIT
"""What leaves the server: links in mails, names on the public leaderboard, and cells that spreadsheets open."""

import csv
import io
import re
import unittest

from harness import PASSWORD, Site, TriposServer, wait_until

PUBLIC = "http://exams.example.org"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Outward(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(PUBLIC_URL=PUBLIC, TRUSTED_PROXIES="127.0.0.1")
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def test_no_request_says_where_links_lead(self):
        lies = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
                "X-Forwarded-Port": "666", "X-Original-Url": "/evil", "Origin": PUBLIC, "Referer": "https://evil.example/",
                "Forwarded": "host=evil.example;proto=https"}
        def ask(path, body, token=None):
            reply = self.server.api("POST", path, body, token, lies)
            self.assertIn(reply.status, (200, 201, 202), f"{path}: {reply}")
        ask("/auth/signup", {"fullName": "Ann", "email": "ann@example.org", "password": PASSWORD})
        ask("/auth/resend-verification", {"email": "ann@example.org"})
        self.site.verify("ann@example.org")
        ask("/auth/forgot-password", {"email": "ann@example.org"})
        token = self.site.log_in("ann@example.org")
        ask("/profile/me/email", {"newEmail": "ann2@example.org", "currentPassword": PASSWORD}, token)
        for to, page in (("ann@example.org", "verify-email"), ("ann@example.org", "reset-password"),
                         ("ann@example.org", "revert-email"), ("ann2@example.org", "confirm-email")):
            mail = self.site.mail(to, page)
            self.assertNotIn("evil", mail["text"])
            for link in mail["links"]:
                self.assertTrue(link.startswith(PUBLIC + "/"), link)

    def test_confirming_twice_answers_like_verifying_twice(self):
        token = self.site.candidate("twice@example.org")
        mail = self.site.mail("twice@example.org", "verify-email")
        verify = re.search(r"verify-email\?token=([0-9a-f]{64})", mail["text"])[1]
        self.site.expect(202, "POST", "/profile/me/email", {"newEmail": "two@example.org", "currentPassword": PASSWORD}, token)
        confirm = re.search(r"confirm-email\?token=([0-9a-f]{64})", self.site.mail("two@example.org", "confirm-email")["text"])[1]
        for path in (f"/auth/verify-email/{verify}", f"/auth/confirm-email/{confirm}"):
            for _ in range(2):
                self.site.expect(200, "POST", path)

    def test_the_board_says_no_more_than_the_exam_lets_it(self):
        exam = self.site.exam(self.staff, seconds=3600)
        people = {"Zora Neale Hurston": "zora@example.org", "Hidden Person": "hidden@example.org"}
        tokens = [self.site.candidate(email, name) for name, email in people.items()]
        self.site.expect(200, "PUT", "/profile/me", {"enrollmentNumber": "Z-1", "course": "BTECH"}, tokens[0])
        self.site.expect(200, "PUT", "/profile/me", {"showOnLeaderboard": False}, tokens[1])
        for token in tokens:
            question, options = self.site.start(exam, token)[0]
            self.site.save(exam, token, question, options[0])
            self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        self.site.close(exam, self.staff)
        def board(token=None):
            reply = self.server.api("GET", "/leaderboard/top-five", token=token)
            return reply.text if reply.status == 200 else ""
        wait_until(lambda: exam in board(), what="the results")
        self.assertIn("Zora Neale Hurston", board(), "public, with full names, unless the exam says otherwise")
        self.assertNotIn("Hidden", board())
        for names, shown in (("INITIALS", "Z.N.H."), ("NUMBER", "Z-1")):
            self.site.expect(200, "PUT", f"/exam/{exam}/leaderboard", {"leaderboardNames": names}, self.staff)
            told = board()
            self.assertIn(shown, told.replace(" ", "") if names == "INITIALS" else told)
            for secret in ("Zora", "Hurston", "Hidden", "@example.org", *(self.id_of(token) for token in tokens)):
                self.assertNotIn(secret, told)
        self.site.expect(200, "PUT", f"/exam/{exam}/leaderboard", {"leaderboard": "CANDIDATES"}, self.staff)
        self.assertNotIn(exam, board())
        self.assertNotIn(exam, board("nonsense"))
        self.assertIn(exam, board(tokens[0]))
        self.site.expect(200, "PUT", f"/exam/{exam}/leaderboard", {"leaderboard": "NOBODY"}, self.staff)
        self.assertNotIn(exam, board(tokens[0]))
        self.site.expect(200, "PUT", f"/exam/{exam}/leaderboard", {"leaderboard": "EVERYONE"}, self.staff)
        later = self.site.exam(self.staff)  # nobody sits it
        self.site.close(later, self.staff)
        self.assertIn(exam, board())

    def id_of(self, token):
        return self.site.expect(200, "GET", "/profile/me", None, token)["data"]["id"]

    def test_no_cell_of_an_export_is_a_formula_in_whatever_spreadsheet(self):
        exam = self.site.exam(self.staff)
        names = ["=cmd|'/C calc'!A0", "Eve;=cmd|'/C calc'!A0;x", "\uff1d1+1", "@SUM(1)", "-2+3", 'Q";=1+1;"']
        for number, name in enumerate(names):
            token = self.site.candidate(f"eve{number}@example.org", name)
            self.site.expect(200, "PUT", "/profile/me", {
                "enrollmentNumber": f"=1+{number};@x", "course": "BTECH"}, token)
            self.site.start(exam, token)
            self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
        plain = self.server.api("GET", f"/exam/{exam}/results.csv", token=self.staff)
        self.assertEqual(plain.status, 200)
        for separator in (",", ";", "\t"):
            for quote in ('"', None):
                quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
                rows = list(csv.reader(io.StringIO(plain.text), delimiter=separator, quotechar=quote or "\x00", quoting=quoting))
                self.assertGreater(len(rows), len(names))
                for cell in (cell.lstrip(' "') for row in rows for cell in row):
                    self.assertFalse(cell.startswith(FORMULA) and not re.fullmatch(r"-?[0-9.]+", cell), (separator, quote, cell))
        marked = self.server.api("GET", f"/exam/{exam}/results.csv?bom=yes", token=self.staff)
        self.assertEqual(marked.text, "\ufeff" + plain.text)
        self.assertFalse(plain.text.startswith("\ufeff"))


if __name__ == "__main__":
    unittest.main()
