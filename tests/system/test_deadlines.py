# SPDX-License-Identifier: MIT
"""Deadlines fire by themselves: nobody asks for the attempt, only the metrics are watched."""

import contextlib
import os
import re
import sqlite3
import threading
import time
import unittest
from datetime import datetime

from harness import Site, TriposServer, wait_until

GRACE = 2  # seconds after the deadline
LATEST = GRACE + 1.0


def auto_submitted(server):
    text = server.api("GET", "//metrics").text
    found = re.search(r'^tripos_exams_attempts_total\{event="auto_submitted"\} (\d+)', text, re.MULTILINE)
    return int(found[1]) if found else 0


class Deadlines(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer(EXAM_GRACE=GRACE)
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.staff = self.site.admin()
        self.candidate = self.site.candidate("asha@example.org")

    def exam_that_ends_in(self, seconds):
        exam = self.site.exam(self.staff, questions=2, seconds=seconds)
        question, options = self.site.start(exam, self.candidate)[0]
        self.site.save(exam, self.candidate, question, options[0])
        details = self.site.expect(200, "GET", f"/exam/{exam}", token=self.staff)["exam"]
        return exam, datetime.fromisoformat(details["endTime"].replace("Z", "+00:00")).timestamp()

    def assert_finished_at_the_deadline(self, exam, end):
        row = self.site.expect(200, "GET", f"/exam/{exam}/results", token=self.staff)["data"][0]
        self.assertEqual(row["status"], "AUTO_SUBMITTED")
        finished = datetime.fromisoformat(row["submittedAt"].replace("Z", "+00:00")).timestamp()
        self.assertAlmostEqual(finished, end, places=2, msg="the finish time of a deadline is the deadline")
        score = self.site.expect(200, "GET", f"/result/{exam}/score", token=self.candidate)["score"]
        self.assertIn(score, (0, 1), "what was saved is what is graded")

    def test_an_attempt_ends_within_a_second_after_the_grace_without_anyone_asking(self):
        exam, end = self.exam_that_ends_in(3)
        self.assertEqual(auto_submitted(self.server), 0)
        wait_until(lambda: auto_submitted(self.server) == 1, end - time.time() + LATEST, "the deadline to fire")
        self.assertGreaterEqual(time.time(), end + GRACE - 0.05, "not before the grace is over")
        self.assert_finished_at_the_deadline(exam, end)

    def test_a_deadline_that_passed_while_the_server_was_down_fires_at_the_start(self):
        exam, end = self.exam_that_ends_in(2)
        self.server.kill9()
        wait_until(lambda: time.time() > end + 0.2, 10, "the deadline to pass")
        self.server.start()
        wait_until(lambda: auto_submitted(self.server) == 1, LATEST, "the deadline to fire")
        self.assert_finished_at_the_deadline(exam, end)

    def test_a_save_that_arrived_in_time_counts_though_the_database_stalls_past_the_deadline(self):
        exam, end = self.exam_that_ends_in(4)
        question = self.site.paper(exam, self.candidate)[0]
        other = next(option for option in question["options"] if option["id"] not in question["studentAnswer"]["selectedOptionIds"])
        saved = []
        saver = threading.Thread(target=lambda: saved.append(self.site.save(exam, self.candidate, question["id"], other["id"])))
        with contextlib.closing(sqlite3.connect(os.path.join(self.server.data_dir, "tripos.db"), isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")  # nobody else writes until it ends
            wait_until(lambda: time.time() > end - 1, 10, "the last second")
            saver.start()
            wait_until(lambda: time.time() > end + GRACE + 1, 10, "deadline and grace to pass")
            self.assertEqual(saved, [])
            database.execute("ROLLBACK")
        saver.join()
        self.assertEqual(len(saved), 1, "answered 200")
        wait_until(lambda: auto_submitted(self.server) == 1, 10, "the attempt to end")
        score = self.site.expect(200, "GET", f"/result/{exam}/score", token=self.candidate)["score"]
        self.assertEqual(score, 1 if other["text"] == "yes" else 0, "the later answer is what is graded")
