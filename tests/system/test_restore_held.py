# SPDX-License-Identifier: MIT
"""A site on restored data waits for a decision: `tripos restore release`."""

import http.client
import json
import os
import socket
import time
import unittest

from doctor_case import findings_of
from engines import PrivateRedis
from harness import Site, wait_until
from restore_case import RestoreCase


class Held(RestoreCase):
    """A restore of what was two hours ago."""

    def readiness(self, server):
        return server.api("GET", "//readyz").json["dependencies"]["restore"]

    def attempts(self, server):
        return self.rows(server, "SELECT status, deadline_at FROM attempts")

    def mail_states(self, server):
        return dict(self.rows(server, "SELECT kind, status FROM outbox"))

    def restored(self):
        """The site on data in which mails wait and an attempt runs, which is overdue by now."""
        server, site, staff = self.site(SMTP_URL="smtp://127.0.0.1:1", OUTBOX_RELAY_INTERVAL=100, EXAM_GRACE=0)
        self.assertEqual(server.command("user", "create", "--email", "one@example.com", "--name", "One", "--password-stdin",
                                        text="correct horse 7\n").returncode, 0)
        token = site.log_in("one@example.com")
        exam = site.exam(staff, seconds=3)
        paper = site.start(exam, token)
        site.sign_up("new@example.com")
        site.expect(202, "POST", "/admin/notifications", {"audience": {"role": "ADMIN"}, "subject": "Room", "text": "Room 4."}, staff)
        wait_until(lambda: "QUEUED" in self.mail_states(server).values(), 10, "mails on their way")
        target = self.backup(server)
        wait_until(lambda: self.attempts(server)[0][0] == "AUTO_SUBMITTED", 20, "the attempt to end")
        server.terminate()
        self.restore(server, target)
        server.settings.pop("SMTP_URL")
        server.start()
        return server, Site(server), exam, token, paper

    def test_sends_nothing_and_ends_nothing_until_it_is_released(self):
        server, site, exam, token, paper = self.restored()
        self.assertEqual(self.attempts(server)[0][0], "IN_PROGRESS")
        self.assertRegex(server.log(), r"restored and is held.*tripos restore release")
        self.assertEqual(self.readiness(server)["state"], "held")
        self.assertEqual([one["id"] for one in self.readiness(server)["findings"]], ["site-held"])
        found = {one["id"]: one for one in findings_of(server.command("doctor", "--json", "--only", "site", "--offline"))}
        self.assertEqual(found["site-held"]["verdict"], "fail")
        # Neither by itself, nor when a candidate asks, nor what is caused only now.
        site.sign_up("held@example.com")
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            refused = server.api("POST", f"/exam-attempt/{exam}/save",
                                 {"questionId": paper[0][0], "selectedOptionIds": [paper[0][1][0]]}, token)
            self.assertEqual(refused.status, 403, refused)
            self.assertEqual(self.attempts(server)[0][0], "IN_PROGRESS")
            self.assertEqual(site.mails(), [])
        # Nor after a restart.
        server.restart()
        self.assertEqual((self.readiness(server)["state"], self.attempts(server)[0][0]), ("held", "IN_PROGRESS"))

        self.release(server, "security-only", "extend=30")
        site.mail("new@example.com", "verify-email?token=")
        site.mail("held@example.com", "verify-email?token=")
        self.assertEqual(self.mail_states(server)["notification"], "CANCELLED")
        wait_until(lambda: self.readiness(server)["state"] == "released", 5, "the release to be seen")
        self.assertEqual(self.readiness(server)["findings"], [])
        site.save(exam, token, paper[0][0], paper[0][1][0])
        self.assertGreater(self.attempts(server)[0][1], (time.time() + 29 * 60) * 1000)
        self.assertIn("is not held", self.release(server, "send", "finish", code=1))

    def test_is_released_without_a_server_to_send_all_and_end_all(self):
        server, site, exam, token, _ = self.restored()
        server.terminate()
        self.release(server, "send", "finish")
        server.start()
        self.assertEqual(self.readiness(server)["state"], "released")
        wait_until(lambda: self.attempts(server)[0][0] == "AUTO_SUBMITTED", 10, "the attempt to end")
        site.mail("new@example.com", "verify-email?token=")
        site.mail("staff@example.com", "Room")

    def test_drops_what_a_redis_of_its_own_has_of_mails_that_the_data_does_not_know(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server, site, _ = self.site(SMTP_URL="smtp://127.0.0.1:1", OUTBOX_RELAY_INTERVAL=100, REDIS_URL=redis.url)
        site.sign_up("known@example.com")
        wait_until(lambda: "QUEUED" in self.mail_states(server).values(), 10, "a mail on its way")
        target = self.backup(server)
        site.sign_up("unknown@example.com")
        wait_until(lambda: self.rows(server, "SELECT count(*) FROM outbox WHERE status = 'QUEUED'") == [(2,)], 10, "the second one")
        server.terminate()
        self.restore(server, target)
        server.settings.pop("SMTP_URL")
        server.start()
        self.assertIn("1 job of mails that the data does not know dropped", self.release(server, "send", "finish"))
        site = Site(server)
        site.mail("known@example.com", "verify-email?token=")
        site.sign_up("last@example.com")
        site.mail("last@example.com", "verify-email?token=")
        self.assertEqual(site.mails("unknown@example.com"), [])

    def test_a_release_that_is_refused_for_a_job_under_way_has_cancelled_nothing(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server, site, staff = self.site(SMTP_URL="smtp://127.0.0.1:1", OUTBOX_RELAY_INTERVAL=100, REDIS_URL=redis.url)
        news = site.expect(201, "POST", "/admin/newsletters", {"audience": "all", "subject": "News", "text": "Hello"}, staff)["newsletter"]["id"]
        site.expect(200, "POST", f"/admin/newsletters/{news}/resume", {"confirm": "News"}, staff)

        def newsletter():
            return self.rows(server, "SELECT status FROM newsletters")
        wait_until(lambda: newsletter() == [("SENDING",)], 10, "the newsletter to be on its way")
        target = self.backup(server)
        site.sign_up("unknown@example.com")
        unknown = wait_until(lambda: self.rows(server, "SELECT id FROM outbox WHERE kind = 'verification' AND status = 'QUEUED'"), 10,
                             "its job")[0][0]
        server.terminate()
        self.restore(server, target)
        redis.command("SET", f"bull:email:{unknown}:lock", "of a worker that lives")
        server.start()
        control = http.client.HTTPConnection("localhost")
        control.sock = socket.socket(socket.AF_UNIX)
        control.sock.connect(os.path.join(server.data_dir, "tripos.sock"))
        control.request("POST", "/control/restore/release", json.dumps({"mails": "cancel", "attempts": "finish"}),
                        {"Content-Type": "application/json"})
        answer = control.getresponse()
        self.assertEqual((answer.status, json.load(answer)["code"]), (409, "jobs_locked"))
        control.close()
        self.assertEqual((newsletter(), self.readiness(server)["state"]), ([("SENDING",)], "held"))
        redis.command("DEL", f"bull:email:{unknown}:lock")
        self.release(server, "cancel", "finish")
        self.assertEqual(newsletter(), [("CANCELLED",)])

    def test_cancels_every_mail_of_the_data(self):
        server, site, *_ = self.restored()
        self.release(server, "cancel", "finish")
        site.sign_up("after@example.com")
        site.mail("after@example.com", "verify-email?token=")
        self.assertEqual({mail["to"] for mail in site.mails()} if site.mails() else set(), {"after@example.com"})
        for words in (("release", "--mails", "some", "--attempts", "finish"), ("release", "--mails", "send", "--attempts", "extend=0"),
                      ("release",), ()):
            self.assertEqual(server.command("restore", *words).returncode, 64, words)


if __name__ == "__main__":
    unittest.main()
