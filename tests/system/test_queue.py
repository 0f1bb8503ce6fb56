# SPDX-License-Identifier: MIT
"""The queues as the administration sees and changes them: over HTTP and with `tripos queue`."""

import json
import os
import pty
import re
import signal
import subprocess
import time
import unittest

from engines import PrivateRedis, SmtpRelay
from harness import BINARY, Site, TriposServer, wait_until

# Adds ARGV[1] jobs to the queue `many`.
ADD_MANY = """
redis.call('HSET', 'bull:many:meta', 'opts.maxLenEvents', '10000')
for i = 1, tonumber(ARGV[1]) do
  redis.call('HSET', 'bull:many:job' .. i, 'name', 'x', 'data', '{}', 'timestamp', '1700000000000', 'delay', '0', 'opts', '{}')
  redis.call('LPUSH', 'bull:many:wait', 'job' .. i)
end
"""

MISSING = "01890000-0000-7000-8000-000000000000"


def read_all(terminal):
    """All that was written to it; one read may give a part."""
    parts = []
    try:
        while True:
            parts.append(os.read(terminal, 100_000))
    except OSError:  # EIO: the other end is closed
        os.close(terminal)
        return b"".join(parts).decode()


class QueueSite(unittest.TestCase):
    """A site on a private Redis and a relay that does as it is told."""

    @classmethod
    def setUpClass(cls):
        cls.redis = PrivateRedis()
        cls.addClassCleanup(cls.redis.stop)
        cls.redis.start()
        cls.relay = SmtpRelay()
        cls.addClassCleanup(cls.relay.stop)
        cls.server = TriposServer(REDIS_URL=cls.redis.url, SMTP_URL=cls.relay.url)
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()

    def tripos(self, *arguments, text=None):
        """`tripos queue ...` that succeeds: its output."""
        done = self.server.command("queue", *arguments, text=text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def data(self, *arguments, text=None):
        return json.loads(self.tripos(*arguments, "--json", text=text))

    def refused(self, *arguments, code=1):
        done = self.server.command("queue", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def counts(self, queue):
        return self.data("stats", queue)["data"]["counts"]

    def state(self, queue, job):
        return self.data("job", queue, job)["data"]["state"]

    def failed_mail(self, address):
        """The id of a job whose mail the relay has refused for good."""
        self.relay.rules({"stage": "RCPT", "reply": "550 5.7.1 not by our policy", "recipient": address})
        self.site.sign_up(address)
        def failed():
            jobs = self.data("jobs", "email", "--state", "failed", "--limit", "100")["data"]
            found = [job["id"] for job in jobs if self.data("job", "email", job["id"])["data"]["data"]["to"] == address]
            return found[0] if found else None
        job = wait_until(failed, 20, "the mail to fail", interval=0.1)
        self.relay.rules()
        return job


class QueueRoutes(QueueSite):
    def get(self, path, status=200, token=None):
        return self.site.expect(status, "GET", "/admin/queues" + path, token=token or self.staff)

    def post(self, path, status=200, token=None):
        return self.site.expect(status, "POST", "/admin/queues" + path, token=token or self.staff)

    def test_every_queue_of_this_redis_is_listed_with_its_counts(self):
        self.tripos("add", "reports", "weekly")
        queues = {queue["name"]: queue for queue in self.get("")["data"]}
        self.assertEqual(queues["reports"]["counts"]["waiting"], 1)
        self.assertEqual(queues["reports"]["paused"], False)
        self.assertEqual(set(queues["email"]["counts"]), {
            "waiting", "active", "prioritized", "delayed", "failed", "completed", "waiting-children"})

    def test_jobs_are_paged_over_all_states_or_one(self):
        for number in range(3):
            self.tripos("add", "paged", f"waits{number}")
        self.tripos("add", "paged", "urgent", "--priority", "2")
        self.tripos("add", "paged", "later", "--delay", "600000")
        page = self.get("/paged/jobs?limit=2&page=2")
        self.assertEqual(page["pagination"], {"totalItems": 5, "totalPages": 3, "currentPage": 2, "limit": 2})
        self.assertEqual([job["name"] for job in page["data"]], ["waits0", "urgent"])
        self.assertEqual([job["name"] for job in self.get("/paged/jobs?limit=2&page=3")["data"]], ["later"])
        waiting = self.get("/paged/jobs?state=waiting&order=asc")
        self.assertEqual([job["name"] for job in waiting["data"]], ["waits0", "waits1", "waits2"])
        self.assertEqual({job["state"] for job in waiting["data"]}, {"waiting"})
        self.assertEqual(self.get("/paged/jobs?page=9")["data"], [])

    def test_a_job_is_shown_whole(self):
        job = self.data("add", "shown", "resize", "--data", '{"file": "a.png"}', "--attempts", "4")["id"]
        shown = self.get(f"/shown/jobs/{job}")["data"]
        self.assertEqual((shown["id"], shown["name"], shown["state"]), (job, "resize", "waiting"))
        self.assertEqual(shown["data"], {"file": "a.png"})
        self.assertEqual(shown["opts"]["attempts"], 4)
        self.assertEqual((shown["logs"], shown["failedReason"], shown["returnvalue"]), ([], None, None))
        self.assertRegex(shown["timestamp"], r"^\d{4}-\d\d-\d\dT")

    def test_what_is_no_json_is_shown_as_text(self):
        job = self.data("add", "broken", "x")["id"]
        self.redis.command("HSET", f"bull:broken:{job}", "data", "{not json")
        self.assertEqual(self.get(f"/broken/jobs/{job}")["data"]["data"], "{not json")

    def test_a_mail_does_not_show_its_body(self):
        job = self.failed_mail("sealed@example.com")
        data = self.get(f"/email/jobs/{job}")["data"]["data"]
        self.assertEqual(data["to"], "sealed@example.com")
        self.assertNotIn("verify-email", json.dumps(data))
        foreign = self.data("add", "email", "other", "--delay", "600000", "--data", '{"html": "<a>secret</a>"}')["id"]
        shown = self.get(f"/email/jobs/{foreign}")
        self.assertEqual(shown["data"]["data"]["html"], "(13 bytes, not shown)")
        self.post(f"/email/jobs/{foreign}/remove")

    def test_a_failed_mail_is_retried_and_sent(self):
        job = self.failed_mail("retried@example.com")
        self.post(f"/email/jobs/{job}/retry")
        self.relay.message("retried@example.com")
        wait_until(lambda: self.state("email", job) == "completed", 10, "the job to be completed")
        self.post(f"/email/jobs/{job}/promote", status=409)

    def test_a_delayed_job_is_promoted_and_one_removed(self):
        job = self.data("add", "moved", "x", "--delay", "600000")["id"]
        self.post(f"/moved/jobs/{job}/retry", status=409)
        self.post(f"/moved/jobs/{job}/promote")
        self.assertEqual(self.get(f"/moved/jobs/{job}")["data"]["state"], "waiting")
        self.post(f"/moved/jobs/{job}/promote", status=409)
        self.post(f"/moved/jobs/{job}/remove")
        self.get(f"/moved/jobs/{job}", status=404)
        self.post(f"/moved/jobs/{job}/remove", status=404)

    def test_pause_stops_the_mail_and_resume_lets_it_go(self):
        paused = self.post("/email/pause")
        self.assertTrue(paused["data"]["paused"])
        self.site.sign_up("held@example.com")
        wait_until(lambda: self.counts("email")["prioritized"] == 1, 10, "the mail to be queued")
        # A worker that did not obey would have sent it in a few milliseconds.
        time.sleep(1)
        self.assertEqual(self.relay.messages("held@example.com"), [])
        self.assertFalse(self.post("/email/resume")["data"]["paused"])
        self.relay.message("held@example.com")

    def test_what_does_not_exist_is_404(self):
        for path in ("/nowhere/jobs", "/nowhere/jobs/1", f"/email/jobs/{MISSING}", "/email/jobs/wait%0A", "/a:b/jobs"):
            self.get(path, status=404 if "%0A" not in path else 400)
        for path in ("/nowhere/pause", "/nowhere/resume", "/nowhere/jobs/1/retry", f"/email/jobs/{MISSING}/retry",
                     f"/email/jobs/{MISSING}/promote", f"/email/jobs/{MISSING}/remove"):
            self.post(path, status=404)

    def test_keys_of_the_queue_are_no_jobs(self):
        self.tripos("add", "keys", "x")
        for key in ("meta", "wait", "events", "id", "marker", "1:lock", "1:logs"):
            self.get(f"/keys/jobs/{key}", status=404)
            self.post(f"/keys/jobs/{key}/remove", status=404)
        self.assertEqual(self.get("/keys/jobs")["pagination"]["totalItems"], 1)

    def test_bad_input_is_400_and_names_the_field(self):
        for query, field in (("state=happy", "state"), ("order=up", "order"), ("page=x", "page"), ("limit=x", "limit")):
            with self.subTest(query=query):
                self.assertEqual(self.get("/email/jobs?" + query, status=400)["errors"][0]["field"], field)

    def test_is_for_administrators_only(self):
        self.site.sign_up("asha@example.org")
        link = re.search(r"token=([\w.~%-]+)", self.relay.message("asha@example.org")["text"])[1]
        self.site.expect(200, "POST", f"/auth/verify-email/{link}")
        token = self.site.log_in("asha@example.org")
        for method, path in (("GET", ""), ("GET", "/email/jobs"), ("GET", "/email/jobs/1"),
                             ("POST", "/email/jobs/1/retry"), ("POST", "/email/jobs/1/promote"),
                             ("POST", "/email/jobs/1/remove"), ("POST", "/email/pause"), ("POST", "/email/resume")):
            self.site.expect(403, method, "/admin/queues" + path, token=token)
            self.site.expect(401, method, "/admin/queues" + path)
        self.site.expect(404, "POST", "//control/queue/list", {}, self.staff)


class QueueCommand(QueueSite):
    def test_lists_and_counts_for_people_and_programs(self):
        self.tripos("add", "orders", "x")
        table = self.tripos("list").splitlines()
        self.assertEqual(table[0].split()[:4], ["QUEUE", "PAUSED", "ACTIVE", "WAITING"])
        self.assertIn(["orders", "no", "0", "1"], [line.split()[:4] for line in table])
        self.assertIn("orders", [queue["name"] for queue in self.data("list")["data"]])
        self.assertIn("The queue orders is not paused.", self.tripos("stats", "orders"))
        self.assertEqual(self.counts("orders")["waiting"], 1)

    def test_adds_shows_and_removes_jobs(self):
        self.assertEqual(self.tripos("add", "made", "resize", "--id", "mine", "--data", "-", text='{"a": [1, 2]}'),
                         "Job mine is on the queue made.\n")
        self.tripos("add", "made", "resize", "--id", "mine")
        self.assertEqual(self.counts("made")["waiting"], 1)
        self.assertEqual(self.data("job", "made", "mine")["data"]["data"], {"a": [1, 2]})
        self.assertIn('data: {"a":[1,2]}', self.tripos("job", "made", "mine"))
        listing = self.tripos("jobs", "made", "--state", "waiting")
        self.assertIn("mine  resize  waiting", listing)
        self.assertIn("Page 1 of 1, 1 job in all.", listing)
        self.assertEqual(self.tripos("jobs", "made", "--state", "failed"), "There are no such jobs.\n")
        self.assertEqual(self.tripos("remove", "made", "mine"), "Job removed.\n")
        self.assertIn("no job", self.refused("job", "made", "mine"))

    def test_the_history_is_a_chart_of_what_ended_per_minute(self):
        def counts():
            return self.data("stats", "email", "--history", "--minutes", "5")["data"]["completed"]
        before = sum(counts())
        self.site.sign_up("history@example.com")
        self.relay.message("history@example.com")
        history = wait_until(lambda: next((found for found in [counts()] if sum(found) > before), None), 10, "the mail to be counted")
        self.assertEqual(len(history), 5)
        self.assertGreater(sum(history[:2]), 0)  # the newest first; a minute may just have ended
        chart = self.tripos("stats", "email", "--history", "--minutes", "5")
        self.assertIn("completed per minute, ", chart)
        self.assertIn("█", chart)
        self.assertIn("minutes", self.refused("stats", "email", "--history", "--minutes", "0"))
        over_http = self.site.expect(200, "GET", "/admin/queues/email/history?minutes=5", token=self.staff)
        self.assertEqual(over_http["data"]["name"], "email")
        self.assertEqual(len(over_http["data"]["completed"]), 5)
        refused = self.site.expect(400, "GET", "/admin/queues/email/history?minutes=x", token=self.staff)
        self.assertEqual(refused["errors"][0]["field"], "minutes")
        self.site.expect(404, "GET", "/admin/queues/nowhere/history", token=self.staff)
        self.site.expect(401, "GET", "/admin/queues/email/history")

    def test_names_of_jobs_cannot_steer_the_terminal(self):
        job = self.data("add", "hostile", "x")["id"]
        self.redis.command("HSET", f"bull:hostile:{job}", "name", "a\x1b[2Jb")
        self.assertIn("a?[2Jb", self.tripos("jobs", "hostile"))
        self.assertNotIn("\x1b", self.tripos("job", "hostile", job))

    def test_a_failed_mail_is_retried_alone_or_with_all(self):
        job = self.failed_mail("one@example.com")
        self.assertEqual(self.tripos("retry", "email", job), "The job runs again.\n")
        self.relay.message("one@example.com")
        jobs = [self.failed_mail(f"all{number}@example.com") for number in range(2)]
        self.assertEqual(self.tripos("retry", "email", "--all"), "The jobs run again: 2 jobs.\n")
        for number in range(2):
            self.relay.message(f"all{number}@example.com")
        for job in jobs:
            wait_until(lambda job=job: self.state("email", job) == "completed", 10, "the job to be completed")

    def test_promotes_one_or_all(self):
        jobs = [self.data("add", "delayed", "x", "--delay", "600000")["id"] for _ in range(3)]
        self.assertEqual(self.tripos("promote", "delayed", jobs[0]), "The job is due now.\n")
        self.assertEqual(self.state("delayed", jobs[0]), "waiting")
        self.assertEqual(self.tripos("promote", "delayed", "--all"), "The jobs are due now: 2 jobs.\n")
        self.assertEqual(self.counts("delayed")["waiting"], 3)

    def test_pauses_and_resumes(self):
        self.tripos("add", "held", "x")
        self.assertIn("The queue held is paused.", self.tripos("pause", "held"))
        self.assertTrue(self.data("stats", "held")["data"]["paused"])
        self.assertIn("The queue held is not paused.", self.tripos("resume", "held"))

    def test_tells_the_limits_that_hold_for_all_workers(self):
        self.tripos("add", "limited", "x")
        self.assertIsNone(self.data("stats", "limited")["data"]["concurrency"])
        self.redis.command("HSET", "bull:limited:meta", "concurrency", "3", "max", "10", "duration", "1000")
        data = self.data("stats", "limited")["data"]
        self.assertEqual((data["concurrency"], data["rateLimit"]), (3, {"max": 10, "duration": 1000}))
        self.assertIn("At most 3 jobs are active at once.\nAt most 10 jobs start in 1000 ms.\n",
                      self.tripos("stats", "limited"))

    def test_shows_and_sets_how_many_jobs_run_at_once(self):
        self.tripos("add", "narrow", "x")
        self.assertNotIn("At most", self.tripos("concurrency", "narrow"))
        self.assertIn("At most 3 jobs are active at once.", self.tripos("concurrency", "narrow", "3"))
        self.assertEqual(self.redis.command("HGET", "bull:narrow:meta", "concurrency"), "3")
        self.assertIn("At most 3 jobs are active at once.", self.tripos("concurrency", "narrow"))
        self.assertNotIn("At most", self.tripos("concurrency", "narrow", "default"))
        self.assertFalse(self.redis.command("HGET", "bull:narrow:meta", "concurrency"))
        for word in ("0", "-1", "1.5", "many", "1000001"):
            self.assertNotEqual(self.server.command("queue", "concurrency", "narrow", word).returncode, 0, word)
        self.assertIn("no queue", self.refused("concurrency", "nowhere", "3"))

    def laid_failures(self, queue, *jobs):
        """Jobs that failed, as BullMQ leaves them: (id, name, reason)."""
        self.redis.command("HSET", f"bull:{queue}:meta", "opts.maxLenEvents", "10000")
        for job, name, reason in jobs:
            self.redis.command("HSET", f"bull:{queue}:{job}", "name", name, "data", "{}", "timestamp", "1700000000000", "delay", "0",
                               "opts", "{}", "attemptsMade", "1", "finishedOn", "1700000001000", "failedReason", reason)
            self.redis.command("ZADD", f"bull:{queue}:failed", "1700000001000", job)

    def test_acts_on_what_a_filter_means_once_it_was_counted(self):
        self.laid_failures("broken", ("1", "report", "the printer burns"), ("2", "report", "no paper"), ("3", "letter", "the printer burns"))
        filtered = ("broken", "--state", "failed", "--name", "report", "--reason", "printer")
        text = self.tripos("retry", *filtered)
        self.assertIn("1 job as of ", text)
        self.assertIn("Nothing is done yet.", text)
        self.assertEqual(self.counts("broken")["failed"], 3)
        counted = self.data("retry", *filtered)
        self.assertEqual((counted["count"], counted["complete"]), (1, True))
        as_of = counted["asOf"]
        self.assertIn("This is about 1 jobs", self.refused("retry", *filtered, "--confirm", "2", "--as-of", as_of))
        self.assertEqual(self.counts("broken")["failed"], 3)
        self.assertEqual(self.tripos("retry", *filtered, "--confirm", "1", "--as-of", as_of), "1 job done, 0 skipped, 0 left.\n")
        self.assertEqual(self.state("broken", "1"), "waiting")
        self.assertEqual(self.counts("broken")["failed"], 2)

    def test_removes_and_promotes_by_filter(self):
        for _ in range(3):
            self.tripos("add", "many-delayed", "x", "--delay", "600000")
        self.tripos("add", "many-delayed", "y", "--delay", "600000")
        for act, state, left in (("promote", "delayed", {"delayed": 1, "waiting": 3}), ("remove", "waiting", {"delayed": 1, "waiting": 0})):
            counted = self.data(act, "many-delayed", "--state", state, "--name", "x")
            self.assertEqual(counted["count"], 3)
            self.assertEqual(self.data(act, "many-delayed", "--state", state, "--name", "x", "--confirm", "3", "--as-of", counted["asOf"]),
                             {"done": 3, "skipped": 0, "left": 0})
            counts = self.counts("many-delayed")
            self.assertEqual({one: counts[one] for one in left}, left)
        self.assertIn("0 jobs as of", self.tripos("remove", "many-delayed", "--state", "waiting"))

    def test_a_filter_that_makes_no_sense_is_no_act(self):
        self.laid_failures("sane", ("1", "report", "no paper"))
        for arguments in (("retry", "sane"), ("remove", "sane"), ("promote", "sane", "--name", "x"), ("retry", "sane", "1", "--state", "failed"),
                          ("retry", "sane", "--state", "failed", "--confirm", "1"), ("retry", "sane", "--all", "--name", "report")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.server.command("queue", *arguments).returncode, 64)
        self.assertIn("state", self.refused("retry", "sane", "--state", "delayed"))
        self.assertEqual(self.counts("sane")["failed"], 1)

    def test_drains_what_waits_and_only_then_what_is_delayed(self):
        for _ in range(3):
            self.tripos("add", "drained", "x")
        self.tripos("add", "drained", "x", "--priority", "1")
        self.tripos("add", "drained", "x", "--delay", "600000")
        self.assertEqual(self.data("drain", "drained")["count"], 4)
        self.assertEqual(self.counts("drained")["delayed"], 1)
        self.assertEqual(self.tripos("drain", "drained", "--delayed"), "Queue drained: 1 job.\n")

    def test_cleans_a_state_by_age_and_number(self):
        for _ in range(3):
            self.tripos("add", "cleaned", "x")
        self.assertEqual(self.data("clean", "cleaned", "--state", "waiting", "--older-than", "3600")["count"], 0)
        self.assertEqual(self.data("clean", "cleaned", "--state", "waiting", "--limit", "1")["count"], 1)
        self.assertEqual(self.tripos("clean", "cleaned", "--state", "waiting"), "Queue cleaned: 2 jobs.\n")
        self.assertIn("state", self.refused("clean", "cleaned", "--state", "happy"))

    def test_obliterates_only_when_told_twice(self):
        self.tripos("add", "gone", "x")
        self.refused_usage("obliterate", "gone")
        self.assertEqual(self.tripos("obliterate", "gone", "--yes"), "Queue obliterated: 1 job.\n")
        self.assertEqual(self.redis.command("KEYS", "bull:gone:*"), "")
        self.assertIn("`tripos queue list`", self.refused("stats", "gone"))

    def test_stats_tell_how_many_jobs_each_priority_has_C112(self):
        for priority in (7, 2, 7):
            self.tripos("add", "ranked", "x", "--priority", str(priority))
        self.tripos("add", "ranked", "x")
        self.assertEqual(self.data("stats", "ranked")["data"]["priorities"],
                         [{"priority": 2, "count": 1}, {"priority": 7, "count": 2}])
        self.assertRegex(self.tripos("stats", "ranked"), r"(?m)^prioritized +3\n +priority 2 +1\n +priority 7 +2$")

    def test_shows_events_and_follows_those_to_come(self):
        first = self.data("add", "watched", "x")["id"]
        events = [json.loads(line) for line in self.tripos("events", "watched", "--json").splitlines()]
        self.assertEqual([event["event"] for event in events], ["added", "waiting"])
        self.assertEqual(events[0]["fields"], {"jobId": first, "name": "x"})
        self.assertRegex(self.tripos("events", "watched", "--count", "1"), rf"^\d{{4}}-.*  waiting jobId={first}\n$")
        follower = subprocess.Popen([BINARY, "queue", "events", "watched", "--follow"], cwd=self.server.folder,
                                    env=self.server.environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.kill)
        self.assertIn("added", follower.stdout.readline())
        follower.stdout.readline()
        second = self.data("add", "watched", "y")["id"]
        self.assertIn(f"added jobId={second} name=y", follower.stdout.readline())
        follower.send_signal(signal.SIGINT)
        self.assertEqual(follower.wait(10), 0)

    def test_what_takes_long_shows_a_bar_on_a_terminal_and_its_result_alone_elsewhere(self):
        self.redis.command("EVAL", ADD_MANY, "0", "30000")
        reader, terminal = pty.openpty()
        done = subprocess.run([BINARY, "queue", "drain", "many"], cwd=self.server.folder, timeout=60, text=True,
                              env=self.server.environment(), stdout=subprocess.PIPE, stderr=terminal, check=True)
        os.close(terminal)
        shown = read_all(reader)
        self.assertEqual(done.stdout, "Queue drained: 30000 jobs.\n")
        self.assertIn("\r[" + "." * 40 + "] 0 of 30000", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        self.redis.command("EVAL", ADD_MANY, "0", "25000")
        self.assertEqual(self.tripos("clean", "many", "--state", "waiting"), "Queue cleaned: 25000 jobs.\n")

    def refused_usage(self, *arguments):
        done = self.server.command("queue", *arguments)
        self.assertEqual(done.returncode, 64, done.stdout + done.stderr)

    def test_what_cannot_be_done_is_said_on_standard_error(self):
        self.assertIn("no queue", self.refused("stats", "nowhere"))
        self.assertIn("no queue", self.refused("events", "nowhere"))
        self.assertIn("no job", self.refused("job", "email", MISSING))
        self.assertIn("state", self.refused("jobs", "email", "--state", "happy"))
        self.assertIn("JSON", self.refused("add", "made", "x", "--data", "{broken"))
        self.assertIn("':'", self.refused("add", "a:b", "x"))
        self.assertIn("no job", self.refused("retry", "email", MISSING))
        for arguments in ((), ("stats",), ("job", "email"), ("retry", "email"), ("retry", "email", "1", "--all"),
                          ("clean", "email"), ("unknown", "email")):
            with self.subTest(arguments=arguments):
                self.refused_usage(*arguments)


class MoreThanAreCounted(QueueSite):
    def fill(self, failed):
        self.redis.command("EVAL", """
            redis.call('HSET', 'bull:heap:meta', 'opts.maxLenEvents', '10000')
            for i = 1, tonumber(ARGV[1]) do
              redis.call('HSET', 'bull:heap:' .. i, 'name', 'x', 'data', '{}', 'timestamp', '1700000000000', 'delay', '0', 'opts', '{}',
                         'finishedOn', '1700000000000', 'failedReason', 'why')
              redis.call('ZADD', 'bull:heap:failed', '1700000000000', i)
            end""", "0", str(failed))

    def test_what_is_left_is_what_the_next_request_counts(self):
        self.fill(11_500)
        wanted = {"act": "remove", "state": "failed"}
        counted = self.site.expect(409, "POST", "/admin/queues/heap/bulk", wanted, self.staff)
        self.assertEqual((counted["count"], counted["complete"]), (10_000, False))
        left = counted["count"]
        for expected in (10_000, 9_500):
            done = self.site.expect(200, "POST", "/admin/queues/heap/bulk", {**wanted, "asOf": counted["asOf"], "confirm": str(left)}, self.staff)
            self.assertEqual((done["done"], done["skipped"], done["left"]), (1_000, 0, expected))
            left = done["left"]

    def test_the_command_does_as_many_as_were_counted(self):
        self.fill(12_500)
        counted = json.loads(self.tripos("remove", "heap", "--state", "failed", "--json"))
        told = self.tripos("remove", "heap", "--state", "failed", "--confirm", "10000", "--as-of", counted["asOf"])
        self.assertEqual(told, "10000 jobs done, 0 skipped, 2500 left.\n")


class QueueCommandAlone(unittest.TestCase):
    def test_works_in_a_process_of_its_own_when_no_server_runs(self):
        server = TriposServer()
        self.addCleanup(server.stop)
        site = Site(server)
        site.admin()
        self.assertEqual(self.tripos(server, "pause", "email")["data"]["paused"], True)
        site.sign_up("waiting@example.com")
        wait_until(lambda: self.tripos(server, "stats", "email")["data"]["counts"]["prioritized"] == 1, 10, "the mail")
        server.terminate()

        self.assertEqual(self.tripos(server, "stats", "email")["data"]["counts"]["prioritized"], 1)
        done = server.command("queue", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("QUEUE"), done.stdout)
        self.assertEqual(self.tripos(server, "resume", "email")["data"]["paused"], False)
        server.start()
        site.mail("waiting@example.com")

    def tripos(self, server, *arguments):
        done = server.command("queue", *arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)


class QueueWithoutRedis(unittest.TestCase):
    def test_says_so_and_comes_back(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server = TriposServer(REDIS_URL=redis.url)
        self.addCleanup(server.stop)
        site = Site(server)
        staff = site.admin()
        redis.end()
        wait_until(lambda: server.api("GET", "/admin/queues", None, staff).status == 503, 10, "the outage")
        self.assertNotEqual(server.command("queue", "list").returncode, 0)
        redis.start()
        wait_until(lambda: server.api("GET", "/admin/queues", None, staff).status == 200, 10, "Redis to be back")


if __name__ == "__main__":
    unittest.main()
