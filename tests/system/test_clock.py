# SPDX-License-Identifier: MIT
"""A wall clock that is set ends no attempt and lengthens none, until somebody accepts it."""

import json
import re
import time
import unittest
from datetime import datetime

from engines import PrivatePostgres, PrivateRedis, SteppedClock
from harness import Site, TriposServer, wait_until

HOUR = 3600
SECRETS = {"JWT_ACCESS_SECRET": "a" * 40, "JWT_EMAIL_SECRET": "e" * 40}


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class AClockThatIsSet(unittest.TestCase):
    def setUp(self):
        self.clock = SteppedClock()
        self.addCleanup(self.clock.remove)

    def start(self, **settings):
        server = TriposServer(**settings)
        self.addCleanup(server.stop)
        return server

    def sit(self, server, minutes=10):
        """An exam with a candidate in it, who saves and is saved."""
        site = Site(server)
        staff = site.admin()
        candidate = site.candidate("asha@example.org")
        exam = site.exam(staff, questions=2, seconds=minutes * 60)
        question, options = site.start(exam, candidate)[0]
        site.save(exam, candidate, question, options[0])
        return site, staff, candidate, exam, question, options

    def clock_of(self, server):
        return server.api("GET", "//readyz").json["dependencies"]["clock"]

    def until_held(self, server, seconds):
        wait_until(lambda: abs(self.clock_of(server)["heldBackMillis"] / 1000 - seconds) < 1, 10, "the jump to be seen")

    def until_offset(self, server, seconds):
        def is_told():
            found = re.search(r'(?m)^tripos_clock_offset_seconds\{server="database"\} (\S+)$', server.api("GET", "//metrics").text)
            return abs(float(found[1]) - seconds) < 1
        wait_until(is_told, 10, "the clocks to be compared")

    def left(self, site, exam, candidate):
        return site.expect(200, "GET", f"/exam-attempt/{exam}/attempt", token=candidate)["remainingSeconds"]

    def ends_nothing(self, server, step, sitting, held_by, others=()):
        """`step` jumps; afterwards the exam goes on as before, also after a restart. Of several processes the first to see it says so."""
        site, staff, candidate, exam, question, options = sitting
        before = self.left(site, exam, candidate)
        begun = time.monotonic()
        step()
        self.until_held(server, held_by)
        self.assertEqual(self.clock_of(server)["state"], "held")
        self.assertEqual(len(self.clock_of(server)["findings"]), 1)
        self.assertIn("tripos clock accept", "".join(one.log() for one in (server, *others)))
        metrics = server.api("GET", "//metrics").text
        self.assertIn("tripos_clock_held_back_seconds", metrics)
        for restart in (False, True):
            if restart:
                server.restart()
                self.until_held(server, held_by)
            passed = time.monotonic() - begun
            self.assertAlmostEqual(self.left(site, exam, candidate), before - passed, delta=2)
            site.save(exam, candidate, question, options[1])
        self.assertIn('event="auto_submitted"} 0', server.api("GET", "//metrics").text)

    def test_an_hour_forward_and_an_hour_back(self):
        server = self.start(**self.clock.settings)
        sitting = self.sit(server)
        self.ends_nothing(server, lambda: self.clock.step(HOUR), sitting, HOUR)
        self.ends_nothing(server, lambda: self.clock.step(-HOUR), sitting, -HOUR)
        self.clock.step(0)
        self.until_held(server, 0)
        self.assertEqual(self.clock_of(server)["state"], "followed")

    def test_a_jump_counts_when_it_is_accepted(self):
        server = self.start(**self.clock.settings)
        site, staff, candidate, exam, *_ = self.sit(server)
        self.clock.step(HOUR)
        self.until_held(server, HOUR)
        shown = json.loads(server.command("clock", "show", "--json").stdout)
        self.assertAlmostEqual(shown["heldBackMillis"], HOUR * 1000, delta=1000)
        accepted = json.loads(server.command("clock", "accept", "--json").stdout)
        self.assertEqual(accepted["heldBackMillis"], 0)
        self.assertAlmostEqual(instant(accepted["siteTime"]), time.time() + HOUR, delta=5)
        wait_until(lambda: 'event="auto_submitted"} 1' in server.api("GET", "//metrics").text, 10, "the attempt to end")
        entries = site.expect(200, "GET", "/admin/audit?action=clock", token=site.log_in("staff@example.com"))["data"]
        self.assertEqual([entry["action"] for entry in entries], ["clock.accept"])

    def test_a_jump_while_no_server_runs(self):
        server = self.start(**self.clock.settings)
        site, staff, candidate, exam, *_ = self.sit(server)
        before = self.left(site, exam, candidate)
        begun = time.monotonic()
        server.terminate()
        self.clock.step(HOUR)
        server.start()
        self.until_held(server, HOUR)
        self.assertAlmostEqual(self.left(site, exam, candidate), before - (time.monotonic() - begun), delta=2)
        server.terminate()
        server.command("clock", "accept")
        server.start()
        self.assertEqual(self.clock_of(server)["heldBackMillis"], 0)

    def test_with_postgresql_its_clock_is_the_clock_of_all_processes(self):
        postgres = PrivatePostgres(environment=self.clock.settings)
        self.addCleanup(postgres.stop)
        postgres.start()
        own = SteppedClock()
        self.addCleanup(own.remove)
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        site = {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url, **SECRETS}
        first = self.start(**site, **own.settings)
        second = self.start(**site)
        own.step(HOUR)  # of one process alone: nobody asks it
        sitting = self.sit(first)
        site, _, candidate, exam, *_ = sitting
        left = self.left(Site(second), exam, candidate)
        self.assertAlmostEqual(left, self.left(site, exam, candidate), delta=1)
        self.assertEqual(self.clock_of(first)["heldBackMillis"], 0)
        self.until_offset(first, HOUR)  # and yet it is told of
        self.until_offset(second, 0)
        self.ends_nothing(first, lambda: self.clock.step(HOUR), sitting, HOUR, others=[second])
        self.until_held(second, HOUR)
        second.command("clock", "accept")
        self.until_held(first, 0)
        refused = first.api("GET", f"/exam-attempt/{exam}/attempt", token=candidate)
        self.assertEqual(refused.status, 403)
