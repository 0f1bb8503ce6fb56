# SPDX-License-Identifier: MIT
"""Settings from outside: the reference pages are those of the program, and `tripos config` tells the truth but no secret."""

import json
import os
import subprocess
import tempfile
import unittest

import harness


# What means nothing, or would be refused only once the server runs.
REFUSED = {
    "SMTP_URL": ["smpt://relay.example.org", "smtp://user@relay.example.org", "smtp://a:hush b@c", "relay"],
    "SMTP_BULK_URL": ["http://relay.example.org"],
    "DATABASE_URL": ["mysql://app:hush@db/tripos", "postgres://app:hush@db:port:x/tripos?nonsense=1", "sqlite:", "tripos.db"],
    "REDIS_URL": ["http://app:hush@cache", "redis://", "rediss://h?cacert=/nowhere/ca.pem"],
    "CACHE_REDIS_URL": ["cache:6379"],
    "QUEUE_REDIS_URL": ["redis://h/x"],
    "TRUSTED_PROXIES": ["abc", "127.0.0.1,10.0.0.0/33"],
    "MAIL_FROM": ["notanaddress", "Exams <exams@example.org", "Exams <>", "a@example.org, b@example.org", "Exams, Cell <a@example.org>"],
    "PUBLIC_URL": ["exams.example.org", "https://", "ftp://exams.example.org", "https://exams.example.org/",
                   "https://exams.example.org?a=b", "https://a b"],
    "FRONTEND_URL": ["localhost:3000"],
    "CORS_ORIGINS": ["foo", "*", "http://localhost:3000,https://exams.example.org/path"],
    "COOKIE_DOMAIN": ["https://example.org", "example.org; Path=/"],
    "METRICS_LISTEN": ["9100", "127.0.0.1:99999"],
    "SMTP_CA_FILE": ["/nowhere/ca.pem", "/etc", "/etc/hostname"],
    "MAIL_WEBHOOK_SECRET": ["hush", "whsec_hush hush hush hush hush", "whsec_aHVzaA=="],
    "JWT_ACCESS_SECRET": ["hush"],
    "JWT_EMAIL_SECRET": ["hush" * 7 + "abc"],
    "EXAM_TIMEZONE": ["Mars/Olympus"],
    "CACHE_PREFIX": ["{a", "{a}{b}"],
    "DEV_INBOX_FAILURES": ["rcpt 10% 451 later,nonsense"],
    "DKIM_KEYS": ["selector=/nowhere/key.pem", "selector=/etc"],
}
ACCEPTED = {
    "SMTP_URL": "smtps://user:p%40ss@relay.example.org", "DATABASE_URL": "postgresql://app@db/tripos?sslmode=verify-full",
    "REDIS_URL": "redis://app:x@cache:6379/2", "QUEUE_REDIS_URL": "unix:///run/redis.sock?db=1",
    "TRUSTED_PROXIES": "127.0.0.1, ::1, 10.0.0.0/8", "MAIL_FROM": "exams@example.org",
    "PUBLIC_URL": "https://exams.example.org:8443/tripos", "FRONTEND_URL": "http://[::1]:3000",
    "CORS_ORIGINS": "http://localhost:3000, https://*.example.org", "COOKIE_DOMAIN": ".example.org",
    "MAIL_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "JWT_EMAIL_SECRET": "k" * 32,
}


def run_config(*arguments, dotenv="", **environment):
    with tempfile.TemporaryDirectory(prefix="tripos-test-") as folder:
        with open(os.path.join(folder, ".env"), "w", encoding="utf-8") as file:
            file.write(dotenv)
        return subprocess.run([harness.BINARY, "config", *arguments], cwd=folder, env=environment, text=True,
                              capture_output=True, timeout=20)


def settings_of(done):
    return {entry["key"]: entry for entry in json.loads(done.stdout)["settings"]}


class ReferencePages(unittest.TestCase):
    def check(self, path, kind):
        with open(os.path.join(harness.ROOT, path), encoding="utf-8") as file:
            written = file.read()
        self.assertTrue(run_config("--reference", kind).stdout == written, f"{path} is stale: run ./dev docs and commit it")

    def test_the_configuration_page_is_that_of_the_program(self):
        self.check("docs/configuration.md", "markdown")

    def test_the_env_example_is_that_of_the_program(self):
        self.check(".env.example", "dotenv")

    def test_the_env_example_can_be_used_with_everything_uncommented(self):
        with open(os.path.join(harness.ROOT, ".env.example"), encoding="utf-8") as file:
            lines = [line[1:] if line.startswith("#") and line[1:2].isalpha() else line for line in file]
        done = run_config("--json", dotenv="".join(lines))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(settings_of(done)["PORT"]["from"], ".env")


