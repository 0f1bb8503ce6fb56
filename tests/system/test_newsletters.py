# SPDX-License-Identifier: MIT
"""Newsletters, lists, the suppression list, unsubscribing and the bounce webhook, over HTTP on both engines."""

import base64
import hashlib
import hmac
import json
import re
import time
import unittest
import urllib.parse

from engines import PrivatePostgres, PrivateRedis, SmtpRelay
from harness import Site, TriposServer, wait_until

NOBODY = "01890000-0000-7000-8000-000000000000"
SECRET = "a webhook secret of thirty-two bytes"
BASE = "http://exams.example"


def sign(identity, timestamp, body, secret=SECRET):
    mac = hmac.new(secret.encode(), f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": identity, "webhook-timestamp": str(timestamp),
            "webhook-signature": "v1," + base64.b64encode(mac).decode()}


class Newsletters:
    """The tests, without an engine."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(PUBLIC_URL=BASE, MAIL_WEBHOOK_SECRET=SECRET, MAIL_REQUEST_LIMIT_ADDRESS=1000, **cls.settings)
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()
        cls.site.admin("boss@example.com")
        # Candidates whose links lead elsewhere are verified by the token alone.
        for name in ("asha", "bela"):
            cls.site.sign_up(f"{name}@example.org")
            mail = cls.site.mail(f"{name}@example.org", "Confirm")
            token = re.search(r"token=([^&\s]+)", mail["text"])[1].rstrip(")")
            cls.site.expect(200, "POST", f"/auth/verify-email/{token}")
        cls.candidate = cls.site.log_in("asha@example.org")

    def api(self, status, method, path, body=None):
        return self.site.expect(status, method, "/admin/" + path, body, self.staff)

    def draft(self, audience="all", subject="News", **more):
        body = {"audience": audience, "subject": subject, "text": "Hello\n\nWorld", **more}
        return self.api(201, "POST", "newsletters", body)["newsletter"]["id"]

    def show(self, identity):
        return self.api(200, "GET", f"newsletters/{identity}")["newsletter"]

    def resume(self, identity):
        return self.api(200, "POST", f"newsletters/{identity}/resume", {"confirm": self.show(identity)["subject"]})

    def send(self, *arguments, **more):
        """A newsletter that is done."""
        identity = self.draft(*arguments, **more)
        self.resume(identity)
        return wait_until(lambda: (lambda news: news if news["status"] == "DONE" else None)(self.show(identity)), 20,
                          "the newsletter to be done")

    def received(self, subject):
        return sorted(mail["to"] for mail in self.site.mails() if mail["subject"] == subject)

    def unsubscribe_path(self, mail):
        link = next(link for link in mail["links"] if "/unsubscribe/" in link)
        return "//" + link.removeprefix(BASE + "/")

    def test_reaches_everyone_once_with_exact_progress(self):
        news = self.send(subject="To all")
        self.assertEqual(self.received("To all"),
                         ["asha@example.org", "bela@example.org", "boss@example.com", "staff@example.com"])
        self.assertEqual(news["progress"], {"total": 4, "planned": 0, "queued": 0, "deferred": 0, "sent": 4, "failed": 0,
                                            "suppressed": 0, "inDoubt": 0, "cancelled": 0})
        listed = self.api(200, "GET", "newsletters?limit=1")
        self.assertEqual((listed["data"][0]["id"], listed["pagination"]["limit"]), (news["id"], 1))
        sent = self.api(200, "GET", f"newsletters/{news['id']}/recipients?status=sent")["data"]
        self.assertEqual(sorted(mail["to"] for mail in sent), self.received("To all"))
        self.assertEqual(self.send({"role": "ADMIN"}, subject="To staff")["progress"]["sent"], 2)

    def test_a_test_copy_goes_to_its_author_or_to_whom_he_says(self):
        identity = self.draft(subject="Draft")
        self.assertEqual(self.api(202, "POST", f"newsletters/{identity}/test")["to"], "staff@example.com")
        self.assertEqual(self.api(202, "POST", f"newsletters/{identity}/test", {"to": "x@example.net"})["to"],
                         "x@example.net")
        self.site.mail("staff@example.com", "[Test] Draft")
        self.site.mail("x@example.net", "[Test] Draft")
        self.assertEqual(self.show(identity)["status"], "DRAFT")

    def test_it_is_looked_at_in_a_frame_that_may_do_nothing(self):
        page = "<h1>Issue</h1><script>alert(1)</script><a href='{{unsubscribeLink}}'>leave</a>"
        identity = self.draft(subject="Looked at", text=None, html=page)
        seen = self.server.api("GET", f"/admin/newsletters/{identity}/preview", token=self.staff)
        self.assertEqual(seen.status, 200)
        self.assertIn("<h1>Issue</h1>", seen.text)
        self.assertIn("about:blank", seen.text)
        self.assertNotIn("{{", seen.text)
        policy = [part.strip() for part in seen.headers["Content-Security-Policy"].split(";")]
        self.assertEqual(policy, ["sandbox", "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "frame-ancestors 'self'"])

    def test_nothing_is_sent_before_its_subject_is_repeated(self):
        identity = self.draft(subject="To whom?")
        for body in (None, {}, {"confirm": ""}, {"confirm": "to whom"}):
            refused = self.api(409, "POST", f"newsletters/{identity}/resume", body)
            self.assertEqual((refused["code"], refused["subject"]), ("not_confirmed", "To whom?"))
            self.assertGreaterEqual(refused["recipients"], 4)
        self.assertEqual(self.show(identity)["status"], "DRAFT")
        self.assertEqual(self.resume(identity)["newsletter"]["status"], "SENDING")

    def test_status_changes_that_make_no_sense_are_conflicts(self):
        identity = self.draft(subject="Cancelled")
        self.api(409, "POST", f"newsletters/{identity}/pause")
        self.assertEqual(self.api(200, "POST", f"newsletters/{identity}/cancel")["newsletter"]["status"], "CANCELLED")
        self.api(200, "POST", f"newsletters/{identity}/cancel")
        self.assertEqual(self.api(409, "POST", f"newsletters/{identity}/resume")["code"], "wrong_status")
        self.assertEqual(self.received("Cancelled"), [])

    def test_what_cannot_be_sent_is_refused_with_the_field(self):
        cases = [({"audience": "everyone"}, "audience"), ({"audience": {"list": "no list!"}}, "audience.list"),
                 ({"audience": {"list": "Newsletter"}}, "audience.list"), ({"audience": {"examId": NOBODY}}, "audience"),
                 ({"audience": {"userIds": [NOBODY]}}, "audience"),
                 ({"subject": ""}, "subject"), ({"subject": "a\r\nBcc: x@evil.example"}, "subject"),
                 ({"subject": "x" * 201}, "subject"), ({"text": None}, "text"), ({"html": "<p>too</p>"}, "text"),
                 ({"text": "x" * 90_001}, "text")]
        for change, field in cases:
            body = {"audience": "all", "subject": "s", "text": "t", **change}
            answer = self.api(400, "POST", "newsletters", body)
            self.assertEqual(answer["errors"][0]["field"], field, change)
            self.assertTrue(answer["errors"][0]["message"])
        identity = self.draft()
        self.assertEqual(self.api(400, "POST", f"newsletters/{identity}/test", {"to": "no"})["errors"][0]["field"], "to")
        answer = self.api(400, "GET", f"newsletters/{identity}/recipients?status=lost")
        self.assertEqual(answer["errors"][0]["field"], "status")

    def test_every_route_is_for_administrators_and_knows_no_foreign_id(self):
        routes = [("GET", "newsletters"), ("POST", "newsletters"), ("GET", "suppressions"), ("POST", "suppressions"),
                  ("DELETE", "suppressions/x@example.org"), ("GET", "mailing-lists"),
                  ("POST", "mailing-lists/x/members"), ("POST", "mailing-lists/x/members/remove")]
        by_id = [("GET", ""), ("GET", "/preview"), ("GET", "/recipients"), ("POST", "/test"), ("POST", "/resume"), ("POST", "/pause"),
                 ("POST", "/cancel")]
        for method, path in routes + [(method, f"newsletters/{NOBODY}{rest}") for method, rest in by_id]:
            self.assertEqual(self.server.api(method, "/admin/" + path).status, 401, path)
            self.assertEqual(self.server.api(method, "/admin/" + path, token=self.candidate).status, 403, path)
        for method, rest in by_id:
            self.api(404, method, f"newsletters/{NOBODY}{rest}")
            self.api(404, method, f"newsletters/nonsense{rest}")
        self.api(404, "DELETE", "suppressions/nobody@example.org")

    def test_one_click_leaves_the_list_and_following_the_link_does_not(self):
        self.api(200, "POST", "mailing-lists/readers/members", {"addresses": ["lea@example.net", "leo@example.net"]})
        self.send({"list": "readers"}, subject="First")
        mail = self.site.mail("lea@example.net", "First")
        source = self.server.api("GET", f"//dev/api/mails/{mail['id']}/source").text
        self.assertIn("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", source)
        self.assertRegex(source, r"List-Unsubscribe:\s+<http://exams\.example/unsubscribe/[0-9a-f-]+>\r\n")
        self.assertIn("List-Id: <readers.", source)
        path = self.unsubscribe_path(mail)
        # A scanner follows the link; a provider's server posts, without cookies.
        self.assertEqual(self.server.api("GET", path).status, 200)
        self.assertEqual(self.api(200, "GET", "suppressions?search=lea@")["data"], [])
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.server.api("POST", path, b"x=y", headers=form).status, 400)
        self.assertEqual(self.server.api("POST", path + "0", b"List-Unsubscribe=One-Click", headers=form).status, 404)
        for _ in range(2):
            begin = time.monotonic()
            reply = self.server.api("POST", path, b"List-Unsubscribe=One-Click", headers=form)
            self.assertEqual((reply.status, reply.headers["Set-Cookie"]), (200, None))
            self.assertLess(time.monotonic() - begin, 1)
        [entry] = self.api(200, "GET", "suppressions?search=lea@")["data"]
        self.assertEqual((entry["reason"], entry["list"]), ("unsubscribe", "readers"))
        news = self.send({"list": "readers"}, subject="Second")
        self.assertEqual((news["progress"]["sent"], news["progress"]["suppressed"]), (1, 1))
        self.assertEqual(self.received("Second"), ["leo@example.net"])
        # Her own will is only taken back by name.
        self.api(404, "DELETE", "suppressions/lea@example.net")
        self.api(200, "DELETE", "suppressions/lea@example.net?reason=unsubscribe")

    def test_lists_grow_and_shrink_and_name_bad_addresses(self):
        members = "mailing-lists/Alumni/members"
        self.assertEqual(self.api(200, "POST", members, {"addresses": ["a@x.example", "A@X.example"]})["added"], 1)
        self.assertIn({"name": "alumni", "members": 1}, self.api(200, "GET", "mailing-lists")["data"])
        answer = self.api(400, "POST", members, {"addresses": ["b@x.example", "no", 7]})
        self.assertEqual([error["field"] for error in answer["errors"]], ["addresses[1]", "addresses[2]"])
        self.assertEqual(self.api(400, "POST", members, {"addresses": []})["errors"][0]["field"], "addresses")
        self.assertEqual(self.api(400, "POST", "mailing-lists/no%20list/members",
                                  {"addresses": ["b@x.example"]})["errors"][0]["field"], "name")
        self.assertEqual(self.api(200, "POST", members + "/remove", {"addresses": ["a@x.example"]})["removed"], 1)
        self.api(404, "POST", members + "/remove", {"addresses": ["a@x.example"]})
        answer = self.api(400, "POST", "mailing-lists/newsletter/members", {"addresses": ["b@x.example"]})
        self.assertIn("'newsletter'", answer["errors"][0]["message"])
        draft = {"subject": "To nobody", "text": "Hello", "audience": {"list": "alumni"}}
        self.assertEqual(self.api(404, "POST", "newsletters", draft)["message"], "There is no mailing list of this name")

    def test_the_suppression_list_by_hand(self):
        entry = self.api(201, "POST", "suppressions", {"address": "Lars@Example.net", "detail": "asked"})["data"]
        self.assertEqual((entry["address"], entry["reason"]), ("lars@example.net", "manual"))
        self.api(200, "POST", "mailing-lists/lars/members", {"addresses": ["lars@example.net"]})
        news = self.send({"list": "lars"}, subject="Not for Lars")
        self.assertEqual(news["progress"]["suppressed"], 1)
        [mail] = self.api(200, "GET", f"newsletters/{news['id']}/recipients")["data"]
        self.assertEqual((mail["status"], mail["reason"]), ("SUPPRESSED", "suppressed: manual, asked"))
        self.assertEqual(self.api(200, "DELETE", "suppressions/lars@example.net")["removed"], 1)
        for body, field in [({}, "address"), ({"address": "no"}, "address"),
                            ({"address": "a@x.example", "detail": "x" * 501}, "detail")]:
            self.assertEqual(self.api(400, "POST", "suppressions", body)["errors"][0]["field"], field)
        self.assertEqual(self.api(400, "DELETE", "suppressions/nonsense")["errors"][0]["field"], "address")
        self.assertEqual(self.api(400, "DELETE", "suppressions/a@x.example?reason=x")["errors"][0]["field"], "reason")
        self.assertEqual(self.api(400, "GET", "suppressions?search=%01")["errors"][0]["field"], "search")

    def test_the_command_line_suppresses_and_lets_go(self):
        done = self.server.command("mail", "suppress", "cli@example.net", "--why", "moved")
        self.assertEqual((done.returncode, done.stdout), (0, "Suppressed: no mail goes there any more.\n"), done.stderr)
        [entry] = self.api(200, "GET", "suppressions?search=cli@")["data"]
        self.assertEqual(entry["detail"], "moved")
        done = self.server.command("--json", "mail", "unsuppress", "cli@example.net")
        self.assertEqual(json.loads(done.stdout)["removed"], 1)
        done = self.server.command("mail", "unsuppress", "cli@example.net")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such entry", done.stderr)
        self.assertEqual(self.server.command("mail", "suppress", "nonsense").returncode, 1)

    def post_events(self, events, identity=None, timestamp=None, body=None, **changes):
        body = body if body is not None else json.dumps({"events": events}).encode()
        headers = sign(identity or f"msg_{time.monotonic_ns()}", timestamp or int(time.time()), body)
        return self.server.api("POST", "/mail/events", body, headers={**headers, **changes})

    def test_a_signed_webhook_feeds_the_suppression_list_once(self):
        events = [{"type": "bounce", "address": "Gone@example.net", "permanent": True, "detail": "550 5.1.1"},
                  {"type": "bounce", "address": "full@example.net", "permanent": False},
                  {"type": "complaint", "address": "angry@example.net"}]
        first = self.post_events(events, identity="msg_1")
        self.assertEqual((first.status, first.json["suppressed"], first.json["repeated"]), (200, 2, False), first)
        self.assertTrue(self.post_events(events, identity="msg_1").json["repeated"])
        found = {entry["address"]: entry["reason"] for entry in self.api(200, "GET", "suppressions?search=example.net&limit=100")["data"]}
        self.assertEqual(found.get("gone@example.net"), "hard_bounce")
        self.assertEqual(found.get("angry@example.net"), "complaint")
        self.assertNotIn("full@example.net", found)

    def test_a_webhook_that_cannot_be_believed_changes_nothing(self):
        events = [{"type": "complaint", "address": "victim@example.net"}]
        now = int(time.time())
        refused = [self.post_events(events, timestamp=now - 301), self.post_events(events, timestamp=now + 301),
                   self.post_events(events, **{"webhook-signature": "v1,AAAA"}),
                   self.post_events(events, **{"webhook-id": "another"}),
                   self.server.api("POST", "/mail/events", {"events": events})]
        self.assertEqual([reply.status for reply in refused], [401] * 5)
        for body in ({}, {"events": 1}):
            reply = self.post_events(None, body=json.dumps(body).encode())
            self.assertEqual((reply.status, reply.json["errors"][0]["field"]), (400, "events"), reply)
        self.assertEqual(self.api(200, "GET", "suppressions?search=victim")["data"], [])

    def test_a_webhook_takes_what_it_understands_of_a_batch(self):
        events = [1, None, [], {}, {"type": "delivery", "address": "read@example.net"}, {"type": "bounce", "address": "no"},
                  {"type": "bounce", "address": "flag@example.net", "permanent": "very"}, {"type": "complaint", "address": 7},
                  {"type": "complaint", "address": "x@example.net\r\nBcc: y@example.net"},
                  {"type": "bounce", "address": "later@example.net"}, {"type": "complaint", "address": "batch@example.net"},
                  {"type": "bounce", "address": "wordy@example.net", "permanent": True, "detail": "550-5.1.1 no\r\n550 such \x01user" + "é" * 400}]
        reply = self.post_events(events)
        self.assertEqual((reply.status, reply.json["suppressed"], reply.json["notUnderstood"]), (200, 2, 9), reply)
        found = {entry["address"]: entry for entry in self.api(200, "GET", "suppressions?search=example.net&limit=100")["data"]}
        self.assertIn("batch@example.net", found)
        self.assertRegex(found["wordy@example.net"]["detail"], "^550-5.1.1 no  550 such  useré{200,}$")
        for address in ("read@example.net", "flag@example.net", "later@example.net"):
            self.assertNotIn(address, found)
        nothing = self.post_events(events[:9])
        self.assertEqual((nothing.status, nothing.json["suppressed"], nothing.json["notUnderstood"]), (200, 0, 9), nothing)

    def test_a_suppressed_address_gets_no_notification_either(self):
        self.api(201, "POST", "suppressions", {"address": "bela@example.org"})
        try:
            self.site.expect(202, "POST", "/admin/notifications",
                             {"audience": "all", "subject": "Notice", "text": "x"}, self.staff)
            self.site.mail("asha@example.org", "Notice")
            self.assertNotIn("bela@example.org", self.received("Notice"))
        finally:
            self.api(200, "DELETE", "suppressions/" + urllib.parse.quote("bela@example.org"))


class OnSqlite(Newsletters, unittest.TestCase):
    pass


class OnPostgres(Newsletters, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        postgres = PrivatePostgres()
        cls.addClassCleanup(postgres.stop)
        postgres.start()
        cls.settings = {"DATABASE_URL": postgres.url}
        super().setUpClass()


class KilledAtAnyMoment(unittest.TestCase):
    def test_exactly_one_row_and_one_send_per_recipient(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        relay = SmtpRelay()
        self.addCleanup(relay.stop)
        relay.rules({"stage": "dot", "delay": 0.03})
        server = TriposServer(REDIS_URL=redis.url, SMTP_URL=relay.url, PUBLIC_URL=BASE, EMAIL_CONCURRENCY=5,
                              NEWSLETTER_WINDOW=50)
        self.addCleanup(server.stop)
        site = Site(server)
        staff = site.admin()
        addresses = [f"reader{number}@example.net" for number in range(300)]
        site.expect(200, "POST", "/admin/mailing-lists/readers/members", {"addresses": addresses}, staff)
        news = site.expect(201, "POST", "/admin/newsletters",
                           {"audience": {"list": "readers"}, "subject": "News", "text": "x"}, staff)["newsletter"]["id"]
        site.expect(200, "POST", f"/admin/newsletters/{news}/resume", {"confirm": "News"}, staff)
        kills = 3
        for number in range(kills):
            wait_until(lambda: relay.count() >= 70 * number + 7, 30, "mails between two kills")
            server.kill9()
            server.start()

        def done():
            found = site.expect(200, "GET", f"/admin/newsletters/{news}", None, staff)["newsletter"]
            return found if found["status"] == "DONE" else None
        progress = wait_until(done, 60, "the newsletter to be done")["progress"]
        received = [message["to"][0] for message in relay.messages()]
        self.assertEqual(len(received), len(set(received)), "somebody got it twice")
        self.assertEqual(progress["total"], len(addresses))
        self.assertEqual(progress["sent"] + progress["inDoubt"], len(addresses), progress)
        self.assertGreaterEqual(len(received), progress["sent"])
        self.assertLessEqual(progress["inDoubt"], kills * 5, progress)


if __name__ == "__main__":
    unittest.main()
