# SPDX-License-Identifier: MIT
"""Signed mails in the eyes of Postfix and OpenDKIM (Debian packages postfix and opendkim; ./dev test --all)."""

import base64
import email
import email.policy
import re
import subprocess
import unittest

from engines import SmtpRelay
from harness import Site, TriposServer
from postfix import Postfix

DOMAIN = "college.example"


class PostfixAtLength(unittest.TestCase):
    def setUp(self):
        self.sink = SmtpRelay()
        self.addCleanup(self.sink.stop)
        self.server = TriposServer(start=False, MAIL_FROM=f"Exams <exams@{DOMAIN}>")
        self.addCleanup(self.server.stop)
        keys = {"ed": ["-algorithm", "ed25519"], "rsa": ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"]}
        for selector, options in keys.items():
            subprocess.run(["openssl", "genpkey", *options, "-out", f"{self.server.folder}/{selector}.pem"], check=True, capture_output=True)
        self.server.settings["DKIM_KEYS"] = ",".join(f"{selector}={self.server.folder}/{selector}.pem" for selector in keys)
        self.server.start()  # it says what is to be in DNS
        records = dict(re.findall(r'name=(\S+)\s+value="(v=DKIM1[^"]+)"', self.server.log()))
        self.assertEqual(set(records), {f"{selector}._domainkey.{DOMAIN}" for selector in keys})
        self.postfix = Postfix(int(self.sink.url.rpartition(":")[2]), records)
        self.addCleanup(self.postfix.stop)
        self.server.settings["SMTP_URL"] = self.postfix.url
        self.server.restart()

    def verdicts(self, message):
        """What OpenDKIM says of each signature, by the selector where it tells that: of one that it cannot judge it does not."""
        parsed = email.message_from_bytes(base64.b64decode(message["raw"]), policy=email.policy.default)
        told = " ".join(parsed.get_all("Authentication-Results"))
        self.assertIn("judge.example", told)
        return sorted(re.findall(r"dkim=(\w+)", told)), told

    def test_every_kind_of_mail_passes_and_one_that_was_changed_does_not(self):
        site = Site(self.server)
        site.sign_up("juergen@example.com", "Jürgen Grün 試験")
        first = self.sink.message("juergen@example.com", seconds=30)
        admin = site.admin("staff@example.com")
        for subject, body in (("Room 4", {"text": "Room 4 & 5.\n\n" + "A line that is longer than any line of a mail may be. " * 40}),
                              ("Ünïcode ✓ " * 12, {"html": "<p>Größe ✓</p>" * 300}), (" spaces  here ", {"text": ".\n..\nFrom here on\n \n\n\n"})):
            site.expect(202, "POST", "/admin/notifications", {"audience": {"role": "ADMIN"}, "subject": subject, **body}, admin)
        site.expect(200, "POST", "/auth/forgot-password", {"email": "staff@example.com"})
        self.sink.message("staff@example.com", number=4, seconds=30)
        for message in self.sink.messages():
            found, told = self.verdicts(message)
            self.assertEqual(found, ["pass", "pass"], told)
            self.assertIn(f"@{DOMAIN}", told)

        raw = base64.b64decode(first["raw"])
        raw = raw[raw.index(b"DKIM-Signature:"):]
        changed = raw.replace(b"Subject: ", b"Subject: Re: ", 1)
        self.assertNotEqual(changed, raw)
        for number, (text, verdict) in enumerate(((raw, "pass"), (changed, "fail"))):
            self.postfix.send(text, f"exams@{DOMAIN}", f"again{number}@example.com")
            found, told = self.verdicts(self.sink.message(f"again{number}@example.com", seconds=30))
            self.assertEqual(set(found), {verdict}, told)


if __name__ == "__main__":
    unittest.main()
