# SPDX-License-Identifier: MIT
"""tripos-site of the Debian package: the program with the settings, secrets, user and folder of tripos.service, and nothing of the caller's."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from harness import BINARY, ROOT

USER = 4711  # tripos on the machine of these tests
SECRETS = {"access-secret": "a" * 64, "email-secret": "e" * 64}


def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


class SiteCommand(unittest.TestCase):
    """/etc and /var are the test's own. It takes root: the command becomes somebody else."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-machine-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        self.write("etc/systemd/system/tripos.service", text_of("deploy/systemd/tripos.service").replace("/usr/bin/tripos", "/srv/tripos"))
        self.write("etc/passwd", f"root:x:0:0::/:/bin/sh\ntripos:x:{USER}:{USER}::/var/lib/tripos:/bin/sh\n")
        self.write("etc/group", f"root:x:0:\ntripos:x:{USER}:\n")
        for name, secret in SECRETS.items():
            self.write(f"etc/tripos/{name}", secret + "\n", 0o600)
        self.settings("PUBLIC_URL=https://exams.example.org", "SMTP_URL=smtp://127.0.0.1:9")
        for name in ("var/lib/tripos", "var/backups/tripos"):
            path = os.path.join(self.folder, name)
            os.makedirs(path)
            os.chmod(path, 0o700)
            os.chown(path, USER, USER)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def settings(self, *lines):
        self.write("etc/tripos/tripos.env", "\n".join(lines) + "\n", 0o640)

    def drop_in(self, name, *lines):
        self.write(f"etc/systemd/system/tripos.service.d/{name}.conf", "\n".join(["[Service]", *lines]) + "\n")

    def site(self, *words, code=0, user=0, **environment):
        sandbox = ["bwrap", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp",
                   *(word for name in ("bin", "sbin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")),
                   "--bind", os.path.join(self.folder, "etc"), "/etc", "--bind", os.path.join(self.folder, "var"), "/var",
                   "--perms", "0755", "--dir", "/srv", "--ro-bind", BINARY, "/srv/tripos", "--ro-bind", os.path.join(ROOT, "deploy/debian/tripos-site"), "/srv/tripos-site",
                   "--chdir", "/tmp", "--cap-add", "ALL"]
        identity = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"] if user else []
        done = subprocess.run([*sandbox, *identity, "/srv/tripos-site", *words], capture_output=True, text=True, timeout=120,
                              env={"PATH": "/usr/sbin:/usr/bin", **environment})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def environment(self, **of_the_caller):
        """What the program would have."""
        self.drop_in("zz-env", "ExecStart=", "ExecStart=/usr/bin/env serve")
        return dict(entry.split("=", 1) for entry in self.site("-0", **of_the_caller).split("\0") if entry)

    def test_the_settings_of_unit_file_and_secrets_are_in_effect(self):
        found = {row["key"]: row for row in json.loads(self.site("config", "--json"))["settings"]}
        self.assertEqual(found["PUBLIC_URL"]["value"], "https://exams.example.org")
        self.assertEqual(found["DATA_DIR"]["value"], "/var/lib/tripos")
        for name in ("APP_ENV", "JWT_ACCESS_SECRET", "JWT_EMAIL_SECRET"):
            self.assertEqual(found[name]["from"], "environment", found[name])
        self.settings("# nothing is filled in")
        told = self.site("config", code=78)
        self.assertEqual([line.split()[1] for line in told.splitlines() if " must be set" in line], ["SMTP_URL", "PUBLIC_URL"], told)

    def test_it_runs_as_the_unit_does(self):
        self.drop_in("shell", "ExecStart=", "ExecStart=/bin/sh serve")
        self.assertEqual(self.site("-c", "id -un; id -Gn; pwd; umask; echo $HOME").split(), ["tripos", "tripos", "/var/lib/tripos", "0077", "/var/lib/tripos"])
        self.assertEqual(self.site("-c", "exit 66", code=66), "")
        self.assertEqual(self.site("-c", 'for word; do echo "<$word>"; done', "sh", "a b", "", "*"), "<a b>\n<>\n<*>\n")

    def test_nothing_of_the_caller_counts(self):
        found = self.environment(SMTP_URL="smtp://elsewhere", DATABASE_URL="postgres://elsewhere/x", DATA_DIR="/tmp", LANG="C.UTF-8")
        self.assertEqual((found["SMTP_URL"], found["DATA_DIR"], found["LANG"]), ("smtp://127.0.0.1:9", "/var/lib/tripos", "C.UTF-8"))
        self.assertNotIn("DATABASE_URL", found)

    def test_the_file_is_read_as_systemd_reads_it_and_never_executed(self):
        trap = "$(touch /var/lib/tripos/trap) `touch /var/lib/tripos/trap`; touch /var/lib/tripos/trap & ${HOME}"
        expected = {'A=plain # and this': "plain # and this", "B=  two words  ": "two words", 'C="quoted # \\" \\\\ \\x $"': 'quoted # " \\ \\x $',
                    "D='it is \\ so \"here\"'": 'it is \\ so "here"', 'E=Exams "of" us <a@b.example>': 'Exams "of" us <a@b.example>',
                    "F=a\\ b\\\\c": "a b\\c", "G=": "", "H = x": "x", '  I="a"\'b\' c': "abc", "J=" + trap: trap, f"K='{trap}'": trap, "L=größe*": "größe*",
                    "M=last\r": "last", "N=one=two": "one=two"}
        self.settings("# a comment", "; another", "", "no setting", "not-a-name=x", "9=x", *expected)
        found = self.environment()
        self.assertEqual({line: found.get(line.split("=")[0].strip()) for line in expected}, expected)
        self.assertNotIn("9", found)
        self.assertEqual(os.listdir(os.path.join(self.folder, "var/lib/tripos")), [])

    def test_drop_ins_add_settings_and_secrets_and_take_them_back(self):
        self.write("etc/tripos/relay", "  smtps://user:pass word@relay.example.org \n", 0o600)
        self.drop_in("relay", "LoadCredential=relay:/etc/tripos/relay", "Environment=SMTP_URL_FILE=%d/relay 'MAIL_FROM=Exams <a@b.example>' X=50%% Y=\"a b\"")
        self.settings("PUBLIC_URL=https://exams.example.org", "X=of the file")
        found = self.environment()
        self.assertEqual(found["SMTP_URL"], "smtps://user:pass word@relay.example.org")
        self.assertEqual((found["MAIL_FROM"], found["X"], found["Y"]), ("Exams <a@b.example>", "of the file", "a b"))
        self.assertEqual((found["JWT_ACCESS_SECRET"], found["JWT_EMAIL_SECRET"]), ("a" * 64, "e" * 64))
        self.drop_in("z", "Environment=", "Environment=DATA_DIR=/elsewhere", "EnvironmentFile=", "EnvironmentFile=-/etc/tripos/absent")
        found = self.environment()
        self.assertEqual(found["DATA_DIR"], "/elsewhere")
        for name in ("PUBLIC_URL", "SMTP_URL", "MAIL_FROM", "JWT_ACCESS_SECRET"):
            self.assertNotIn(name, found)

    def test_what_it_cannot_read_is_refused_with_its_place(self):
        self.assertIn("only root", self.site("config", code=1, user=USER))
        for line in ('MAIL_FROM="Exams', "MAIL_FROM=Exams \\"):
            self.settings("PUBLIC_URL=https://exams.example.org", line)
            self.assertIn("/etc/tripos/tripos.env:", told := self.site("config", code=78))
            self.assertIn("line 2", told)
        self.settings("PUBLIC_URL=https://exams.example.org")
        for line in ("Environment=A=%h", 'Environment="A=b', "Environment=A=\\x20", "EnvironmentFile=/etc/tripos/absent", "Environment=A=b \\",
                     "Environment=SMTP_URL_FILE=%d/nobody"):
            self.drop_in("wrong", line)
            self.assertIn("tripos-site: ", self.site("config", code=78), line)
        os.unlink(os.path.join(self.folder, "etc/systemd/system/tripos.service"))
        self.assertIn("there is no tripos.service", self.site("config", code=78))

    def test_a_site_is_made_copied_and_restored_and_all_of_it_stays_its_users(self):
        self.site("user", "create", "--admin", "--new-site", "--email", "staff@example.org", "--name", "Staff")
        self.assertIn("email", self.site("queue", "list"))
        self.site("doctor", "--only", "database")  # which sees a site
        copy = "/var/backups/tripos/one"
        self.site("backup", copy)
        self.assertIn("is whole", self.site("backup", "verify", copy))
        self.site("user", "create", "--email", "later@example.org", "--name", "Later")
        self.assertIn("Recovery time", self.site("restore", "--drill", copy))
        self.assertIn("is kept as /var/lib/tripos.before-", self.site("restore", copy))
        everyone = self.site("user", "list")
        self.assertIn("staff@example.org", everyone)
        self.assertNotIn("later@example.org", everyone)
        self.site("restore", "release", "--mails", "cancel", "--attempts", "finish")
        self.assert_owned("var/lib/tripos", "var/backups/tripos")

    def test_a_restore_on_a_new_machine_or_one_that_is_refused_leaves_nothing_of_roots(self):
        self.assertIn("nowhere", self.site("restore", "/var/backups/tripos/nowhere", code=1))
        self.assert_owned("var/lib/tripos")
        self.site("user", "create", "--admin", "--new-site", "--email", "staff@example.org", "--name", "Staff")

    def assert_owned(self, *places):
        for place in places:
            for folder, folders, files in os.walk(os.path.join(self.folder, place)):
                for name in (".", *folders, *files):
                    self.assertEqual(os.lstat(os.path.join(folder, name)).st_uid, USER, os.path.join(folder, name))


if __name__ == "__main__":
    unittest.main()
