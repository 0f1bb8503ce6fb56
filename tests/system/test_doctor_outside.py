# SPDX-License-Identifier: MIT
"""`tripos doctor` on what is not the site's own: relay, DNS, PostgreSQL, the machine, the address that people use."""

import contextlib
import http.server
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
import unittest

import harness
from doctor_case import Doctor, findings_of
from engines import Certificates, PrivatePostgres, SteppedClock, free_port
from harness import Site, wait_until


class Relay(Doctor):
    def test_a_relay_that_is_not_there_or_speaks_no_tls(self):
        server = self.server(start=False, SMTP_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM="a@exams.localhost")
        relay, = [one for one in self.complaints(server, "--only", "mail").values()]
        self.assertEqual((relay["id"], relay["verdict"]), ("mail-relay", "fail"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        heard = []

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 relay\r\n")
                for line in connection.makefile("rb"):
                    heard.append(line)
                    connection.sendall({b"EHLO": b"250 relay\r\n", b"MAIL": b"550 5.7.1 not your sender\r\n",
                                        b"QUIT": b"221 bye\r\n"}.get(line[:4], b"500 what\r\n"))

        threading.Thread(target=serve, daemon=True).start()
        server.settings["SMTP_URL"] = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        relay, = [one for one in self.complaints(server, "--only", "mail").values()]
        self.assertIn("MAIL fails", relay["text"])
        self.assertEqual(relay["evidence"], "550 5.7.1 not your sender")
        self.assertIn(b"MAIL FROM:<a@exams.localhost>\r\n", heard)
        self.assertEqual([line for line in heard if line.startswith((b"RCPT", b"DATA"))], [])

    def test_offline_asks_nobody(self):
        server = self.server(start=False, SMTP_URL="smtp://relay.invalid", MAIL_FROM="a@example.invalid")
        self.expect(server, arguments=["--only", "mail", "--offline"])


class Hanging(Doctor):
    def test_a_look_that_hangs_holds_up_no_stop(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(30)
            server = self.server(PUBLIC_URL=f"http://127.0.0.1:{silent.getsockname()[1]}")
            connection, _ = silent.accept()  # the server looks at its address
            with connection:
                begun = time.monotonic()
                self.assertEqual(server.terminate(), 0)
                self.assertLess(time.monotonic() - begun, 3)
        self.assertIn("app: stopped", server.log())


class NameServer:
    """Answers TXT questions from `texts`; what is not there does not exist."""

    def __init__(self, texts):
        self.texts = texts
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, client = self.socket.recvfrom(4096)
            except OSError:
                return
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]].decode())
                at += 1 + question[at]
            asked = question[12:at + 5]
            texts = self.texts.get(".".join(labels).lower(), [])
            answer = b"".join(b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x05" + (sum(len(part) + 1 for part in parts)).to_bytes(2, "big")
                              + b"".join(bytes([len(part)]) + part for part in parts) for parts in texts)
            self.socket.sendto(question[:2] + (b"\x81\x80" if texts else b"\x81\x83") + b"\x00\x01" + len(texts).to_bytes(2, "big")
                               + b"\x00\x00\x00\x00" + asked + answer, client)


class Zone(Doctor):
    def test_a_zone_is_read_over_the_wire(self):
        names = NameServer({"exams.example.org": [[b"v=spf1 ip4:192.0.2.1 ", b"-all"]],
                            "_dmarc.example.org": [[b"v=DMARC1; p=none"]]})
        self.addCleanup(names.socket.close)
        server = self.server(start=False, SMTP_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM="a@exams.example.org")
        dns = ["--only", "mail", "--dns", f"127.0.0.1:{names.port}"]
        self.expect(server, "mail-relay", arguments=dns)
        names.texts["exams.example.org"] = [[b"v=spf1 +all"]]
        del names.texts["_dmarc.example.org"]
        self.expect(server, "mail-relay", "mail-spf", "mail-dmarc", arguments=dns)


class Database(Doctor):
    def test_a_postgresql_that_may_lose_commits(self):
        for fsync, expected in (("on", []), ("off", ["database-durability"])):
            postgres = PrivatePostgres(f"fsync={fsync}")
            self.addCleanup(postgres.stop)
            postgres.start()
            server = self.server(DATABASE_URL=postgres.url)
            for finding in self.expect(server, *expected):
                self.assertEqual(finding["evidence"], "fsync is off")

    def test_a_damaged_database_is_found_by_the_deep_look(self):
        server = self.server()
        Site(server).exam(Site(server).admin())
        server.terminate()
        path = os.path.join(server.data_dir, "tripos.db")
        with sqlite3.connect(path) as database:
            page = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'questions'").fetchone()[0]
            size = database.execute("PRAGMA page_size").fetchone()[0]
        with open(path, "r+b") as file:
            file.seek((page - 1) * size + 100)
            file.write(b"\xff" * (size - 200))
        self.expect(server, "site-running")
        self.expect(server, "site-running", "database-integrity", arguments=["--deep"])


