# SPDX-License-Identifier: MIT
"""The cache as the administration sees and changes it: with `tripos cache` and over HTTP."""

import json
import re
import unittest

from engines import PrivateRedis
from harness import Site, TriposServer, wait_until

MISSING = "01890000-0000-7000-8000-000000000000"


class CacheSite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer()
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()
        cls.exam = cls.site.exam(cls.staff)

    def tripos(self, *arguments, code=0):
        done = self.server.command("cache", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def data(self, *arguments):
        return json.loads(self.tripos(*arguments, "--json"))

    def read_exam(self):
        return self.site.expect(200, "GET", f"/exam/{self.exam}", token=self.staff)

    def family(self, name):
        return next(family for family in self.data("stats")["data"]["families"] if family["family"] == name)

    def states(self):
        told = self.data("explain", f"exam:{self.exam}")["data"]
        return told["inProcess"]["state"], told["inRedis"]["state"]


class CacheCommand(CacheSite):
    def test_stats_count_what_was_asked(self):
        before = self.family("exam")
        for _ in range(3):
            self.read_exam()
        after = self.family("exam")
        self.assertEqual(after["lookups"] - before["lookups"], 3)
        self.assertGreaterEqual(after["processHits"] + after["redisHits"] - before["processHits"] - before["redisHits"], 2)
        table = self.tripos("stats")
        self.assertEqual(table.split()[:3], ["FAMILY", "LIFETIME", "LOOKUPS"])
        self.assertRegex(table, r"In this server: (1 entry|(?!1 )\d+ entries), \d+ KiB of \d+ KiB; coherent")
        self.assertRegex(table, r"Twice CACHE_PROCESS_MB would have spared about 0 of (1 lookup|(?!1 )\d+ lookups) the way")
        self.assertIn("ASKED FOR MOST", table)
        top = self.data("stats")["data"]["topKeys"]
        self.assertIn(("exam", f"exam:{self.exam}"), [(key["family"], key["key"]) for key in top])
        self.assertTrue(all(0 < key["share"] <= 1 for key in top), top)

    def test_a_value_is_explained_shown_and_deleted(self):
        self.read_exam()
        self.assertEqual(self.states()[1], "fresh")
        self.assertIn(f"exam:{self.exam} of the family exam\n", self.tripos("explain", f"exam:{self.exam}"))
        self.assertEqual(json.loads(self.tripos("get", f"exam:{self.exam}"))["id"], self.exam)
        self.assertEqual(self.tripos("del", f"exam:{self.exam}"), "Deleted.\n")
        self.assertEqual(self.states()[1], "absent")
        self.assertEqual(self.tripos("get", f"exam:{self.exam}"), "not cached\n")

    def test_one_of_a_kind_is_no_plural(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        server.api("GET", "/exam/all", token=Site(server).admin())
        counts = server.command("cache", "stats").stdout
        self.assertRegex(counts, r"In this server: (1 entry|0 entries), ")
        self.assertRegex(counts, "of 1 lookup the way")

    def test_a_tag_ends_what_carries_it(self):
        self.read_exam()
        self.assertEqual(self.tripos("invalidate", f"exam:{self.exam}"), "Invalidated.\n")
        self.assertNotIn("fresh", self.states())
        loads = self.family("exam")["loads"]
        self.read_exam()
        self.assertEqual(self.family("exam")["loads"], loads + 1)

    def test_clear_empties_a_family_or_everything(self):
        for arguments in (("exam",), ("--all",)):
            self.read_exam()
            self.tripos("clear", *arguments)
            self.assertNotIn("fresh", self.states())

    def test_warm_loads_what_candidates_will_ask_for(self):
        self.tripos("clear", "--all")
        self.assertEqual(self.tripos("warm", self.exam).splitlines(),
                         ["loaded exams:all", f"loaded exam:{self.exam}", f"loaded exam:{self.exam}:questions"])
        self.assertEqual(self.states()[1], "fresh")
        loads = self.family("exam")["loads"]
        self.read_exam()
        self.assertEqual(self.family("exam")["loads"], loads)

    def test_what_makes_no_sense_is_refused_with_its_cure(self):
        self.assertIn("patterns of their names", self.tripos("explain", "nonsense", code=1))
        self.assertIn("no family", self.tripos("clear", "nonsense", code=1))
        self.assertIn("at least one key or tag", self.tripos("invalidate", code=1))
        self.assertIn("no cached value has a name like x:y", self.tripos("invalidate", "--key", "x:y", code=1))
        self.assertIn("Exam not found", self.tripos("warm", MISSING, code=1))
        self.assertIn("UUID", self.tripos("warm", "x", code=1))
        for arguments in ((), ("clear",), ("clear", "exam", "--all"), ("get",), ("nonsense",)):
            self.tripos(*arguments, code=64)


class SignsOfLife(unittest.TestCase):
    def asked(self, interval):
        """How often the cache's Redis was asked so far, as a function."""
        redis = PrivateRedis().start()
        self.addCleanup(redis.stop)
        server = TriposServer(CACHE_REDIS_URL=redis.url, CACHE_SYNC_INTERVAL=interval)
        self.addCleanup(server.stop)

        def count():
            told = re.search(r"cmdstat_unlink:calls=(\d+)", redis.command("INFO", "commandstats"))
            return int(told[1]) if told else 0
        return count

    def test_are_as_frequent_as_the_setting_says(self):
        rare, frequent = self.asked(10_000), self.asked(20)
        before = rare()
        wait_until(lambda: frequent() > 200, 30, "two hundred questions")
        self.assertLess(rare() - before, 20)


class SecondReads(CacheSite):
    def statements(self):
        return int(float(re.search(r"(?m)^tripos_sql_statements_total (\S+)$", self.server.api("GET", "//metrics").text)[1]))

    def test_what_is_read_again_asks_no_database(self):
        token = self.site.candidate("reader@example.com")
        exam = self.site.exam(self.staff)
        self.site.start(exam, token)
        reads = {"details": (f"/exam/{exam}", self.staff), "list": ("/exam/live", token), "profile": ("/profile/me", token),
                 "paper": (f"/exam-attempt/{exam}/attempt", token), "result": (f"/result/{exam}/score", token)}
        for what, (path, caller) in reads.items():
            if what == "result":
                self.site.expect(200, "POST", f"/exam-attempt/{exam}/submit", None, token)
                self.site.close(exam, self.staff)
            self.site.expect(200, "GET", path, token=caller)
            before = self.statements()
            connection = self.server.connect(caller)
            for _ in range(200):
                self.assertEqual(connection.api("GET", path).status, 200, what)
            connection.close()
            asked = self.statements() - before
            self.assertLess(asked, 100, f"{what}: 200 reads, and what the server asks on its own meanwhile")


class CacheRoutes(CacheSite):
    def test_administrators_see_the_figures_and_one_entry(self):
        self.read_exam()
        data = self.site.expect(200, "GET", "/admin/cache", token=self.staff)["data"]
        self.assertIn("exam_questions", [family["family"] for family in data["families"]])
        entry = self.site.expect(200, "GET", f"/admin/cache/entry?key=exam:{self.exam}", token=self.staff)["data"]
        self.assertEqual((entry["family"], entry["inRedis"]["state"]), ("exam", "fresh"))
        self.assertNotIn("value", entry)

    def test_administrators_invalidate_and_clear(self):
        self.read_exam()
        self.site.expect(200, "POST", "/admin/cache/invalidate", {"keys": [f"exam:{self.exam}"]}, self.staff)
        self.assertEqual(self.states()[1], "absent")
        self.read_exam()
        self.site.expect(200, "POST", "/admin/cache/clear", {"family": "exam", "confirm": "exam"}, self.staff)
        self.assertNotIn("fresh", self.states())
        self.site.expect(200, "POST", "/admin/cache/clear", {"confirm": "all"}, self.staff)

    def test_nothing_is_emptied_before_its_name_is_repeated(self):
        self.read_exam()
        before = self.states()
        for body, wanted in (({}, "all"), ({"confirm": "exam"}, "all"), ({"family": "exam"}, "exam"), ({"family": "exam", "confirm": "all"}, "exam")):
            refused = self.site.expect(409, "POST", "/admin/cache/clear", body, self.staff)
            self.assertEqual((refused["code"], refused["wanted"]), ("not_confirmed", wanted))
        self.assertEqual(self.states(), before)

    def test_bad_requests_name_the_field(self):
        for path, body, field in (("invalidate", {}, "keys"), ("invalidate", {"keys": "x"}, "keys"),
                                  ("invalidate", {"tags": [1]}, "tags"), ("invalidate", {"keys": ["nonsense"]}, "keys"),
                                  ("clear", {"family": "nonsense"}, "family"), ("clear", {"family": 1}, "family")):
            answer = self.site.expect(400, "POST", f"/admin/cache/{path}", body, self.staff)
            self.assertEqual(answer["errors"][0]["field"], field, (path, body))
        self.site.expect(400, "GET", "/admin/cache/entry", token=self.staff)
        self.site.expect(404, "GET", "/admin/cache/entry?key=nonsense", token=self.staff)

    def test_nobody_else_may(self):
        candidate = self.site.candidate("curious@example.com")
        for method, path in (("GET", ""), ("GET", "/entry?key=exams:all"), ("POST", "/invalidate"), ("POST", "/clear")):
            self.site.expect(403, method, "/admin/cache" + path, {} if method == "POST" else None, candidate)
            self.site.expect(401, method, "/admin/cache" + path, {} if method == "POST" else None)
        self.site.expect(404, "POST", "//control/cache/stats", {}, self.staff)


if __name__ == "__main__":
    unittest.main()
