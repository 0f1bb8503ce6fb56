# SPDX-License-Identifier: MIT
"""`tripos mail test` against relays whose TLS is not what it should be: no log-in may be heard (acceptance test 12)."""

import contextlib
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from harness import TriposServer

HOST = "relay.localhost"  # resolves to this machine, and is not one of the names that may do without TLS


class Certificates:
    """A private authority and what it signs."""

    def __init__(self, folder):
        self.folder = folder
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                 "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "2")

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def make(self, name, host, *validity, signed=True):
        """A context for a server with such a certificate."""
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out",
                 f"{name}.csr", "-subj", f"/CN={host}")
        with open(self.path(f"{name}.ext"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName=DNS:{host}\n")
        signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"] if signed else ["-signkey", f"{name}.key"]
        self.run("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", "-extfile", f"{name}.ext", *signer,
                 *(validity or ("-days", "2")))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(f"{name}.pem"), self.path(f"{name}.key"))
        return context


class TlsRelay:
    """A relay for one message at a time; `heard` is every command, also after TLS began."""

    def __init__(self, context, offers_starttls=True, implicit=False, mechanisms="PLAIN LOGIN"):
        self.context, self.offers_starttls, self.implicit, self.mechanisms = context, offers_starttls, implicit, mechanisms
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with contextlib.ExitStack() as open_sockets, contextlib.suppress(OSError, ValueError):
                self.converse(open_sockets.enter_context(connection), open_sockets)

    def converse(self, connection, open_sockets):
        def secured(plain):
            return open_sockets.enter_context(self.context.wrap_socket(plain, server_side=True))

        if self.implicit:
            connection = secured(connection)
        connection.sendall(b"220 relay\r\n")
        lines = open_sockets.enter_context(connection.makefile("rb"))
        secure, body = self.implicit, False
        while line := lines.readline():
            if body:
                body = line != b".\r\n"
                if not body:
                    connection.sendall(b"250 2.0.0 accepted\r\n")
                continue
            word = line.split()[0].upper().decode()
            self.heard.append(word)
            if word == "EHLO":
                offer = b"250-STARTTLS\r\n" if self.offers_starttls and not secure else b""
                connection.sendall(b"250-relay\r\n" + offer + b"250 AUTH " + self.mechanisms.encode() + b"\r\n")
            elif word == "STARTTLS":
                connection.sendall(b"220 go ahead\r\n")
                connection, secure = secured(connection), True
                lines = open_sockets.enter_context(connection.makefile("rb"))
            elif line.startswith(b"AUTH LOGIN"):
                for _ in range(2 - line.count(b" ", 5)):  # what did not come with the command
                    connection.sendall(b"334 \r\n")
                    lines.readline()
                connection.sendall(b"235 welcome\r\n")
            elif word == "DATA":
                body = True
                connection.sendall(b"354 go on\r\n")
            else:
                connection.sendall(b"235 welcome\r\n" if word == "AUTH" else b"250 ok\r\n")

    def stop(self):
        self.listener.close()


class MailTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tripos-tls-")
        cls.addClassCleanup(folder.cleanup)
        cls.certificates = Certificates(folder.name)

    def mail_test(self, relay, scheme="smtp"):
        """(exit code, output) of `tripos mail test`."""
        self.addCleanup(relay.stop)
        server = TriposServer(start=False, SMTP_URL=f"{scheme}://ada:hunter2@{HOST}:{relay.port}",
                              SMTP_CA_FILE=self.certificates.path("ca.pem"), REDIS_START_TIMEOUT=0)
        self.addCleanup(server.stop)
        made = server.command("user", "create", "--admin", "--new-site", "--email", "staff@example.com", "--name", "Staff")
        self.assertEqual(made.returncode, 0, made.stderr)
        done = server.command("mail", "test", "someone@example.com")
        self.assertNotIn("hunter2", done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr

    def test_a_verified_relay_gets_the_mail_and_the_dialogue_is_shown(self):
        good = self.certificates.make("good", HOST)
        for relay, scheme in ((TlsRelay(good), "smtp"), (TlsRelay(good, implicit=True), "smtps")):
            with self.subTest(scheme=scheme):
                code, output = self.mail_test(relay, scheme)
                self.assertEqual(code, 0, output)
                for line in ("> AUTH PLAIN ****", "> RCPT TO:<someone@example.com>", "< 250 2.0.0 accepted", "delivered: 250"):
                    self.assertIn(line, output)
                self.assertIn("AUTH", relay.heard)

    def test_a_relay_that_knows_only_auth_login_is_logged_in_to(self):
        code, output = self.mail_test(TlsRelay(self.certificates.make("login", HOST), mechanisms="LOGIN"))
        self.assertEqual(code, 0, output)
        self.assertIn("> AUTH LOGIN", output)
        self.assertIn("> ****", output)

    def test_a_relay_whose_tls_is_not_verified_hears_no_log_in(self):
        make = self.certificates.make
        cases = {
            "self-signed": (TlsRelay(make("self", HOST, signed=False)), "smtp"),
            "another name": (TlsRelay(make("other", "other.example")), "smtp"),
            "expired": (TlsRelay(make("old", HOST, "-days", "-1")), "smtp"),
            "STARTTLS stripped": (TlsRelay(make("stripped", HOST), offers_starttls=False), "smtp"),
            "self-signed, implicit": (TlsRelay(make("self2", HOST, signed=False), implicit=True), "smtps"),
            "another name, implicit": (TlsRelay(make("other2", "other.example"), implicit=True), "smtps"),
            "plain where TLS was wanted": (TlsRelay(make("plain", HOST)), "smtps"),
        }
        for name, (relay, scheme) in cases.items():
            with self.subTest(case=name):
                code, output = self.mail_test(relay, scheme)
                self.assertEqual(code, 1, output)
                self.assertIn("the relay cannot be used now: ", output)
                self.assertFalse({"AUTH", "MAIL", "DATA"} & set(relay.heard), relay.heard)


if __name__ == "__main__":
    unittest.main()
