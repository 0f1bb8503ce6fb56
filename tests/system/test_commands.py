# SPDX-License-Identifier: MIT
"""Every command of the program, as `--help` lists them: against a site with data and without a server, in text and as
JSON, and with each dependency away."""

import json
import os
import re
import subprocess
import unittest

from engines import PrivatePostgres, PrivateRedis, SmtpRelay
from harness import PASSWORD, Site, TriposServer, wait_until

NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\dE]+')


def commands_of(server, *words):
    """The whole commands below these words."""
    told = server.command(*words, "--help")
    assert told.returncode == 0, told.stderr
    listed = told.stdout.partition("Subcommands:\n")[2]
    names = re.findall(r"^  ([a-z][\w-]*) ", listed.partition("\n\n")[0], re.M)
    return [command for name in names for command in commands_of(server, *words, name)] if names else [words]


class CommandSite(unittest.TestCase):
    """A site with data in each part."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(**cls.settings)
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.staff = cls.site.admin()
        cls.exam = cls.site.exam(cls.staff)
        cls.token = cls.site.candidate("asha@example.com")
        cls.site.start(cls.exam, cls.token)
        cls.site.expect(200, "GET", "/exam/live", token=cls.token)
        cls.site.expect(200, "GET", f"/exam/{cls.exam}", token=cls.staff)
        log = cls.server.command("mail", "log", "asha@example.com", "--json")
        cls.mail = json.loads(log.stdout)["data"][0]["id"]
        cls.fill()

    @classmethod
    def fill(cls):
        """A queue that other commands empty."""
        for job in ("a", "b", "c"):
            done = cls.server.command("queue", "add", "reports", "weekly", "--id", job, "--delay", "600000")
            assert done.returncode == 0, done.stderr

    def whole_commands(self):
        """What is typed behind each command; `serve`, `worker` and the help aside. Each may run again and again."""
        exam, address = self.exam, "asha@example.com"
        return {
            ("user", "create"): ["--email", "new@example.com", "--name", "New", "--admin"],
            ("user", "list"): ["--search", "example"], ("user", "role"): [address, "USER"],
            ("user", "disable"): [address], ("user", "enable"): [address], ("user", "reset-password"): [address],
            ("migrate",): ["--plan"], ("audit", "verify"): [], ("clock", "show"): [], ("clock", "accept"): [],
            ("backup",): [os.path.join(self.server.folder, "copy")],
            ("backup", "verify"): [os.path.join(self.server.folder, "copy")],
            ("restore",): ["--drill", os.path.join(self.server.folder, "copy")],
            ("restore", "hold"): [], ("restore", "release"): ["--mails", "send", "--attempts", "finish"],
            ("seed",): ["--candidates", "1", "--questions", "1", "--answers", "1"],
            ("queue", "list"): [], ("queue", "stats"): ["email"], ("queue", "jobs"): ["reports"],
            ("queue", "job"): ["reports", "a"], ("queue", "events"): ["reports"],
            ("queue", "add"): ["reports", "again", "--id", "d"], ("queue", "retry"): ["reports", "--all"],
            ("queue", "promote"): ["reports", "--all"], ("queue", "remove"): ["reports", "b"],
            ("queue", "concurrency"): ["reports", "3"], ("queue", "pause"): ["reports"], ("queue", "resume"): ["reports"],
            ("queue", "drain"): ["reports"],
            ("queue", "clean"): ["reports", "--state", "completed"], ("queue", "obliterate"): ["reports", "--yes"],
            ("cache", "stats"): [], ("cache", "get"): ["exams:all"], ("cache", "explain"): [f"exam:{exam}"],
            ("cache", "del"): [f"exam:{exam}"], ("cache", "invalidate"): [f"exam:{exam}"], ("cache", "clear"): ["--all"],
            ("cache", "warm"): [exam],
            ("mail", "log"): [address], ("mail", "resend"): [self.mail], ("mail", "test"): [address], ("mail", "stats"): [],
            ("mail", "suppress"): ["gone@example.com"], ("mail", "unsuppress"): ["gone@example.com"],
            ("alerts", "list"): [], ("alerts", "silence"): ["QueuePaused", "30m"], ("alerts", "unsilence"): ["nothing"],
            ("alerts", "test"): [], ("alerts", "rules"): [], ("alerts", "reference"): [],
            ("boards",): [os.path.join(self.server.folder, "boards")],
            ("config",): [], ("doctor",): ["--only", "site"], ("engines",): [],
            ("healthcheck",): ["--set", f"PORT={self.server.port}"],
        }

    # What the run in text has used up for the one after it, and how that is said.
    USED_UP = {("user", "create"): "already", ("backup",): "exists already",
               ("restore", "release"): "is not held", ("restore", "hold"): "stop the server", ("queue", "remove"): "no job",
               ("queue", "obliterate"): "no queue", ("mail", "resend"): "on its way", ("mail", "unsuppress"): "no such entry",
               ("queue", "drain"): "no queue", ("queue", "add"): "", ("alerts", "unsilence"): "no such silence",
               ("alerts", "test"): "no way took", ("healthcheck",): "nothing answers at"}
    # Commands that have others below them.
    GROUPS = {("backup",), ("restore",)}
    # What they print is a file of a form of its own.
    FILES = {("alerts", "rules"), ("alerts", "reference"), ("boards",)}

    def run_all(self):
        for command, arguments in self.whole_commands().items():
            for form in ([], ["--json"]):
                with self.subTest(command=command, form=form):
                    done = self.server.command(*command, *arguments, *form)
                    if done.returncode != 0:
                        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                        self.assertIn(self.USED_UP[command].lower(), done.stderr.lower(), command)
                        continue
                    self.assertNotIn("Internal", done.stdout + done.stderr)
                    if form and command != ("queue", "events") and command not in self.FILES:
                        json.loads(done.stdout)
                        exponents = [found for found in NUMBER.findall(done.stdout) if found[0] != '"' and "E" in found]
                        self.assertEqual(exponents, [])


class EveryCommand(CommandSite):
    def test_the_table_has_every_command_of_the_help(self):
        # test_loadtest.py holds its days.
        listed = {words for words in commands_of(self.server) if words[0] not in ("serve", "worker", "loadtest")}
        self.assertEqual(listed | self.GROUPS, set(self.whole_commands()))

    def test_each_names_the_options_of_all(self):
        for command in [(), ("queue",), *self.whole_commands()]:
            told = self.server.command(*command, "--help").stdout
            for option in ("--data-dir", "--set", "--json"):
                self.assertIn(option, told, command)

    def test_a_word_that_is_no_command_is_named(self):
        for words, unknown in ((("frob",), "frob"), (("queue", "frob"), "frob"), (("user", "lst", "x"), "lst")):
            done = self.server.command(*words)
            self.assertEqual((done.returncode, done.stdout), (64, ""))
            self.assertTrue(done.stderr.startswith(f"unknown: {unknown}\n"), done.stderr)

    def test_a_group_alone_lists_its_commands(self):
        for group in ((), ("queue",), ("user",), ("cache",), ("mail",)):
            done = self.server.command(*group)
            self.assertEqual((done.returncode, done.stdout), (64, ""))
            self.assertEqual(done.stderr, "A command is missing\n\n" + self.server.command(*group, "--help").stdout)

    def test_each_works_with_a_server_and_without(self):
        self.run_all()
        self.assertIsNone(self.server.process.poll(), self.server.log())
        self.server.terminate()
        self.addCleanup(self.server.start)
        self.fill()
        self.run_all()


class Values(CommandSite):
    def test_a_value_that_is_no_text_is_shown_as_what_it_is(self):
        self.site.expect(200, "GET", "/exam/live", token=self.token)
        text = self.server.command("cache", "get", "exams:all")
        self.assertEqual(text.returncode, 0, text.stderr)
        self.assertIn("Exam", text.stdout)
        value = json.loads(self.server.command("cache", "get", "exams:all", "--json").stdout)
        self.assertTrue(value["found"])
        self.assertIn("Exam", value["value"])

    def test_so_is_a_job_of_another_program(self):
        redis = os.path.join(self.server.data_dir, "redis", "redis.sock")
        words = ('HSET bull:reports:raw name "w\\xff" data "\\xfe{" timestamp 1700000000000 delay 0 opts {} failedReason "\\xc0"\n'
                 "LPUSH bull:reports:wait raw\n")
        subprocess.run(["redis-cli", "-s", redis], input=words, text=True, check=True, capture_output=True)
        for command in (("jobs", "reports"), ("job", "reports", "raw")):
            for form in ([], ["--json"]):
                done = self.server.command("queue", *command, *form)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("w\\\\xff" if form else "w\\xff", done.stdout)

    def test_one_is_one(self):
        self.server.command("queue", "add", "single", "only")
        self.assertIn("Page 1 of 1, 1 job in all.", self.server.command("queue", "jobs", "single").stdout)
        chart = self.server.command("queue", "stats", "email", "--history", "--minutes", "5").stdout
        self.assertRegex(chart, r"min ago +now\n")

    def test_a_suppressed_address_is_said_with_the_way_out(self):
        self.server.command("mail", "suppress", "asha@example.com", "--why", "asked")
        done = self.server.command("mail", "resend", self.mail)
        self.assertEqual(done.returncode, 1)
        self.assertIn("asha@example.com is on the suppression list (suppressed: manual, asked); "
                      "`tripos mail unsuppress asha@example.com` takes it off", done.stderr)
        self.site.expect(409, "POST", f"/admin/mail/messages/{self.mail}/resend", token=self.staff)
        self.server.command("mail", "unsuppress", "asha@example.com")
        done = self.server.command("mail", "resend", self.mail)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_numbers_are_written_as_people_do(self):
        failure = {"stage": "rcpt", "reply": "451 4.3.0 later", "probability": 1}
        self.server.api("PUT", "//dev/api/failures", {"failures": [failure]})
        told = self.server.api("GET", "//dev/api/failures").text
        self.server.api("PUT", "//dev/api/failures", {"failures": []})
        self.assertIn('"probability":1}', told)


class Outages(unittest.TestCase):
    """What is away is named; the server lives on."""

    def server(self, **settings):
        server = TriposServer(**settings)
        self.addCleanup(server.stop)
        return server

    def test_redis_away(self):
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        redis.start()
        server = self.server(REDIS_URL=redis.url)
        staff = Site(server).admin()
        redis.stop()
        wait_until(lambda: '"queue":{"state":"down"' in server.api("GET", "//readyz").text, 10, "the loss to be noticed")
        for arguments in (("queue", "list"), ("queue", "stats", "email"), ("queue", "jobs", "email"), ("queue", "job", "email", "x"),
                          ("queue", "add", "email", "x"), ("queue", "pause", "email"), ("queue", "drain", "reports"),
                          ("cache", "get", "exams:all")):
            done = server.command(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertEqual(done.stderr, "tripos: Redis is away. Try again shortly.\n", arguments)
        answer = server.api("GET", "/admin/queues", token=staff)
        self.assertEqual((answer.status, answer.json["code"], answer.json["message"]),
                         (503, "overloaded", "Redis is away. Try again shortly."))
        for arguments in (("user", "list"), ("mail", "stats"), ("cache", "stats"), ("mail", "test", "a@example.com")):
            self.assertEqual(server.command(*arguments).returncode, 0, arguments)

    def test_the_database_away(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.stop)
        postgres.start()
        server = self.server(DATABASE_URL=postgres.url)
        postgres.crash()
        for arguments in (("user", "list"), ("mail", "log", "a@example.com"), ("mail", "test", "a@example.com"),
                          ("user", "create", "--email", "a@example.com", "--name", "A")):
            done = server.command(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertEqual(done.stderr, "tripos: The database is away. Try again shortly.\n", arguments)
        answer = server.api("POST", "/auth/login", {"email": "a@example.com", "password": PASSWORD})
        self.assertEqual((answer.status, answer.json["code"], answer.json["message"]),
                         (503, "overloaded", "The database is away. Try again shortly."))
        self.assertEqual(server.command("queue", "list").returncode, 0)

    def test_the_relay_away(self):
        relay = SmtpRelay()
        server = self.server(SMTP_URL=relay.url)
        relay.stop()
        done = server.command("mail", "test", "a@example.com")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the relay cannot be used now: at connect", done.stdout)
        self.assertIsNone(server.process.poll())


if __name__ == "__main__":
    unittest.main()
