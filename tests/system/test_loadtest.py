# SPDX-License-Identifier: MIT
"""`tripos loadtest`: an exam day at a site of its own, small enough for every run of the tests."""

import json
import os
import re
import signal
import threading
import time
import unittest

from engines import SteppedClock
from harness import BINARY, Site, TriposServer, children, command_name, wait_until
from load_case import MET, NOT_HELD, USAGE, VIOLATED, VOID, LoadTest

# Names of failpoints, which no release knows.
FAILPOINTS = [b"drop-save", b"accept-late", b"add-point", b"lose-mail", b"send-thrice"]


class QuickDay(LoadTest):
    def test_a_quick_day_keeps_every_promise_and_tells_of_it_in_three_forms(self):
        begin = time.monotonic()
        code, report, text = self.hold("--quick", "--logins", "real", "--html", self.path("report.html"), "--journal", self.path("journal"))
        self.assertLess(time.monotonic() - begin, 60 if code != VOID else 120)
        self.assert_kept(code, report, text)
        self.assertEqual(report["candidates"], 100)
        asked = report["exam"]["requests"]
        for words in ("log-in", "start"):
            self.assertEqual(asked[words]["done"], 100)
        self.assertGreater(asked["save"]["done"], 1000)
        self.assertGreater(asked["late save"]["done"], 0)
        for words in ("cache hits", "save of an answer", "log-in with a password", "mails delivered", "the newsletter beside them", "verdict: "):
            self.assertIn(words, text)
        with open(self.path("journal"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertGreaterEqual(len(lines) - 1, asked["save"]["done"])
        with open(self.path("report.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page.count("<svg"), 6)
        self.assertRegex(text, r"Writing: \d+ requests/s of \d+ planned, p50 \d+\.\d m?s, p99 \d+\.\d+ m?s, 0 wrong; jobs waiting \d+, hits \d+ %;")
        self.assertIsNone(re.search(r"<script|<link|src=|https?:", page))

    def test_a_host_that_is_not_this_machine_must_be_named_twice(self):
        for more in ([], ["--i-mean", "exam.example.org"]):
            done = self.hold("run", self.path("none"), "--target", "http://exams.example.org:80", *more)
            self.assertEqual(done[0], USAGE)
            self.assertIn("exams.example.org, which is not this machine", done[2])

    def test_a_target_is_asked_for_all_it_needs(self):
        run = ["run", self.path("none"), "--target"]
        for arguments, words in ((run[:2], "--target"), ([*run, "exam"], "http://HOST:PORT"), ([*run, "http://127.0.0.1:1", "--kill-every", "9"], "of its own"),
                                 (["--quick", "--network", "slow"], "40ms,1%"), (["--quick", "--candidates", "5"], "--candidates"), (["--quick", "--huge"], "--quick"),
                                 (["--quick", "--set", "REDIS_URL=redis://127.0.0.1:6379"], "REDIS_URL is chosen by the load test"), (["--quick", "--logins", "real", "--lobby", "4"], "more than 5 seconds")):
            code, _, text = self.hold(*arguments)
            self.assertEqual(code, USAGE, text)
            self.assertIn(words, text)

    def test_a_site_that_exists_is_not_filled_with_candidates(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        code, _, text = self.hold("--quick", "--set", f"DATABASE_URL=sqlite:{server.data_dir}/tripos.db")
        self.assertEqual(code, USAGE, text)
        self.assertIn("DATABASE_URL has a site in it already", text)

    def test_a_day_that_cannot_be_held_is_not_called_missed_and_costs_no_day(self):
        begin = time.monotonic()
        code, report, text = self.hold("--quick", "--html", self.path("none/report.html"))
        self.assertEqual((code, report), (NOT_HELD, {}), text)
        self.assertIn("none/report.html cannot be written", text)
        self.assertLess(time.monotonic() - begin, 10)

    def test_a_release_has_no_failpoints(self):
        is_asan = "/asan/" in BINARY  # which has them, for tests/broken
        with open(BINARY, "rb") as file:
            program = file.read()
        for name in FAILPOINTS:
            self.assertEqual(name in program, is_asan, name)


class SiteOfOthers(LoadTest):
    def test_another_clock_than_its_own_makes_the_day_void_before_anything_is_sent(self):
        clock = SteppedClock()
        self.addCleanup(clock.remove)
        clock.step(2)
        server = TriposServer(METRICS_TOKEN="m" * 32, **clock.settings)
        self.addCleanup(server.stop)
        subject = self.path("subject")
        prepared = server.command("loadtest", "prepare", subject, "--quick")
        self.assertEqual(prepared.returncode, 0, prepared.stderr)
        with open(subject, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["metricsToken"], "m" * 32)
        code, report, text = self.hold("run", subject, "--target", f"http://127.0.0.1:{server.port}")
        self.assertEqual((code, report["verdict"]), (VOID, "void"), text)
        self.assertRegex(text, r"the server's clock is (19|20)\d\d ms before that of the generator")


class DaysAtLength(LoadTest):
    def test_a_generator_that_crashes_leaves_what_it_knew_a_second_before(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        subject, journal = self.path("subject"), self.path("journal")
        self.assertEqual(server.command("loadtest", "prepare", subject, "--quick").returncode, 0)
        target = ["--target", f"http://127.0.0.1:{server.port}"]
        process = self.begin("run", subject, *target, "--journal", journal)

        def acknowledged():
            """When, in milliseconds since 1970; a line that is cut off says nothing."""
            if not os.path.exists(journal):
                return []
            with open(journal, encoding="utf-8") as file:
                lines = file.read().rpartition("\n")[0].splitlines()
            return [int(line.split(",")[6]) for line in lines if line.endswith(",acknowledged")]

        wait_until(lambda: len(acknowledged()) > 200, 60, "the day to be written down while it goes on")
        process.kill()
        killed_at = time.time()
        process.wait(20)
        self.assertGreater(max(acknowledged()) / 1000, killed_at - 5)  # nobody saves in some seconds of a quick day

    def test_a_day_that_is_broken_off_leaves_nothing_behind(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.begin("--quick")
            started = []

            def stop(process=process, number=number, started=started):
                started.extend(children(process.pid))
                process.send_signal(number)
            self.while_they_save(process, stop)
            code, report, text = self.end(process)
            self.assertEqual((code, report), (130, {}), text)
            self.assertEqual(len(started), 2)
            wait_until(lambda started=started: not any(map(command_name, started)), 10, "server and Redis to end")
            self.assertEqual(os.listdir(self.folder), [])

    def test_a_server_that_stands_still_shows_in_the_response_time(self):
        process = self.begin("--quick")

        def freeze():
            server = next(pid for pid in children(process.pid) if command_name(pid) != "redis-server")
            os.kill(server, signal.SIGSTOP)
            threading.Event().wait(2)
            os.kill(server, signal.SIGCONT)
        self.while_they_save(process, freeze)
        code, report, text = self.end(process)
        self.assert_kept(code, report, text)
        save = report["exam"]["requests"]["save"]
        self.assertGreater(save["responseMicros"]["p99"], 1_000_000, text)
        # One request of a candidate waits for the server, the others for that one.
        self.assertGreaterEqual(save["responseMicros"]["max"], save["serviceMicros"]["max"])

    def test_a_server_that_never_answers_again_ends_the_day_all_the_same(self):
        process = self.begin("--quick")

        def freeze():
            server = next(pid for pid in children(process.pid) if command_name(pid) != "redis-server")
            os.kill(server, signal.SIGSTOP)
        self.while_they_save(process, freeze)
        code, report, text = self.end(process)
        self.assertEqual((code, report["verdict"]), (VOID, "void"), text)
        self.assertIn("the results did not come", report["voidBecause"][-1])
        self.assertGreater(report["exam"]["requests"]["save"]["done"], 0)

    def test_a_generator_that_lags_says_that_the_day_is_void(self):
        process = self.begin("--quick")

        def starve():
            os.kill(process.pid, signal.SIGSTOP)
            threading.Event().wait(2)
            os.kill(process.pid, signal.SIGCONT)
        self.while_they_save(process, starve)
        code, report, text = self.end(process)
        self.assertEqual(code, VOID, text)
        self.assertIn("behind its plan", report["voidBecause"][0])

    def test_a_server_that_is_killed_again_and_again_loses_nothing(self):
        code, report, text = self.hold("--quick", "--kill-every", "7")
        self.assert_kept(code, report, text)
        self.assertGreaterEqual(text.count("The server is killed."), 2)

    def test_redis_may_go_away(self):
        code, report, text = self.hold("--quick", "--redis-outage")
        self.assert_kept(code, report, text)
        self.assertIn("Redis goes away.", text)

    def test_a_network_between_is_waited_for_and_two_runs_are_drawn_together(self):
        code, report, text = self.hold("--quick")
        self.assert_kept(code, report, text)
        near = report["exam"]["requests"]["save"]["responseMicros"]["p50"]
        os.rename(self.path("report.json"), self.path("near.json"))
        code, report, text = self.hold("--quick", "--network", "60ms,2%", "--beside", self.path("near.json"), "--html", self.path("report.html"))
        self.assert_kept(code, report, text)
        save = report["exam"]["requests"]["save"]["responseMicros"]
        self.assertGreater(save["p50"], near + 59_000)
        self.assertGreater(save["p99"], 250_000)  # 4 % of requests or answers are sent again
        with open(self.path("report.html"), encoding="utf-8") as file:
            self.assertEqual(file.read().count("the other run</b>"), 3)

    def test_the_site_of_others_is_prepared_loaded_looked_at_again_and_cleaned(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        Site(server).admin()  # the one of the load test is not the last
        subject, journal = self.path("subject"), self.path("journal")
        seeded = server.command("loadtest", "prepare", subject, "--quick", "--logins", "real")
        self.assertEqual(seeded.returncode, 0, seeded.stderr)
        self.assertEqual(os.stat(subject).st_mode & 0o777, 0o600)
        target = ["--target", f"http://127.0.0.1:{server.port}"]
        early = server.command("loadtest", "clean", subject)
        self.assertEqual(early.returncode, 0, early.stderr)  # nobody has begun
        again = server.command("loadtest", "prepare", subject, "--quick")
        self.assertIn("is there already", again.stderr)
        os.remove(subject)
        seeded = server.command("loadtest", "prepare", subject, "--quick", "--logins", "real")
        code, report, text = self.hold("run", subject, *target, "--journal", journal)
        self.assert_kept(code, report, text)
        self.assertEqual(report["exam"]["requests"]["log-in"], report["exam"]["requests"]["log-in"] | {"done": 100, "wrong": 0})
        late = self.hold("run", subject, *target)
        self.assertIn("its day began", late[2])

        server.kill9()
        server.start()
        target = ["--target", f"http://127.0.0.1:{server.port}"]
        looked = server.command("loadtest", "verify", subject, *target, "--journal", journal)
        self.assertEqual(looked.returncode, MET, looked.stdout + looked.stderr)
        self.assertIn("of 100 candidates: every promise was kept", looked.stdout)
        with open(journal, encoding="utf-8") as file:
            lines = file.read().splitlines()
        last = max(i for i, line in enumerate(lines) if line.endswith(",acknowledged"))
        cells = lines[last].split(",")
        cells[3] = str((int(cells[3]) + 1) % 4)
        with open(journal, "w", encoding="utf-8") as file:
            file.write("\n".join([*lines[:last], ",".join(cells), *lines[last + 1:]]) + "\n")
        looked = server.command("loadtest", "verify", subject, *target, "--journal", journal)
        self.assertEqual(looked.returncode, VIOLATED, looked.stdout + looked.stderr)
        foreign = lines[last].split(",")
        foreign[1] = "100"
        with open(self.path("foreign"), "w", encoding="utf-8") as file:
            file.write("\n".join([lines[0], ",".join(foreign)]) + "\n")
        looked = server.command("loadtest", "verify", subject, *target, "--journal", self.path("foreign"))
        self.assertIn("the journal is of another exam", looked.stderr)
        with open(journal, "a", encoding="utf-8") as file:
            file.write("no line\n")
        looked = server.command("loadtest", "verify", subject, *target, "--journal", journal)
        self.assertIn(f"line {len(lines) + 1} is none of a journal", looked.stderr)

        for count in ("101 accounts", "0 accounts"):
            cleaned = server.command("loadtest", "clean", subject)
            self.assertIn(f"{count} erased", cleaned.stdout + cleaned.stderr)
        with open(subject, encoding="utf-8") as file:
            token = json.load(file)["tokens"][0]
        self.assertEqual(server.api("GET", "/profile/me", None, token).status, 401)


if __name__ == "__main__":
    unittest.main()