class EffectiveSettings(unittest.TestCase):
    def test_each_value_says_where_it_came_from(self):
        done = run_config("--json", "--set", "PORT=9001", dotenv="PORT=1\nMAIL_FROM=A <a@example.org>\n",
                          PORT="2", NODE_ENV="test")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = {key: (entry["value"], entry["from"]) for key, entry in settings_of(done).items()}
        self.assertEqual(found["PORT"], ("9001", "flag"))
        self.assertEqual(found["MAIL_FROM"], ("A <a@example.org>", ".env"))
        self.assertEqual(found["PUBLIC_URL"], ("http://localhost:9001", "default"))
        self.assertEqual(settings_of(done)["APP_ENV"]["foundAs"], "NODE_ENV")

    def test_the_table_for_people_has_every_setting(self):
        done = run_config(PORT="9001")
        self.assertRegex(done.stdout, r"(?m)^PORT +9001 +environment$")
        self.assertRegex(done.stdout, r"(?m)^HOST +127\.0\.0\.1 +default$")
        self.assertRegex(done.stdout, r"(?m)^REDIS_URL +\(a private redis-server is started\) +default$")

    def test_no_secret_is_printed(self):
        secrets = {"REDIS_URL": "redis://app:hush-1@127.0.0.1:1/0", "DATABASE_URL": "postgres://app:hush-2@127.0.0.1:1/db",
                   "SMTP_URL": "smtp://app:hush-3@127.0.0.1:25", "JWT_ACCESS_SECRET": "hush-4" * 8, "METRICS_TOKEN": "hush-5"}
        for arguments in ([], ["--json"]):
            done = run_config(*arguments, **secrets)
            self.assertNotIn("hush", done.stdout + done.stderr)
            self.assertIn("redis://app:***@127.0.0.1:1/0", done.stdout)

    def test_config_and_serve_refuse_the_same_values_with_the_same_line(self):
        with tempfile.TemporaryDirectory(prefix="tripos-test-") as folder:
            for key, values in REFUSED.items():
                for value in values:
                    with self.subTest(key=key, value=value):
                        environment = {key: value, "PATH": os.environ["PATH"], "PORT": "0"}
                        lines = []
                        for command in ("config", "serve", "user", "queue"):
                            words = [command] + ["list"] * (command in ("user", "queue"))
                            done = subprocess.run([harness.BINARY, *words], cwd=folder, env=environment, text=True,
                                                  capture_output=True, timeout=20)
                            self.assertEqual(done.returncode, 78, done.stderr)
                            lines.append(done.stderr)
                        self.assertEqual(len(set(lines)), 1, lines)
                        self.assertRegex(lines[0], f"^tripos: {key} (must|is|needs|holds|does|cannot) [^\n]+\n$")
                        if "hush" in value:
                            self.assertNotIn("hush", lines[0])
            self.assertEqual(os.listdir(folder), [])

    def test_what_makes_sense_is_accepted(self):
        done = run_config("--json", **ACCEPTED)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_only_a_dotenv_that_is_not_there_counts_as_none(self):
        with tempfile.TemporaryDirectory(prefix="tripos-test-") as folder:
            path = os.path.join(folder, ".env")
            def run(command):
                done = subprocess.run([harness.BINARY, command], cwd=folder, env={"PORT": "0"}, text=True, capture_output=True,
                                      timeout=20)
                return done.returncode, done.stderr
            self.assertEqual(run("config"), (0, ""))
            os.mkdir(path)
            for command in ("config", "serve"):
                self.assertEqual(run(command), (78, "tripos: .env cannot be read: Is a directory\n"))
            os.rmdir(path)
            os.symlink(".env", path)
            self.assertEqual(run("serve")[0], 78)
            os.remove(path)
            for line in ('A="x" junk', "PORT='1", "nonsense"):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(f"\n{line}\n")
                code, said = run("serve")
                self.assertEqual(code, 78)
                self.assertRegex(said, r"^tripos: \.env line 2 must read KEY=value[^\n]*\n$")
            self.assertEqual(settings_of(run_config("--json", dotenv="PORT= # none\n"))["PORT"]["from"], "default")

    def test_a_misspelt_setting_is_named_also_when_another_one_stops_the_start(self):
        done = subprocess.run([harness.BINARY, "serve", "--set", "PORT=many"], env={"PATH": os.environ["PATH"]}, text=True,
                              capture_output=True, timeout=20, cwd=self.folder_with(".env", "PUBLIC_ULR=https://exams.example.org\n"))
        self.assertEqual(done.returncode, 78)
        self.assertIn("unknown setting PUBLIC_ULR in .env; did you mean PUBLIC_URL?", done.stderr)
        self.assertRegex(done.stderr, "(?m)^tripos: PORT must be")

    def test_no_line_of_the_log_gets_into_what_went_wrong(self):
        folder = self.folder_with(".env", "PROT=1\n")
        for _ in range(20):
            done = subprocess.run([harness.BINARY, "user", "list"], cwd=folder, env={"PATH": os.environ["PATH"]}, text=True,
                                  capture_output=True, timeout=20)
            self.assertEqual(done.returncode, 66)
            self.assertRegex(done.stderr, "(?m)^tripos: no site in ")
            self.assertRegex(done.stderr, "(?m)^[0-9].* unknown setting PROT")

    def folder_with(self, name, text):
        folder = tempfile.TemporaryDirectory(prefix="tripos-test-")
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)
        return folder.name

    def test_every_problem_is_named_beside_the_listing(self):
        done = run_config("--set", "PORTS=1", APP_ENV="production", HTTP_THREADS="many")
        self.assertEqual(done.returncode, 78)
        self.assertIn("tripos: PORTS is no setting; did you mean PORT?", done.stderr)
        self.assertIn('tripos: HTTP_THREADS must be a whole number from 0 to 256, not "many"', done.stderr)
        self.assertIn("tripos: SMTP_URL must be set in production", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^APP_ENV +production +environment$")


if __name__ == "__main__":
    unittest.main()