class Machine(Doctor):
    def look(self, server, prefix=(), **environment):
        """{id: verdict} of what is wrong, the machine's own affairs included."""
        done = subprocess.run([*prefix, harness.BINARY, "doctor", "--json"], cwd=server.folder, capture_output=True, text=True,
                              env={**server.environment(), **environment}, timeout=60)
        return {one["id"]: one for one in findings_of(done) if one["verdict"] in {"advice", "warn", "fail"}}

    def test_a_disk_that_is_full(self):
        server = self.server()
        found = self.look(server, ["unshare", "--map-root-user", "--mount", "sh", "-c",
                                   f'mount -t tmpfs -o size=16m none "{server.data_dir}" && exec "$@"', "sh"])
        self.assertEqual(found["host-disk"]["verdict"], "fail")
        self.assertIn("of 16 MB left", found["host-disk"]["evidence"])

    def test_a_disk_that_is_slow(self):
        server = self.server()
        library = os.path.join(server.folder, "slow.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], check=True, text=True,
                       input="#include <unistd.h>\nint fdatasync(int file) { (void)file; return usleep(150000); }\n")
        found = self.look(server, LD_PRELOAD=library)
        self.assertEqual(found["host-sync"]["verdict"], "warn")
        self.assertRegex(found["host-sync"]["evidence"], r"took 1[5-9]\d ms")

    def test_a_clock_that_is_not_that_of_redis(self):
        clock = SteppedClock()
        self.addCleanup(clock.remove)
        server = self.server(start=False, REDIS_URL=self.redis().url, **clock.settings)
        clock.step(300)
        apart, = self.expect(server, "redis-clock", arguments=["--only", "redis"])
        self.assertEqual(apart["evidence"], "300 s behind us")

    def test_a_file_that_others_can_read_is_named_with_its_cure(self):
        server = self.server()
        path = os.path.join(server.data_dir, "email-secret")
        os.chmod(path, 0o644)
        modes, = self.expect(server, "host-modes")
        self.assertEqual(modes["cure"], f"`chmod 0600 '{path}'`")
        subprocess.run(modes["cure"], shell=True, check=True)
        self.expect(server)

    def test_a_frozen_server_is_said_to_hang(self):
        server = self.server()
        server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(server.process.send_signal, signal.SIGCONT)
        begin = time.monotonic()
        self.assertIn("the site", self.complaints(server)["site-looks"]["text"])
        self.assertLess(time.monotonic() - begin, 10)

    def test_secrets_that_others_can_read(self):
        server = self.server()
        with open(os.path.join(server.folder, ".env"), "w", encoding="ascii") as file:
            file.write("METRICS_TOKEN=a-token-of-letters\n")
        os.chmod(file.name, 0o644)
        secrets, = self.expect(server, "site-secrets")
        self.assertEqual(secrets["cure"], "`chmod 0600 '.env'`")
        with open(file.name, "w", encoding="ascii") as file:  # each setting that is a secret, not those of a list
            file.write("ALERT_WEBHOOK_URL=https://alerts.invalid/a-token\n")
        self.expect(server, "site-secrets")

    def test_a_file_of_a_secret_that_others_can_read(self):
        server = self.server()
        with open(os.path.join(server.folder, "token"), "w", encoding="ascii") as file:
            file.write("a-token-of-letters")
        os.chmod(file.name, 0o644)
        server.settings["METRICS_TOKEN_FILE"] = file.name
        secrets, = self.expect(server, "site-secrets")
        self.assertEqual(secrets["cure"], f"`chmod 0600 '{file.name}'`")
        os.chmod(file.name, 0o600)
        self.expect(server)


class Address(Doctor):
    def test_the_address_must_lead_to_this_site(self):
        port = free_port()
        server = self.server(PORT=port, PUBLIC_URL=f"http://127.0.0.1:{port}")
        self.expect(server)
        other = self.server()
        server.settings["PUBLIC_URL"] = f"http://127.0.0.1:{other.port}"
        address, = self.expect(server, "site-address")
        self.assertIn("another site", address["text"])
        server.settings["PUBLIC_URL"] = f"http://127.0.0.1:{free_port()}"
        address, = self.expect(server, "site-address")
        self.assertIn("Nothing answers", address["text"])
        self.expect(server, arguments=["--offline"])

    def test_a_server_looks_whether_its_address_leads_to_it(self):
        port = free_port()
        for url, verdict in ((f"http://127.0.0.1:{port}", "ok"), (f"http://127.0.0.1:{free_port()}", "warn")):
            server = self.server(PORT=port, PUBLIC_URL=url)
            admin = Site(server).admin()

            def verdict_of(name):
                return {one["id"]: one["verdict"] for one in server.api("GET", "/admin/findings", token=admin).json["data"]}[name]

            wait_until(lambda: verdict_of("site-address") == verdict, 20, f"the look at {url}")
            server.stop()

    def test_another_page_there_is_another_site_however_long(self):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(b"x" * 100_000)

            def log_message(self, *_):
                pass

        listener = http.server.HTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.addCleanup(listener.server_close)
        self.addCleanup(listener.shutdown)
        server = self.server()
        server.settings["PUBLIC_URL"] = f"http://127.0.0.1:{listener.server_port}"
        address, = self.expect(server, "site-address")
        self.assertIn("is not this site", address["text"])

    def test_a_certificate_that_ends_soon_or_is_not_accepted(self):
        certificates = Certificates()
        self.addCleanup(certificates.remove)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.path("server.pem"), certificates.path("server.key"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    with contextlib.suppress(ssl.SSLError), context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                        connection.recv(4096)
                        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        server = self.server(PUBLIC_URL=f"https://localhost:{listener.getsockname()[1]}")
        address, certificate = self.expect(server, "site-address", "site-certificate")
        self.assertIn("is not accepted", address["text"])
        self.assertEqual(certificate["evidence"][:10], time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400)))


if __name__ == "__main__":
    unittest.main()
