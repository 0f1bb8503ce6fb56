# SPDX-License-Identifier: MIT
"""`tripos user`: accounts from the command line; and no command makes a site where somebody stands in the wrong folder."""

import json
import os
import re
import unittest

from engines import PrivatePostgres
from harness import PASSWORD, Site, TriposServer

COMMANDS = (("user", "list"), ("user", "create", "--admin", "--email", "a@example.com", "--name", "A"),
            ("user", "role", "a@example.com", "ADMIN"), ("queue", "list"), ("cache", "stats"), ("mail", "stats"),
            ("mail", "test", "a@example.com"), ("backup", "copy"), ("seed", "--candidates", "1"))


class WrongFolder(unittest.TestCase):
    def setUp(self):
        self.server = TriposServer(start=False)
        self.addCleanup(self.server.stop)

    def test_no_command_makes_a_site(self):
        for arguments in COMMANDS:
            with self.subTest(arguments=arguments):
                done = self.server.command(*arguments)
                self.assertEqual((done.returncode, done.stdout), (66, ""), done.stderr)
                self.assertIn(f"no site in {self.server.data_dir}; set DATA_DIR", done.stderr)
                self.assertEqual(os.listdir(self.server.folder), [])

    def test_a_folder_that_holds_no_site_is_left_as_it_is(self):
        os.mkdir(self.server.data_dir)
        database = os.path.join(self.server.data_dir, "tripos.db")
        open(database, "wb").close()
        self.assertEqual(self.server.command("queue", "list").returncode, 66)
        self.assertEqual((os.listdir(self.server.data_dir), os.path.getsize(database)), (["tripos.db"], 0))

    def test_a_database_of_postgresql_without_our_tables_is_no_site(self):
        postgres = PrivatePostgres()
        self.addCleanup(postgres.stop)
        self.server.settings |= {"DATABASE_URL": postgres.url, "DATABASE_START_TIMEOUT": "1"}
        done = self.server.command("queue", "list")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("The database cannot be reached", done.stderr)
        postgres.start()
        done = self.server.command("queue", "list")
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn("correct DATABASE_URL", done.stderr)
        self.assertEqual(os.listdir(self.server.folder), [])
        self.server.start()
        self.server.terminate()
        self.assertEqual(self.server.command("queue", "list").returncode, 0)

    def test_settings_and_help_need_none(self):
        for arguments in (("config",), ("--help",), ("queue", "--help"), ("user", "list", "--help"), ("--version",)):
            self.assertEqual(self.server.command(*arguments).returncode, 0, arguments)
        self.assertEqual(os.listdir(self.server.folder), [])

    def test_the_first_administrator_may_come_before_the_first_start(self):
        create = ("user", "create", "--email", "first@example.com", "--name", "First", "--password-stdin")
        self.assertEqual(self.server.command(*create, "--new-site", text=PASSWORD).returncode, 64, "only with --admin")
        done = self.server.command(*create, "--admin", "--new-site", text=PASSWORD)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.server.start()
        Site(self.server).log_in("first@example.com")


class UserCommand(unittest.TestCase):
    """Each command with a server and without one."""

    def setUp(self):
        self.server = TriposServer()
        self.addCleanup(self.server.stop)
        self.site = Site(self.server)
        self.token = self.site.candidate("asha@example.com")

    def tripos(self, *arguments, text=None, code=0):
        done = self.server.command("user", *arguments, text=text)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def user(self, email):
        found = json.loads(self.tripos("list", "--search", email, "--json"))["data"]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_accounts_are_listed_and_their_role_changes(self):
        self.site.admin("staff@example.com")
        for _ in ("with a server", "without"):
            table = self.tripos("list")
            self.assertRegex(table, r"EMAIL +NAME +ROLES +VERIFIED +DISABLED +CREATED\n"
                                    r"staff@example.com +Staff +ADMIN +yes +no .*\n"
                                    r"asha@example.com +Asha Rao +USER +yes +no ")
            self.assertIn("2 accounts in all.", table)
            self.assertEqual(self.tripos("role", "Asha@example.com", "admin"),
                             "Asha@example.com has the role ADMIN and may log in.\n")
            self.assertEqual(self.user("asha")["role"], "ADMIN")
            self.assertEqual(self.tripos("role", "asha@example.com", "author", "INVIGILATOR"),
                             "asha@example.com has the roles AUTHOR, INVIGILATOR and may log in.\n")
            self.assertEqual((self.user("asha")["role"], self.user("asha")["roles"]), ("USER", ["AUTHOR", "INVIGILATOR"]))
            self.tripos("role", "asha@example.com", "USER")
            self.assertEqual(self.user("asha")["roles"], [])
            refused = self.tripos("role", "staff@example.com", "USER", code=1)
            self.assertIn("This is the only administrator", refused)
            if self.server.process.poll() is None:
                self.server.terminate()

    def test_a_disabled_account_is_out_at_once_until_it_is_enabled(self):
        self.assertEqual(self.tripos("disable", "asha@example.com"), "asha@example.com has the role USER and is disabled.\n")
        self.site.expect(401, "GET", "/profile/me", None, self.token)
        self.assertNotEqual(self.server.api("POST", "/auth/login", {"email": "asha@example.com", "password": PASSWORD}).status, 200)
        self.assertEqual(self.tripos("enable", "asha@example.com"), "asha@example.com has the role USER and may log in.\n")
        self.site.log_in("asha@example.com")

    def test_a_password_is_set_or_made_and_ends_the_sessions(self):
        told = self.tripos("reset-password", "asha@example.com")
        made = re.search(r"Password, shown only now: (\S+)\n", told)[1]
        self.site.expect(401, "GET", "/profile/me", None, self.token)
        self.site.log_in("asha@example.com", made)
        told = self.tripos("reset-password", "asha@example.com", "--password-stdin", text="another horse 8\n")
        self.assertNotIn("horse", told)
        self.site.log_in("asha@example.com", "another horse 8")
        self.assertIn("8", self.tripos("reset-password", "asha@example.com", "--password-stdin", text="short\n", code=1))

    def test_what_makes_no_sense_is_refused_with_its_cure(self):
        for action in ("disable", "enable", "reset-password"):
            self.assertIn("no account has the address nobody@example.com", self.tripos(action, "nobody@example.com", code=1))
            self.assertIn("name@example.org", self.tripos(action, "nonsense", code=1))
        self.tripos("role", "asha@example.com", "KING", code=64)
        self.tripos(code=64)


if __name__ == "__main__":
    unittest.main()
