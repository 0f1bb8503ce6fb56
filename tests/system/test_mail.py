# SPDX-License-Identifier: MIT
"""Mail through a real SMTP server that refuses, slows down and disappears."""

import json
import re
import time
import unittest

from engines import PrivateRedis, SmtpRelay
from harness import Site, TriposServer, wait_until

# Adds ARGV[1] mails in BullMQ's layout with its priority 10 (our 1, the least urgent), as a Node producer would.
ADD_BULK = """
for i = 1, tonumber(ARGV[1]) do
  local id = 'bulk' .. i
  local data = cjson.encode({to = 'bulk' .. i .. '@example.com', subject = 'News', html = '<p>News</p>'})
  redis.call('HSET', 'bull:email:' .. id, 'name', 'send-email', 'data', data, 'timestamp', ARGV[2], 'delay', '0',
             'priority', '10', 'opts', cjson.encode({attempts = 3, priority = 10}))
  local count = redis.call('INCR', 'bull:email:pc')
  redis.call('ZADD', 'bull:email:prioritized', 10 * 4294967296 + count % 4294967296, id)
end
redis.call('ZADD', 'bull:email:marker', 0, '0')
return redis.call('ZCARD', 'bull:email:prioritized')
"""


class Mail(unittest.TestCase):
    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.relay = SmtpRelay()
        self.addCleanup(self.relay.stop)

    def site(self, **settings):
        server = TriposServer(REDIS_URL=self.redis.url, SMTP_URL=self.relay.url, MAIL_FROM="Exams <exams@example.com>",
                              **settings)
        self.addCleanup(server.stop)
        return Site(server)

    def tries(self, address):
        return [at for at, to in list(self.relay.tries) if to == address]

    def failed_jobs(self):
        return self.redis.command("ZRANGE", "bull:email:failed", "0", "-1").split()

    def test_a_mail_arrives_whole_and_its_link_verifies(self):
        self.relay.start()
        site = self.site()
        site.sign_up("new@example.com", "Jürgen Grün")
        wait_until(lambda: self.relay.messages("new@example.com"), 10, "the mail")
        [message] = self.relay.messages("new@example.com")
        self.assertEqual(message["From"], "Exams <exams@example.com>")
        self.assertEqual(message["To"].addresses[0].addr_spec, "new@example.com")
        for header in ("Message-ID", "Date", "Subject"):
            self.assertEqual(len(message.get_all(header)), 1, header)
        html = message.get_body(("html",)).get_content()
        text = message.get_body(("plain",)).get_content()
        self.assertIn("Jürgen", html)
        tokens = {re.search(r"token=([\w.~%-]+)", part)[1] for part in (html, text)}
        self.assertEqual(len(tokens), 1)
        site.expect(200, "POST", f"/auth/verify-email/{tokens.pop()}")
        site.log_in("new@example.com")

    def test_a_451_is_tried_again_after_about_2_and_4_seconds_then_failed_with_its_reason(self):
        self.relay.start()
        self.relay.answer = lambda address: "451 4.3.0 not now" if address.startswith("refused") else None
        site = self.site()
        admin = site.admin()
        site.sign_up("refused@example.com")
        wait_until(self.failed_jobs, 30, "the job to fail")
        first, second, third = self.tries("refused@example.com")
        self.assertTrue(1.5 < second - first < 3.5, second - first)
        self.assertTrue(3.0 < third - second < 6.0, third - second)
        job = site.expect(200, "GET", f"/admin/mail/jobs/{self.failed_jobs()[0]}", None, admin)
        job = job.get("data", job)
        self.assertEqual(job["state"], "failed")
        self.assertEqual(job["attempts"], 3)
        self.assertIn("451", job["failedReason"])

    def test_a_451_that_passes_costs_one_attempt_and_the_mail_arrives_once(self):
        self.relay.start()
        refusals = ["451 4.3.0 not now"]
        self.relay.answer = lambda address: refusals.pop() if refusals else None
        site = self.site()
        site.sign_up("later@example.com")
        wait_until(lambda: self.relay.messages("later@example.com"), 15, "the mail")
        self.assertEqual(len(self.tries("later@example.com")), 2)

    def test_a_relay_that_is_down_fails_nothing_and_consumes_no_attempt(self):
        site = self.site()
        addresses = [f"waiting{number}@example.com" for number in range(8)]
        for address in addresses:
            site.sign_up(address)
        wait_until(lambda: len(self.jobs()) == len(addresses), 10, "the mails to be queued")
        # Longer than three attempts would take if they were counted (2 s and 4 s of backoff).
        time.sleep(8)
        self.assertEqual(self.failed_jobs(), [])
        for job in self.jobs():
            self.assertIn(self.redis.command("HGET", job, "atm"), ("", "0"), job)
        self.relay.start()
        for address in addresses:
            wait_until(lambda: self.relay.messages(address), 60, f"the mail to {address}")
        self.assertEqual(len(self.relay.accepted), len(addresses))
        self.assertEqual(self.failed_jobs(), [])

    def jobs(self):
        keys = self.redis.command("KEYS", "bull:email:????????-????-*").split()
        return [key for key in keys if key.count(":") == 2]

    def test_a_refusal_for_good_is_not_tried_again(self):
        self.relay.start()
        self.relay.answer = lambda address: "550 5.1.1 no such user"
        site = self.site()
        site.sign_up("gone@example.com")
        wait_until(self.failed_jobs, 10, "the job to fail")
        self.assertEqual(len(self.tries("gone@example.com")), 1)

    def test_a_verification_mail_overtakes_thousands_of_less_urgent_ones(self):
        self.relay.seconds_per_mail = 0.02
        self.relay.start()
        site = self.site()
        added = self.redis.command("EVAL", ADD_BULK, "0", "2500", str(int(time.time() * 1000)))
        self.assertGreater(int(added), 2000)
        wait_until(lambda: len(self.relay.accepted) > 20, 10, "the bulk to flow")
        begin = time.monotonic()
        site.sign_up("urgent@example.com")
        wait_until(lambda: self.relay.messages("urgent@example.com"), 10, "the urgent mail")
        self.assertLess(time.monotonic() - begin, 2.0)
        self.assertGreater(int(self.redis.command("ZCARD", "bull:email:prioritized")), 1500)

    def test_admin_notifications_reach_each_recipient_once(self):
        self.relay.start()
        site = self.site()
        admin = site.admin()
        addresses = [f"told{number}@example.com" for number in range(5)]
        for address in addresses:
            site.sign_up(address)
            wait_until(lambda: self.relay.messages(address), 10, "the verification mail")
            html = self.relay.messages(address)[0].get_body(("html",)).get_content()
            site.expect(200, "POST", f"/auth/verify-email/{re.search(r'token=([A-Za-z0-9_.-]+)', html)[1]}")
        answer = site.expect(202, "POST", "/admin/notifications",
                             {"audience": "all", "subject": "Room changed", "text": "It is now B12."}, admin)
        answer = answer.get("data", answer)
        self.assertGreaterEqual(answer["recipients"], len(addresses))
        for address in addresses:
            wait_until(lambda: len(self.relay.messages(address)) == 2, 15, f"the notice to {address}")
            self.assertEqual(self.relay.messages(address)[1]["Subject"], "Room changed")
        self.assertTrue(json.dumps(answer["id"]))


if __name__ == "__main__":
    unittest.main()
