# SPDX-License-Identifier: MIT
"""Who the candidates are: rosters that staff import, invitations, and what an exam asks at its door."""

import concurrent.futures
import hashlib
import re
import unittest

from harness import PASSWORD, Site, TriposServer

HEADER = "enrollmentNumber,email,fullName\n"
KEY = "0123456789abcdef" * 4
PUBLIC = "http://exams.example.org"


class Rosters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(PUBLIC_URL=PUBLIC, TRUSTED_PROXIES="127.0.0.1")
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def cohort(self, name):
        return self.site.expect(201, "POST", "/admin/cohorts", {"name": name}, self.staff)["cohort"]["id"]

    def load(self, cohort, rows, status=200, **more):
        return self.site.expect(status, "POST", f"/admin/cohorts/{cohort}/import", {"csv": HEADER + rows, "reason": "The term", **more}, self.staff)

    def access(self, exam, **access):
        return self.site.expect(200, "PUT", f"/exam/{exam}/access", access, self.staff)["access"]

    def start(self, exam, token, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.server.api("POST", f"/exam-attempt/{exam}/start", body, token, headers)
        return reply.json.get("code", reply.status)

    def move(self, token, address):
        self.site.expect(202, "POST", "/profile/me/email", {"newEmail": address, "currentPassword": PASSWORD}, token)
        confirm = re.search(r"confirm-email\?token=([0-9a-f]{64})", self.site.mail(address, "confirm-email")["text"])[1]
        self.site.expect(200, "POST", f"/auth/confirm-email/{confirm}")

    def number_of(self, token):
        profile = self.site.expect(200, "GET", "/profile/me", None, token)["data"]["profile"]
        return profile and profile["enrollmentNumber"]

    def test_a_dry_run_names_row_and_column_and_changes_nothing(self):
        cohort = self.cohort("Dry")
        bad = "D-1,d1@example.org,Asha Rao\n,nonsense,Bela Sen\nd1,d3@example.org,Chitra Das\n"
        for dry, status in ((True, 200), (False, 400)):
            report = self.load(cohort, bad, status, dryRun=dry)
            self.assertEqual([(cell["row"], cell["column"]) for cell in report["rowErrors"]],
                             [(3, "enrollmentNumber"), (3, "email")])
        bad = "D-1,d1@example.org,Asha Rao\nd-1,d3@example.org,Chitra Das\n"
        self.assertEqual(self.load(cohort, bad, 400)["code"], "roster_errors")
        self.assertEqual(self.load(cohort, "D-1,d1@example.org,Asha Rao\n", dryRun=True)["added"], 1)
        self.assertEqual(self.site.expect(200, "GET", f"/admin/cohorts/{cohort}/members", None, self.staff)["members"], [])
        for _ in range(2):  # doing it twice does it once
            self.load(cohort, "D-1,d1@example.org,Asha Rao\n")
        members = self.site.expect(200, "GET", f"/admin/cohorts/{cohort}/members", None, self.staff)["members"]
        self.assertEqual([member["enrollmentNumber"] for member in members], ["D-1"])
        listed = self.site.expect(200, "GET", "/admin/cohorts", None, self.staff)["cohorts"]
        self.assertEqual([one["members"] for one in listed if one["id"] == cohort], [1])

    def test_a_number_that_staff_vouch_for_is_nobody_elses(self):
        thief, owner = self.site.candidate("thief@example.org"), self.site.candidate("owner@example.org")
        self.site.expect(200, "PUT", "/profile/me", {"enrollmentNumber": "cs 101", "course": "BTECH"}, thief)
        for same in ("CS101", "\uff23\uff33101"):
            self.assertEqual(self.site.expect(409, "PUT", "/profile/me", {"enrollmentNumber": same}, owner)["code"],
                             "enrollment_taken")
        cohort = self.cohort("Vouched")
        row = "CS101,owner@example.org,Asha Rao\n"
        self.assertEqual([cell["row"] for cell in self.load(cohort, row, dryRun=True)["warnings"]], [2])
        self.load(cohort, row)
        self.assertIsNone(self.number_of(thief))
        self.assertEqual(self.site.expect(409, "PUT", "/profile/me", {"enrollmentNumber": "cs-101 "}, owner)["code"],
                         "enrollment_vouched")
        self.site.expect(200, "PUT", "/profile/me", {"course": "BTECH"}, owner)
        self.assertEqual(self.number_of(owner), "CS101")
        self.assertEqual(self.site.expect(409, "PUT", "/profile/me", {"enrollmentNumber": "cs101"}, thief)["code"],
                         "enrollment_taken")
        conflict = self.load(self.cohort("Other"), "CS102,owner@example.org,Asha Rao\n", 400)
        self.assertEqual([(cell["row"], cell["column"]) for cell in conflict["rowErrors"]], [(2, "email")])

    def test_an_invited_candidate_chooses_a_password(self):
        cohort = self.cohort("Invited")
        self.load(cohort, "I-1,invited@example.org,Win at evil.example\n")
        invite = f"/admin/cohorts/{cohort}/invite"
        self.assertEqual(self.site.expect(202, "POST", invite, None, self.staff)["invited"], 1)
        self.assertEqual(self.site.expect(202, "POST", invite, None, self.staff)["invited"], 0, "the link still works")
        mail = self.site.mail("invited@example.org", "list of candidates")
        self.assertIn("for 7 days", mail["text"])
        self.assertNotIn("evil.example", mail["text"])
        link = next(link for link in mail["links"] if "token=" in link)
        self.assertTrue(link.startswith(PUBLIC + "/accept-invitation?token="), link)
        self.assertEqual(self.server.api("GET", "//accept-invitation").status, 200)
        path = "/auth/verify-email/" + link.split("token=")[1]
        self.assertEqual(self.site.expect(400, "POST", path)["code"], "password_required")
        self.site.expect(400, "POST", path, {"newPassword": "password1"})
        self.site.expect(200, "POST", path, {"newPassword": PASSWORD})
        token = self.site.log_in("invited@example.org")
        self.site.expect(200, "PUT", "/profile/me", {"course": "BTECH"}, token)
        self.assertEqual(self.number_of(token), "I-1")

    def test_an_exam_for_a_cohort_is_seen_and_started_by_its_members_only(self):
        member, stranger = self.site.candidate("member@example.org"), self.site.candidate("stranger@example.org")
        exam, cohort = self.site.exam(self.staff), self.cohort("Named")
        self.load(cohort, "N-1,member@example.org,Asha Rao\n")
        def sees(token):
            return exam in [one["id"] for one in self.site.expect(200, "GET", "/exam/live", None, token)["exams"]]
        self.assertTrue(sees(stranger))
        self.access(exam, cohortIds=[cohort])
        self.assertEqual((sees(member), sees(stranger)), (True, False))
        self.assertEqual(self.start(exam, stranger), "not_in_cohort")
        self.assertEqual(self.start(exam, member), 201)
        self.assertEqual(self.site.expect(409, "DELETE", f"/admin/cohorts/{cohort}", {"reason": "Over"}, self.staff)["code"], "cohort_in_use")
        removed = self.site.expect(200, "POST", f"/admin/cohorts/{cohort}/members/remove",
                                   {"enrollmentNumbers": ["n-1"], "reason": "Left"}, self.staff)
        self.assertEqual(removed["candidates"], 1)
        self.assertTrue(sees(member), "who sits it sees it")
        self.access(exam)
        self.assertTrue(sees(stranger))
        self.site.expect(200, "DELETE", f"/admin/cohorts/{cohort}", {"reason": "Over"}, self.staff)

    def test_another_address_does_not_make_another_person(self):
        email, other = "moves@example.org", "moved@example.org"
        token, exam, cohort = self.site.candidate(email), self.site.exam(self.staff), self.cohort("Moving")
        self.load(cohort, f"M-1,{email},Asha Rao\n")
        self.access(exam, cohortIds=[cohort])
        self.move(token, other)
        self.load(cohort, f"M-1,{email},Asha Rao\n")
        self.assertEqual(self.start(exam, token), 201)

    def test_an_account_that_moves_to_the_address_of_the_roster_is_that_persons(self):
        email, other = "private@example.org", "college@example.org"
        token, exam, cohort = self.site.candidate(email), self.site.exam(self.staff), self.cohort("Joining")
        self.site.expect(200, "PUT", "/profile/me", {"enrollmentNumber": "mine", "course": "BTECH"}, token)
        self.load(cohort, f"J-1,{other},Asha Rao\n")
        self.access(exam, cohortIds=[cohort])
        self.assertEqual(self.start(exam, token), "not_in_cohort")
        self.move(token, other)
        self.assertEqual(self.number_of(token), "J-1")
        self.assertEqual(self.start(exam, token), 201)

    def test_the_door_asks_for_code_network_and_browser(self):
        token, exam = self.site.candidate("door@example.org"), self.site.exam(self.staff)
        self.access(exam, accessCodes=["Lab-7 Tiger", "Lab-8 Otter"])
        self.assertEqual(self.start(exam, token), "access_code_required")
        self.assertEqual(self.start(exam, token, {"accessCode": "Lab-9 Lion"}), "access_code_wrong")
        self.access(exam, addresses=["10.7.0.0/16"])
        self.assertEqual(self.start(exam, token), "address_not_allowed")
        self.assertEqual(self.start(exam, token, X_Forwarded_For="10.8.0.1"), "address_not_allowed")
        url = f"{PUBLIC}/api/exam-attempt/{exam}/start"
        def hashed(address):
            return hashlib.sha256((address + KEY).encode()).hexdigest()
        access = self.access(exam, accessCodes=["Lab-7 Tiger"], addresses=["10.7.0.0/16"], sebConfigKeys=[KEY.upper()])
        self.assertEqual(access["sebConfigKeys"], [KEY])
        self.assertEqual(self.site.expect(200, "GET", f"/exam/{exam}/access", None, self.staff)["access"], access)
        right = {"X_Forwarded_For": "10.7.1.1", "X_SafeExamBrowser_ConfigKeyHash": hashed(url)}
        body = {"accessCode": " lab-7 TIGER"}
        self.assertEqual(self.start(exam, token, body, **{**right, "X_SafeExamBrowser_ConfigKeyHash": hashed(url + "2")}),
                         "safe_exam_browser_required")
        self.assertEqual(self.start(exam, token, body, X_Forwarded_For="10.7.1.1"), "safe_exam_browser_required")
        self.assertEqual(self.start(exam, token, body, **right), 201)
        for bad in ({"addresses": ["10.7"]}, {"sebConfigKeys": ["abc"]}, {"cohortIds": ["x"]}, {"accessCodes": [""]},
                    {"accessCodes": ["\u200b"]}):
            self.site.expect(400, "PUT", f"/exam/{exam}/access", bad, self.staff)

    def test_codes_cannot_be_guessed_by_the_thousand(self):
        token, exam = self.site.candidate("guesser@example.org"), self.site.exam(self.staff)
        self.access(exam, accessCodes=["4711"])
        answers = [self.start(exam, token, {"accessCode": str(number)}) for number in range(21)]
        self.assertEqual(answers[-1], "rate_limited")
        self.assertEqual(set(answers[:-1]), {"access_code_wrong"})

    def test_a_code_that_cannot_decide_yet_is_not_counted(self):
        token = self.site.candidate("eager@example.org")
        exam = self.site.exam(self.staff)
        self.access(exam, accessCodes=["4711"], addresses=["203.0.113.0/24"])
        for _ in range(25):
            self.assertEqual(self.start(exam, token, {"accessCode": "4711"}), "address_not_allowed")
        self.access(exam, accessCodes=["4711"])
        self.site.expect(201, "POST", f"/exam-attempt/{exam}/start", {"accessCode": "4711"}, token)
        for _ in range(25):
            self.assertEqual(self.start(exam, token, {"accessCode": "4711"}), "already_attempted")

    def test_codes_that_are_tried_at_once_are_counted_as_well(self):
        token, exam = self.site.candidate("hasty@example.org"), self.site.exam(self.staff)
        self.access(exam, accessCodes=["4711"])
        with concurrent.futures.ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(lambda number: self.start(exam, token, {"accessCode": str(number)}), range(90)))
        self.assertEqual((answers.count("access_code_wrong"), answers.count("rate_limited")), (20, 70))


if __name__ == "__main__":
    unittest.main()
