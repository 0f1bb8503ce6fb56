# SPDX-License-Identifier: MIT
"""The disk of the database is full: nothing is acknowledged or sent that cannot be recorded, reads go on, and all of it comes
right when there is room again (acceptance test 14 of the mail subsystem)."""

import os
import unittest

from engines import PrivateRedis, SmtpRelay
from harness import Site, TriposServer, wait_until

MEGABYTES = 16
CODES = 5


class SmallDisk:
    """A file system of a few megabytes that only the server sees: it is mounted in a namespace of its own."""

    def __init__(self, server):
        self.server = server
        self.folder = os.path.join(server.folder, "disk")
        os.mkdir(self.folder)
        server.settings["DATABASE_URL"] = f"sqlite:{self.folder}/tripos.db"
        server.prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c",
                         f'mount -t tmpfs -o size={MEGABYTES}m none "{self.folder}" && exec "$@"', "sh"]

    @property
    def filler(self):
        return f"/proc/{self.server.process.pid}/root{self.folder}/filler"

    def fill(self):
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass  # that was the last block

    def free(self):
        os.remove(self.filler)


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)
        self.server = TriposServer(start=False, REDIS_URL=self.redis.url, SMTP_URL=self.relay.url, DEV_INBOX="true",
                                   MAIL_REQUEST_LIMIT_ADDRESS=100)
        self.addCleanup(self.server.stop)
        self.disk = SmallDisk(self.server)
        self.server.start()
        self.site = Site(self.server)

    def save(self, exam, token, question, option):
        return self.server.api("POST", f"/exam-attempt/{exam}/save",
                               {"questionId": question, "selectedOptionIds": [option]}, token)

    def test_nothing_is_sent_or_acknowledged_that_cannot_be_recorded(self):
        site = self.site
        exam = site.exam(site.admin(), questions=1)
        candidate = site.candidate("ann@example.com")
        (question, (first, second)), = site.start(exam, candidate)
        site.save(exam, candidate, question, first)
        self.queue("pause")
        for number in range(CODES):
            site.sign_up(f"code{number}@example.com")
        wait_until(lambda: self.redis.command("ZCARD", "bull:email:prioritized") == str(CODES), 10, "the mails to be queued")

        self.disk.fill()
        refused = wait_until(lambda: (reply := self.save(exam, candidate, question, second)).status != 200 and reply, 20,
                             "a save that finds no room")
        self.assertEqual(refused.status, 503)
        self.assertIn("Retry-After", refused.headers)
        self.assertEqual(self.server.api("GET", "/exam/live", token=candidate).status, 200)
        begun = self.relay.count("MAIL")
        self.queue("resume")
        wait_until(lambda: "sending waits: outcomes cannot be recorded" in self.server.log(), 20, "the mails to wait")
        self.assertEqual(self.relay.count("MAIL"), begun, "a mail was begun whose end could not be recorded")

        self.disk.free()
        for number in range(CODES):
            self.relay.message(f"code{number}@example.com", seconds=30)
        self.assertEqual(len(self.relay.messages()), 1 + CODES, "each came once")
        self.assertEqual(self.save(exam, candidate, question, first).status, 200)
        self.assertEqual(site.answers(exam, candidate), {question: first})

    def queue(self, verb):
        done = self.server.command("queue", verb, "email")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
