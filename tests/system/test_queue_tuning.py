# SPDX-License-Identifier: MIT
"""What is changed of a queue while the site runs: how many jobs at once, and pauses, kept over restarts and lost Redis servers."""

import json
import re
import unittest

from engines import PrivateRedis
from harness import Site, TriposServer, wait_until


class TunedWhileRunning(unittest.TestCase):
    """What is changed of a queue while the site runs holds until it is taken back."""

    def setUp(self):
        self.redis = PrivateRedis()
        self.addCleanup(self.redis.stop)
        self.redis.start()
        self.server = TriposServer(REDIS_URL=self.redis.url, EMAIL_CONCURRENCY="4")
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.staff = self.site.admin()

    def meta(self, member):
        return self.redis.command("HGET", "bull:email:meta", member) or None

    def put(self, jobs):
        return self.site.expect(200, "PUT", "/admin/queues/email/concurrency", {"concurrency": jobs}, self.staff)["data"]["concurrency"]

    def overrides(self):
        done = self.server.command("config", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["overrides"]

    def test_outlives_a_restart_and_a_redis_that_lost_everything(self):
        self.assertEqual(self.put(7), 7)
        self.site.expect(200, "POST", "/admin/queues/email/pause", None, self.staff)
        self.redis.command("FLUSHALL")
        wait_until(lambda: self.meta("concurrency") == "7" and self.meta("paused") == "1", 20, "the running server to set both anew")
        self.server.terminate()
        self.redis.command("FLUSHALL")
        self.server.start()
        self.assertEqual((self.meta("concurrency"), self.meta("paused")), ("7", "1"), "before its workers began")
        self.assertIsNone(self.put(None))
        self.site.expect(200, "POST", "/admin/queues/email/resume", None, self.staff)
        self.redis.command("FLUSHALL")
        self.server.terminate()
        self.server.start()
        self.assertEqual((self.meta("concurrency"), self.meta("paused")), (None, None))

    def test_a_redis_that_comes_back_empty_gets_it_at_once(self):
        self.put(7)
        self.redis.end()
        wait_until(lambda: self.server.api("GET", "/admin/queues", None, self.staff).status == 503, 20, "the outage")
        self.redis.start()
        self.redis.command("FLUSHALL")
        wait_until(lambda: self.meta("concurrency") == "7", 20, "the limit to be back")

    def test_a_page_that_asks_again_and_again_has_redis_look_through_its_keys_once(self):
        def scans():
            calls = re.search(r"cmdstat_scan:calls=(\d+)", self.redis.command("INFO", "commandstats"))
            return int(calls[1]) if calls else 0
        before = scans()
        for _ in range(20):
            self.site.expect(200, "GET", "/admin/queues", None, self.staff)
            self.site.expect(200, "GET", "/admin/findings", None, self.staff)
        self.assertLess(scans() - before, 20)  # the looks from outside come by as well
        self.assertEqual(self.server.command("queue", "add", "mine", "job").returncode, 0)
        names = [queue["name"] for queue in self.site.expect(200, "GET", "/admin/queues", None, self.staff)["data"]]
        self.assertIn("mine", names)

    def test_config_says_what_is_overridden_and_how_to_take_it_back(self):
        self.assertEqual(self.overrides(), [])
        self.put(7)
        [override] = self.overrides()
        self.assertEqual((override["setting"], override["clear"]), ("EMAIL_CONCURRENCY", "tripos queue concurrency email default"))
        self.assertIn("7 jobs of email at once, since 20", override["text"])
        text = self.server.command("config").stdout
        self.assertRegex(text, "EMAIL_CONCURRENCY is overridden: 7 jobs of email at once, since .*; `tripos queue concurrency email default` takes that back")
        self.assertEqual(self.server.command(*override["clear"].split()[1:]).returncode, 0)
        self.assertEqual(self.overrides(), [])
        self.assertEqual(self.server.command("queue", "pause", "email").returncode, 0)
        self.assertEqual([(one["setting"], one["clear"]) for one in self.overrides()], [("", "tripos queue resume email")])
        self.server.terminate()
        self.assertIsNone(self.overrides(), "nobody can tell")
        self.assertIn("No server answers", self.server.command("config").stdout)

    def test_a_limit_that_is_none_is_refused_before_the_server_is_asked(self):
        for jobs in ("0", "-1", " 7", "7 ", "+7", "0x7", "1.5", "seven", "99999999999999999999", ""):
            done = self.server.command("queue", "concurrency", "email", jobs)
            self.assertEqual(done.returncode, 64, (jobs, done.stdout, done.stderr))
            self.assertIn("a number from 1 to 1000000, or `default`", done.stderr)
        self.assertEqual(self.overrides(), [])

    def test_who_did_it_is_in_the_trail(self):
        self.put(7)
        self.assertEqual(self.server.command("queue", "concurrency", "email", "default").returncode, 0)
        entries = self.site.expect(200, "GET", "/admin/audit?limit=10", token=self.staff)["data"]
        told = json.dumps(entries)
        self.assertIn("/api/admin/queues/email/concurrency", told)
        self.assertIn("/control/queue/concurrency", told)

    def test_a_node_program_has_the_last_word_as_long_as_redis_remembers(self):
        self.site.expect(200, "POST", "/admin/queues/email/pause", None, self.staff)
        self.redis.command("HDEL", "bull:email:meta", "paused")
        self.server.terminate()
        self.server.start()
        self.assertIsNone(self.meta("paused"))

    def test_a_queue_that_was_obliterated_comes_back_as_the_settings_have_it(self):
        self.assertEqual(self.server.command("queue", "add", "gone", "x").returncode, 0)
        for arguments in (("concurrency", "gone", "3"), ("pause", "gone"), ("obliterate", "gone", "--yes")):
            self.assertEqual(self.server.command("queue", *arguments).returncode, 0, arguments)
        self.server.terminate()
        self.server.start()
        self.assertEqual(self.redis.command("EXISTS", "bull:gone:meta"), "0")


if __name__ == "__main__":
    unittest.main()
