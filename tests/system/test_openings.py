# SPDX-License-Identifier: MIT
"""What a production server leaves open: to pages of others, to neighbours on its domain, to other users of the machine."""

import os
import sqlite3
import subprocess
import stat
import unittest

from harness import PASSWORD, Connection, Site, TriposServer

PRODUCTION = {"APP_ENV": "production", "HOST": "127.0.0.1", "SMTP_URL": "smtp://127.0.0.1:9", "JWT_ACCESS_SECRET": "a" * 40,
              "JWT_EMAIL_SECRET": "b" * 40, "LOG_FORMAT": "text"}
PAGE = "https://exams.example.org"


class Openings(unittest.TestCase):
    def site(self, **settings):
        server = TriposServer(**{**PRODUCTION, "PUBLIC_URL": PAGE, **settings})
        self.addCleanup(server.stop)
        site = Site(server)
        site.admin()
        return server, site

    def log_in(self, server):
        reply = server.api("POST", "/auth/login", {"email": "staff@example.com", "password": PASSWORD})
        self.assertEqual(reply.status, 200, reply)
        return reply

    def with_cookie(self, server, cookie):
        return server.api("GET", "/profile/me", headers={"Cookie": cookie})

    def test_the_cookie_is_bound_to_its_host(self):
        server, _ = self.site()
        reply = self.log_in(server)
        token = reply.json["accessToken"]
        self.assertRegex(reply.headers["Set-Cookie"], "^__Host-accessToken=.*; Path=/; .*; HttpOnly; Secure; SameSite=Lax$")
        self.assertRegex(reply.headers.get_all("Set-Cookie")[1], "^__Host-knownDevice=.*; Path=/; .*; Secure; SameSite=Lax$")
        self.assertEqual(self.with_cookie(server, f"__Host-accessToken={token}").status, 200)
        # What a neighbour on the parent domain could have set.
        refused = self.with_cookie(server, f"accessToken={token}")
        self.assertEqual(refused.status, 401)
        self.assertEqual([cookie.split("=")[0] for cookie in refused.headers.get_all("Set-Cookie")],
                         ["__Host-accessToken", "accessToken"])
        self.assertEqual(self.with_cookie(server, f"accessToken={token}; __Host-accessToken={token}").status, 200)

    def test_sessions_from_before_are_carried_by_the_plain_cookie(self):
        server, site = self.site()
        token = self.log_in(server).json["accessToken"]
        server.terminate()
        database = sqlite3.connect(os.path.join(server.data_dir, "tripos.db"))
        database.execute("UPDATE sessions SET host_bound = 0")  # as an upgrade leaves them
        database.commit()
        database.close()
        server.start()
        self.assertEqual(self.with_cookie(server, f"accessToken={token}").status, 200)
        changed = server.api("POST", "/auth/change-password", {"currentPassword": PASSWORD, "newPassword": PASSWORD + " 2"}, token)
        self.assertEqual(changed.status, 200, changed)
        renewed = changed.json["accessToken"]
        self.assertEqual(self.with_cookie(server, f"accessToken={renewed}").status, 401)
        self.assertEqual(self.with_cookie(server, f"__Host-accessToken={renewed}").status, 200)

    def test_the_sheet_of_components_is_for_development(self):
        server, _ = self.site()
        # Not as the description says, which is a development server's.
        page = Connection(server.port)
        self.addCleanup(page.close)
        self.assertEqual(page.api("GET", "//docs/components").status, 404)
        self.assertEqual(server.api("GET", "//docs").status, 200)

    def test_without_https_the_site_runs_and_says_so(self):
        server, _ = self.site(PUBLIC_URL="HTTP://exams.school.example")
        self.assertIn("PUBLIC_URL is not https", server.log())
        reply = self.log_in(server)
        self.assertRegex(reply.headers["Set-Cookie"], "^accessToken=.*; HttpOnly; SameSite=Lax$")
        self.assertIsNone(reply.headers["Strict-Transport-Security"])

    def test_a_front_end_on_another_site_gets_the_cookie(self):
        server, _ = self.site(FRONTEND_URL="https://front.example.net", HSTS_SUBDOMAINS="on", CORS_ORIGINS="http://old.example.net")
        self.assertIn("the pages of http://old.example.net are not https", server.log())
        reply = self.log_in(server)
        self.assertRegex(reply.headers["Set-Cookie"], "^accessToken=.*; HttpOnly; Secure; SameSite=None$")
        self.assertEqual(reply.headers["Strict-Transport-Security"], "max-age=31536000; includeSubDomains")

    def test_no_foreign_page_is_trusted_unless_it_is_named(self):
        server, _ = self.site()
        self.assertNotIn("not https", server.log())
        for origin, allowed in ((PAGE, PAGE), ("http://localhost:3000", None), ("https://evil.example", None)):
            reply = server.api("GET", "//healthz", headers={"Origin": origin})
            self.assertEqual(reply.headers["Access-Control-Allow-Origin"], allowed, origin)

    def test_the_data_is_for_its_user_alone(self):
        server, _ = self.site()
        self.assertIn("Max core file size        0                    0", self.limits(server))
        server.terminate()
        os.chmod(server.data_dir, 0o755)
        server.start()
        self.assertIn("was open to other users of this machine", server.log())
        done = server.command("backup", os.path.join(server.folder, "copy"))
        self.assertEqual(done.returncode, 0, done.stderr)
        for folder, _, names in os.walk(server.folder):
            for path in [folder, *(os.path.join(folder, name) for name in names)]:
                if path != server.log_path:
                    self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode) & 0o077, 0, path)

    def test_a_database_elsewhere_is_for_its_user_alone_too(self):
        server = TriposServer(start=False, **{**PRODUCTION, "PUBLIC_URL": PAGE})
        self.addCleanup(server.stop)
        path = os.path.join(server.folder, "exams.db")
        server.settings["DATABASE_URL"] = f"sqlite:{path}"
        server.start()
        Site(server).admin()
        server.terminate()
        os.chmod(path, 0o644)  # as a copy that was put back may be
        server.start()
        self.assertIn("was open to other users of this machine", server.log())
        files = [path + suffix for suffix in ("", "-wal", "-shm")]
        self.assertEqual([stat.S_IMODE(os.stat(file).st_mode) for file in files], [0o600] * 3)

    def limits(self, server):
        with open(f"/proc/{server.process.pid}/limits", encoding="ascii") as file:
            return file.read()

    def test_a_shared_folder_is_refused(self):
        server = TriposServer(start=False)
        self.addCleanup(server.stop)
        os.mkdir(server.data_dir)
        os.chmod(server.data_dir, 0o1777)
        code, output = server.run_to_end()
        self.assertNotEqual(code, 0)
        self.assertIn("set DATA_DIR to a folder of Tripos' own", output)

    def test_secrets_are_two_and_dot_env_is_nobody_elses(self):
        server = TriposServer(start=False, **{**PRODUCTION, "PUBLIC_URL": PAGE, "JWT_EMAIL_SECRET": "a" * 40})
        self.addCleanup(server.stop)
        path = os.path.join(server.folder, ".env")
        with open(path, "w", encoding="utf-8") as file:
            file.write("PASSWORD_MIN_LENGTH=9\n")
        os.chmod(path, 0o644)
        done = server.command("config")
        self.assertEqual(done.returncode, 78)
        self.assertIn("JWT_EMAIL_SECRET must not be that of JWT_ACCESS_SECRET", done.stderr)
        self.assertIn("chmod 600 .env", done.stderr + done.stdout)
        key = os.path.join(server.folder, "dkim.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
        os.chmod(key, 0o644)
        server.settings["DKIM_KEYS"] = f"one={key}"
        self.assertIn(f"chmod 600 {key}", server.command("config").stderr)
        del server.settings["DKIM_KEYS"]
        for mode, is_named in ((0o660, True), (0o602, True), (0o640, False), (0o600, False)):
            os.chmod(path, mode)
            done = server.command("config")
            self.assertEqual("chmod" in done.stderr + done.stdout, is_named, oct(mode))

    def test_no_secret_serves_twice(self):
        # The relay's owner knows the webhook's, whoever keeps the figures the token.
        for name, value in (("MAIL_WEBHOOK_SECRET", "a" * 40), ("METRICS_TOKEN", "b" * 40)):
            server = TriposServer(start=False, **{**PRODUCTION, "PUBLIC_URL": PAGE, name: value})
            self.addCleanup(server.stop)
            done = server.command("config")
            self.assertEqual(done.returncode, 78, name)
            self.assertRegex(done.stderr, name + " must not be that of JWT_(ACCESS|EMAIL)_SECRET")
        server = TriposServer(start=False, **{**PRODUCTION, "PUBLIC_URL": PAGE, "JWT_ACCESS_SECRET": " " * 40})
        self.addCleanup(server.stop)
        self.assertIn("JWT_ACCESS_SECRET must have at least 32 characters", server.command("config").stderr)
        server = TriposServer(start=False, **{**PRODUCTION, "PUBLIC_URL": PAGE, "METRICS_TOKEN": "guess me"})
        self.addCleanup(server.stop)
        done = server.command("config")
        self.assertIn("METRICS_TOKEN has less than 32 characters", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
