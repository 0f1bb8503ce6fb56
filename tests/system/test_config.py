# SPDX-License-Identifier: MIT
"""Settings from outside: the reference pages are those of the program, and `tripos config` tells the truth but no secret."""

import json
import os
import subprocess
import tempfile
import unittest

import harness


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

    def test_every_problem_is_named_beside_the_listing(self):
        done = run_config("--set", "PORTS=1", APP_ENV="production", HTTP_THREADS="many")
        self.assertEqual(done.returncode, 78)
        self.assertIn("tripos: PORTS is no setting; did you mean PORT?", done.stderr)
        self.assertIn('tripos: HTTP_THREADS must be a whole number from 0 to 256, not "many"', done.stderr)
        self.assertIn("tripos: SMTP_URL must be set in production", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^APP_ENV +production +environment$")


if __name__ == "__main__":
    unittest.main()
