# SPDX-License-Identifier: MIT
"""Mail through a real SMTP server that refuses, slows down and disappears."""

import datetime
import re
import time
import unittest
import urllib.parse

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


LATER = "451 4.3.0 not now"


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

    def failed_jobs(self):
        return self.redis.command("ZRANGE", "bull:email:failed", "0", "-1").split()

    def jobs(self):
        """The keys of all jobs that came from the outbox: their ids are UUIDs."""
        keys = self.redis.command("KEYS", "bull:email:????????-????-*").split()
        return [key for key in keys if key.count(":") == 2]

    def token_in(self, text):
        return re.search(r"token=([\w.~%-]+)", text)[1]

    def test_a_mail_arrives_whole_and_its_link_verifies(self):
        site = self.site()
        site.sign_up("new@example.com", "Jürgen Grün")
        message = self.relay.message("new@example.com")
        names = [name.lower() for name, _ in message["headers"]]
        for name in ("from", "to", "subject", "date", "message-id"):
            self.assertEqual(names.count(name), 1, name)
        headers = dict(message["headers"])
        self.assertEqual(headers["From"], "Exams <exams@example.com>")
        self.assertEqual(message["from"], "exams@example.com")
        self.assertEqual(message["defects"], [])
        self.assertIn("Jürgen", message["html"])
        self.assertEqual(self.token_in(message["html"]), self.token_in(message["text"]))
        site.expect(200, "POST", f"/auth/verify-email/{self.token_in(message['text'])}")
        site.log_in("new@example.com")

    def test_a_451_is_tried_again_after_about_2_and_4_seconds_then_failed_where_that_is_the_rule(self):
        self.relay.rules({"stage": "dot", "reply": LATER, "recipient": "refused@example.com"})
        site = self.site(EMAIL_SLOW_RETRIES="off")
        admin = site.admin()
        site.sign_up("refused@example.com")
        times = []
        for number in (1, 2, 3):
            wait_until(lambda: self.relay.count() >= number, 15, f"try {number}")
            times.append(time.monotonic())
        [job_id] = wait_until(self.failed_jobs, 10, "the job to fail")
        self.assertTrue(1.5 < times[1] - times[0] < 3.5, times)
        self.assertTrue(3.0 < times[2] - times[1] < 6.0, times)
        self.assertEqual(self.relay.count(), 3)
        job = site.expect(200, "GET", f"/admin/mail/jobs/{job_id}", None, admin)
        job = job.get("data", job)
        self.assertEqual(job["state"], "failed")
        self.assertEqual(job["attempts"], 3)
        self.assertIn("451", job["failedReason"])

    def test_a_relay_that_greylists_gets_the_mail_again_later(self):
        self.relay.rules({"stage": "RCPT", "reply": "450 4.2.0 greylisted", "recipient": "grey@example.com"})
        site = self.site()
        admin = site.admin()
        site.sign_up("grey@example.com")
        log = lambda: site.expect(200, "GET", "/admin/mail/log?address=grey@example.com", None, admin)["data"][0]
        deferred = wait_until(lambda: log() if log()["status"] == "DEFERRED" else None, 20, "the mail to be deferred")
        self.assertEqual(deferred["reason"], "450 4.2.0 greylisted")
        self.assertEqual(len(deferred["tries"]), 3)
        self.assertGreater(deferred["nextTryAt"], deferred["tries"][-1]["at"])
        [job_id] = wait_until(lambda: self.redis.command("ZRANGE", "bull:email:delayed", "0", "-1").split(), 5, "the delayed job")
        job = site.expect(200, "GET", f"/admin/mail/jobs/{job_id}", None, admin)
        self.assertEqual(job.get("data", job)["state"], "delayed")
        shown = site.server.command("mail", "log", "grey@example.com").stdout
        self.assertIn("DEFERRED", shown)
        self.assertIn("next try at", shown)
        self.relay.rules()
        self.relay.message("grey@example.com", seconds=30)
        done = wait_until(lambda: log() if log()["status"] == "SENT" else None, 5, "the delivery to be recorded")
        self.assertIsNone(done["nextTryAt"])
        self.assertEqual(self.failed_jobs(), [])

    def test_a_relay_that_says_when_to_come_back_is_taken_at_its_word(self):
        self.relay.rules({"stage": "RCPT", "reply": "450 4.2.0 greylisted, try again in 45 seconds", "recipient": "grey@example.com"})
        site = self.site()
        admin = site.admin()
        site.sign_up("grey@example.com")
        log = lambda: site.expect(200, "GET", "/admin/mail/log?address=grey@example.com", None, admin)["data"][0]
        deferred = wait_until(lambda: log() if log()["status"] == "DEFERRED" else None, 20, "the mail to be deferred")
        last, following = (datetime.datetime.fromisoformat(at.replace("Z", "+00:00")) for at in (deferred["tries"][-1]["at"], deferred["nextTryAt"]))
        self.assertAlmostEqual((following - last).total_seconds(), 45, delta=1)  # 10 s otherwise: it has a link
        [(job, until)] = wait_until(self.delayed, 5, "the delayed job")
        self.assertAlmostEqual(until, following.timestamp(), delta=1)

    def delayed(self):
        """Jobs and when they are due, in seconds since 1970."""
        words = self.redis.command("ZRANGE", "bull:email:delayed", "0", "-1", "WITHSCORES").split()
        return [(job, int(score) / 4096 / 1000) for job, score in zip(words[::2], words[1::2])]

    def test_a_451_to_the_recipient_that_passes_costs_one_attempt_and_the_mail_arrives_once(self):
        self.relay.rules({"stage": "RCPT", "reply": LATER, "times": 1})
        self.site().sign_up("later@example.com")
        self.relay.message("later@example.com")
        self.assertEqual(self.relay.count("RCPT"), 2)
        self.assertEqual(len(self.relay.messages()), 1)

    def test_a_relay_that_is_down_fails_nothing_and_consumes_no_attempt(self):
        self.outlive(15)

    def test_a_relay_that_is_down_for_a_minute_fails_nothing_AtLength(self):
        self.outlive(60)

    def outlive(self, seconds):
        """An outage longer than three attempts would take if they were counted, which is 6 s."""
        self.relay.listen(False)
        site = self.site()
        addresses = [f"waiting{number}@example.com" for number in range(8)]
        for address in addresses:
            site.sign_up(address)
        wait_until(lambda: len(self.jobs()) == len(addresses), 10, "the mails to be queued")
        time.sleep(seconds)
        self.assertEqual(self.failed_jobs(), [])
        for job in self.jobs():
            self.assertIn(self.redis.command("HGET", job, "atm"), ("", "0"), job)
        self.relay.listen(True)
        for address in addresses:
            self.relay.message(address, seconds=60)
        self.assertEqual(len(self.relay.messages()), len(addresses))
        self.assertEqual(self.failed_jobs(), [])

    def test_a_stop_amid_mails_loses_none_and_sends_none_twice(self):
        self.relay.rules({"stage": "dot", "delay": 0.3})
        site = self.site(MAIL_REQUEST_LIMIT_ADDRESS=100)
        addresses = [f"amid{number}@example.com" for number in range(20)]
        for address in addresses:
            site.sign_up(address)
        wait_until(lambda: self.relay.count() >= 2, 20, "the first mails")
        self.assertEqual(site.server.terminate(10), 0)
        site.server.start()
        for address in addresses:
            self.relay.message(address, seconds=30)
        self.assertEqual(len(self.relay.messages()), len(addresses))

    def test_a_refusal_for_good_is_not_tried_again(self):
        self.relay.rules({"stage": "RCPT", "reply": "550 5.1.1 no such user"})
        self.site().sign_up("gone@example.com")
        wait_until(self.failed_jobs, 10, "the job to fail")
        self.assertEqual(self.relay.count("RCPT"), 1)

    def test_a_verification_mail_overtakes_thousands_of_less_urgent_ones(self):
        self.relay.rules({"stage": "dot", "delay": 0.02})
        site = self.site()
        added = self.redis.command("EVAL", ADD_BULK, "0", "10000", str(int(time.time() * 1000)))
        self.assertGreater(int(added), 9_900)
        wait_until(lambda: self.relay.count() > 20, 10, "the bulk to flow")
        begin = time.monotonic()
        site.sign_up("urgent@example.com")
        self.relay.message("urgent@example.com")
        self.assertLess(time.monotonic() - begin, 2.0)
        self.assertGreater(int(self.redis.command("ZCARD", "bull:email:prioritized")), 1500)

    def test_addresses_that_may_have_been_meant_are_told(self):
        site = self.site()
        admin = site.admin()
        for email in ("meera.iyer@example.org", "meera.iyer@example.net", "tara@example.org"):
            site.sign_up(email)

        def near(address, status=200):
            answer = site.expect(status, "GET", f"/admin/mail/near?address={urllib.parse.quote(address)}", None, admin)
            return answer.get("data")

        for typed in ("meera.iyer@exmple.org", "mera.iyer@example.org", "meear.iyer@example.org", "meera.iyer@example.orgg"):
            self.assertIn("meera.iyer@example.org", near(typed), typed)
        self.assertEqual(near("meera.iyer@elsewhere.example"), ["meera.iyer@example.net", "meera.iyer@example.org"])
        self.assertEqual(near("meera.iyer@example.org"), ["meera.iyer@example.net"])  # not itself
        self.assertEqual(near("nobody.at.all@example.org"), [])
        near("meera", 400)

    def test_admin_notifications_reach_each_recipient_once(self):
        site = self.site()
        admin = site.admin()
        addresses = [f"told{number}@example.com" for number in range(5)]
        for address in addresses:
            site.sign_up(address)
            site.expect(200, "POST", f"/auth/verify-email/{self.token_in(self.relay.message(address)['text'])}")
        answer = site.expect(202, "POST", "/admin/notifications",
                             {"audience": "all", "subject": "Room changed", "text": "It is now B12."}, admin)
        self.assertGreaterEqual(answer.get("data", answer)["recipients"], len(addresses))
        for address in addresses:
            self.assertEqual(self.relay.message(address, 2)["subject"], "Room changed")
            self.assertEqual(len(self.relay.messages(address)), 2)


if __name__ == "__main__":
    unittest.main()
