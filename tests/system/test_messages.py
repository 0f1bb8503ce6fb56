# SPDX-License-Identifier: MIT
"""Messages from the real program: signed by DKIM, kept in the dev inbox beside a relay, results announced once."""

import base64
import re
import subprocess
import tempfile
import time
import unittest

import dkim
from engines import SmtpRelay
from harness import Connection, Site, TriposServer, wait_until

NOBODY = "01890000-0000-7000-8000-000000000000"


class ThroughARelay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        keys = {"ed2026": ["-algorithm", "ed25519"], "rsa2026": ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"]}
        for selector, options in keys.items():
            subprocess.run(["openssl", "genpkey", *options, "-out", f"{folder.name}/{selector}.pem"], check=True,
                           capture_output=True)
        cls.relay = SmtpRelay()
        cls.addClassCleanup(cls.relay.stop)
        cls.server = TriposServer(
            SMTP_URL=cls.relay.url, MAIL_FROM="Exams <exams@college.example>", DEV_INBOX="on",
            DKIM_KEYS=",".join(f"{selector}={folder.name}/{selector}.pem" for selector in keys))
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)

    def test_every_mail_is_signed_with_each_key_and_the_start_says_the_records(self):
        self.site.sign_up("new@example.com", "Jürgen Grün 試験")
        raw = base64.b64decode(self.relay.message("new@example.com")["raw"])
        records = dict(re.findall(r'name=(\S+)\s+value="(v=DKIM1[^"]+)"', self.server.log()))
        self.assertEqual(sorted(records), ["ed2026._domainkey.college.example", "rsa2026._domainkey.college.example"])

        def txt(name, timeout=5):
            return records[name.decode().rstrip(".")].encode()
        for index in (0, 1):
            self.assertTrue(dkim.DKIM(raw).verify(idx=index, dnsfunc=txt), f"signature {index}")
        self.assertNotIn("PRIVATE", self.server.log())

    def test_the_dev_inbox_keeps_a_copy_of_what_the_relay_took(self):
        self.site.sign_up("copy@example.com")
        sent = base64.b64decode(self.relay.message("copy@example.com")["raw"]).decode()
        mail = self.site.mail("copy@example.com")
        source = self.server.api("GET", f"//dev/api/mails/{mail['id']}/source").text
        self.assertEqual(re.search(r"Message-ID: (\S+)", source)[1], re.search(r"Message-ID: (\S+)", sent)[1])
        self.assertIn("DKIM-Signature: ", source)
        self.relay.rules({"stage": "RCPT", "reply": "550 5.1.1 no such user", "recipient": "refused@example.com"})
        self.site.sign_up("refused@example.com")
        wait_until(lambda: self.relay.count("RCPT") >= 3, 10, "the refusal")
        self.assertEqual(self.site.mails("refused@example.com"), [])

    def test_keys_that_cannot_be_used_stop_the_start_and_say_why(self):
        for keys, word in (("s=/nowhere/key.pem", "readable"), (f"s={__file__}", "PEM"), ("nonsense", "selector=path")):
            server = TriposServer(start=False, DKIM_KEYS=keys)
            self.addCleanup(server.stop)
            code, output = server.run_to_end()
            self.assertNotEqual(code, 0)
            self.assertIn("DKIM_KEYS", output)
            self.assertIn(word, output)

    def test_without_being_asked_a_relay_has_no_dev_inbox(self):
        server = TriposServer(SMTP_URL=self.relay.url)
        self.addCleanup(server.stop)
        self.assertEqual(Connection(server.port).api("GET", "//dev/api/mails").status, 404)


class Announcements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer()
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()
        cls.asha = cls.site.candidate("asha@example.org")

    def announce(self, status, exam, token=None):
        return self.site.expect(status, "POST", f"/exam/{exam}/results/announce", None, token or self.staff)

    def test_results_are_announced_once_to_those_who_have_one(self):
        self.site.candidate("bela@example.org", "Bela Sen")  # has no attempt
        exam = self.site.exam(self.staff, seconds=4)
        self.site.start(exam, self.asha)
        self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, self.asha)
        self.assertEqual(self.announce(409, exam)["code"], "result_not_released")
        self.announce(403, exam, self.asha)
        self.assertEqual(self.server.api("POST", f"/exam/{exam}/results/announce").status, 401)
        self.announce(404, NOBODY)
        self.announce(404, "nonsense")
        reply = wait_until(lambda: self.announced(exam), 15, "the results to be released")
        self.assertEqual(reply["recipients"], 1)
        mail = self.site.mail("asha@example.org", "Results of Exam")
        self.assertIn("Hello Asha Rao,", mail["text"])
        self.assertEqual(self.announce(409, exam)["code"], "already_announced")
        self.assertFalse([mail for mail in self.site.mails("bela@example.org") if "Results" in mail["subject"]])

    def announced(self, exam):
        time.sleep(0.2)
        reply = self.server.api("POST", f"/exam/{exam}/results/announce", None, self.staff)
        return reply.json if reply.status == 202 else None


if __name__ == "__main__":
    unittest.main()
