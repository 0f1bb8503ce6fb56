# SPDX-License-Identifier: MIT
"""PostgreSQL by URL with TLS: whom the server trusts, whom it refuses, and that no password shows."""

import os
import shutil
import subprocess
import unittest

from engines import Certificates, PrivatePostgres
from harness import Site, TriposServer, wait_until

SECRET = "hush-hush-1"


class PostgresByTls(unittest.TestCase):
    """One server for all: it takes log-ins of `app` over TLS only, by password and by a certificate named app."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = Certificates()
        cls.addClassCleanup(cls.certificates.remove)
        cls.postgres = PrivatePostgres("ssl=on", "ssl_ca_file=ca.pem", "ssl_cert_file=server.pem",
                                       "ssl_key_file=server.key")
        cls.addClassCleanup(cls.postgres.stop)
        for name in ("ca.pem", "server.pem", "server.key", "elsewhere.pem", "elsewhere.key", "expired.pem", "expired.key"):
            cls.keep(name, name)
        with open(os.path.join(cls.postgres.data, "pg_hba.conf"), "w", encoding="ascii") as file:
            file.write("local all all trust\n"
                       "hostssl all app 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
                       f"hostnossl all {cls.postgres.user} 127.0.0.1/32 trust\n")
        cls.postgres.start()
        for statement in (f"CREATE ROLE app LOGIN PASSWORD '{SECRET}'", "CREATE DATABASE site OWNER app"):
            cls.postgres.run("psql", "-h", cls.postgres.folder, "-p", str(cls.postgres.port), "-U", cls.postgres.user, "-c",
                             statement, "postgres")

    @classmethod
    def keep(cls, name, target):
        """A file in the data folder, as PostgreSQL wants it."""
        path = os.path.join(cls.postgres.data, target)
        shutil.copy(cls.certificates.path(name), path)
        os.chmod(path, 0o600)
        if cls.postgres.identity:
            shutil.chown(path, "postgres", "postgres")

    def identify_as(self, name):
        """From now on the server shows this certificate."""
        self.keep(name + ".pem", "server.pem")
        self.keep(name + ".key", "server.key")
        self.postgres.run("pg_ctl", "reload", "-D", self.postgres.data)

    def url(self, password=SECRET, ca="ca.pem", client="client", host="localhost"):
        path = self.certificates.path
        own = f"&sslcert={path(client + '.pem')}&sslkey={path(client + '.key')}" if client else ""
        return (f"postgres://app:{password}@{host}:{self.postgres.port}/site"
                f"?sslmode=verify-full&sslrootcert={path(ca)}{own}")

    def refused(self, url, *reasons):
        server = TriposServer(start=False, DATABASE_URL=url, DATABASE_START_TIMEOUT=0)
        self.addCleanup(server.stop)
        code, output = server.run_to_end()
        self.assertEqual(code, 75, output)
        self.assertTrue(any(reason in output for reason in reasons), output)
        self.assertNotIn("hush", output)

    def test_a_site_lives_on_a_verified_server(self):
        self.identify_as("server")
        server = TriposServer(DATABASE_URL=self.url(), DATABASE_READERS=3)
        self.addCleanup(server.stop)
        site = Site(server)
        site.candidate("asha@example.com")
        encrypted = self.postgres.run("psql", "-h", self.postgres.folder, "-p", str(self.postgres.port), "-U",
                                      self.postgres.user, "-AtX", "-c",
                                      "SELECT count(*), bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                                      "WHERE usename = 'app'", "postgres").stdout.strip()
        self.assertEqual(encrypted, "5|t")  # three readers, the one for long reads and the writer, no more
        self.assertRegex(server.log(), r"PostgreSQL connected version=\S+.* encryption=verify-full")
        seen = [server.log(), server.command("config").stdout, server.command("config", "--json").stdout,
                *[server.api("GET", path).text for path in ("//readyz", "//metrics", "/health")]]
        with open(f"/proc/{server.process.pid}/cmdline", encoding="utf-8") as arguments:
            seen.append(arguments.read())
        for text in seen:
            self.assertNotIn("hush", text)
        # Whoever cuts its connections is survived, over TLS as well.
        self.postgres.run("psql", "-h", self.postgres.folder, "-p", str(self.postgres.port), "-U", self.postgres.user, "-c",
                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'", "postgres")
        site.candidate("later@example.com")

    def test_a_server_with_another_name_is_refused(self):
        self.identify_as("elsewhere")
        # PostgreSQL takes the new certificate a moment after the reload was asked for.
        wait_until(lambda: self.shown_name() == "elsewhere.example", 10, "the new certificate")
        self.refused(self.url(), "does not match host name")

    def test_an_expired_certificate_is_refused(self):
        self.identify_as("expired")
        wait_until(lambda: self.is_expired(), 10, "the new certificate")
        self.refused(self.url(), "certificate verify failed")

    def test_an_unknown_authority_is_refused(self):
        self.identify_as("server")
        self.refused(self.url(ca="stranger-ca.pem"), "certificate verify failed")

    def test_a_client_without_a_certificate_is_told_so(self):
        self.identify_as("server")
        wait_until(lambda: self.shown_name() == "localhost" and not self.is_expired(), 10, "the new certificate")
        self.refused(self.url(client=None), "requires a valid client certificate")

    def test_a_wrong_password_is_named_without_it(self):
        self.identify_as("server")
        wait_until(lambda: self.shown_name() == "localhost" and not self.is_expired(), 10, "the new certificate")
        self.refused(self.url(password="hush-wrong"), 'password authentication failed for user "app"')

    def shown(self, *words):
        connection = subprocess.run(["openssl", "s_client", "-starttls", "postgres", "-connect", f"127.0.0.1:{self.postgres.port}"],
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=10)
        return subprocess.run(["openssl", "x509", "-noout", *words], input=connection.stdout, capture_output=True, text=True,
                              check=False)

    def shown_name(self):
        return self.shown("-subject").stdout.strip().rpartition("= ")[2]

    def is_expired(self):
        return self.shown("-checkend", "0").returncode != 0


if __name__ == "__main__":
    unittest.main()
