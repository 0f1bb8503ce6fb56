# SPDX-License-Identifier: MIT
"""nginx and Caddy with the samples of deploy/ in front of a production server: a browser's day, by cookie alone."""

import http.client
import http.cookies
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

from engines import free_port
from harness import PASSWORD, Site, TriposServer, wait_until
from proxies import replaced, sample

HOST = "exams.example.org"


class Browser:
    """Speaks TLS to the proxy under the public name, from that address."""

    def __init__(self, port, address="127.0.0.1"):
        self.port, self.address, self.cookies = port, address, {}
        self.context = ssl._create_unverified_context()

    def send(self, method, path, body=None, headers=None):
        raw = socket.create_connection(("127.0.0.1", self.port), 30, (self.address, 0))
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.sock = self.context.wrap_socket(raw, server_hostname=HOST)
        headers = {"Host": f"{HOST}:{self.port}", **(headers or {})}
        if method != "GET":
            headers.setdefault("Origin", f"https://{HOST}:{self.port}")
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read().decode()
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(header).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        connection.close()
        return response.status, text


class Behind(unittest.TestCase):
    """What holds behind either proxy; the subclasses start one."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-proxy-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o711)  # the workers of nginx have a user of their own, and keep large bodies there
        self.port = free_port()
        self.server = TriposServer(
            APP_ENV="production", HOST="127.0.0.1", PUBLIC_URL=f"https://{HOST}:{self.port}", TRUSTED_PROXIES="127.0.0.1",
            SMTP_URL="smtp://127.0.0.1:9", JWT_ACCESS_SECRET="a" * 40, JWT_EMAIL_SECRET="b" * 40, LOG_FORMAT="text",
            METRICS_LISTEN="127.0.0.1:0")
        self.addCleanup(self.server.stop)

    def certificate(self):
        certificate, key = (os.path.join(self.folder, name) for name in ("site.pem", "site.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", f"/CN={HOST}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def spawn(self, command, **environment):
        log = open(os.path.join(self.folder, "log"), "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, **environment}, start_new_session=True)

        def end():
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        self.addCleanup(end)

        def answers():
            if process.poll() is not None:
                with open(log.name, encoding="utf-8") as text:
                    raise AssertionError(f"{command[0]} ended: {text.read()}")
            try:
                return Browser(self.port).send("GET", "/healthz")[0] == 200
            except OSError:
                return False
        wait_until(answers, 20, f"{command[0]} to serve", 0.1)

    def check_a_day(self):
        admin = Site(self.server).admin()
        browser = Browser(self.port, "127.0.0.7")
        status, text = browser.send("POST", "/api/auth/login", {"email": "staff@example.com", "password": PASSWORD})
        self.assertEqual(status, 200, text)
        self.assertIn("__Host-accessToken", browser.cookies)
        entries = Site(self.server).expect(200, "GET", "/admin/audit?action=auth.login", None, admin)["data"]
        self.assertEqual(entries[0]["address"], "127.0.0.7")  # the client's, not the proxy's
        status, text = browser.send("PUT", "/api/profile/me", {"fullName": "Asha Rao"})
        self.assertEqual(status, 200, text)
        status, text = browser.send("PUT", "/api/profile/me", {"fullName": "Eve"}, {"Origin": "https://evil.example"})
        self.assertEqual((status, json.loads(text)["code"]), (403, "cross_site"))
        status, text = browser.send("POST", "/api/auth/logout")
        self.assertEqual((status, list(browser.cookies)), (200, ["__Host-knownDevice"]), text)

    def check_sizes(self):
        """Bodies up to the server's own limit, answers of any length."""
        browser = Browser(self.port)
        large = {"email": "staff@example.com", "password": "x" * 900_000}
        self.assertIn(browser.send("POST", "/api/auth/login", large)[0], (400, 401, 422))
        self.assertEqual(browser.send("POST", "/api/auth/login", {**large, "password": "x" * 1_200_000})[0], 413)
        status, text = browser.send("GET", "/openapi.json")
        self.assertEqual((status, json.loads(text)), (200, self.server.api("GET", "//openapi.json").json))
        self.assertGreater(len(text), 200_000)

    def check_who_is_local(self):
        browser = Browser(self.port)
        self.assertIn("dependencies", browser.send("GET", "/readyz")[1])  # a client on this machine, through the proxy
        self.assertEqual([browser.send("GET", path)[0] for path in ("/metrics", "/%6detrics", "/metrics?a=b")], [404] * 3)
        self.assertEqual(self.server.api("GET", "//metrics").status, 403)  # says nothing of its client
        port = int(re.search(r"app: metrics port=(\d+)", self.server.log())[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for path, status in (("/metrics", 200), ("/", 404), ("/api/health", 404)):
            connection.request("GET", path)
            response = connection.getresponse()
            self.assertEqual(response.status, status, path)
            self.assertEqual(b"tripos_http_connections" in response.read(), path == "/metrics")
        connection.close()


class Nginx(Behind):
    def start(self, block):
        certificate, key = self.certificate()
        self.plain_port = free_port()
        block = replaced(block, ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), ("127.0.0.1:8000", f"127.0.0.1:{self.server.port}"),
                         ("listen 80", f"listen 127.0.0.1:{self.plain_port}"), ("/etc/ssl/exams.example.org.pem", certificate),
                         ("/etc/ssl/exams.example.org.key", key))
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;\nevents {{}}\n"
                       f"http {{\naccess_log off; {temporary}\n{block}}}\n")
        self.spawn(["/usr/sbin/nginx", "-p", self.folder, "-c", path])

    def test_a_day_by_cookie(self):
        self.start(sample("nginx/tripos.conf"))
        self.check_a_day()
        self.check_sizes()
        self.check_who_is_local()
        connection = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=10)
        connection.request("GET", "/login?next=x", headers={"Host": HOST})
        response = connection.getresponse()
        self.assertEqual((response.status, response.headers["Location"]), (301, f"https://{HOST}/login?next=x"))
        connection.close()
        # What the client says of itself is not what the proxy says of it.
        self.assertNotIn("dependencies", Browser(self.port).send("GET", "/readyz", headers={"X-Forwarded-For": "203.0.113.5"})[1])

    def test_a_proxy_that_hides_the_host(self):
        self.start(sample("nginx/tripos.conf").replace("        proxy_set_header Host $http_host;\n", ""))
        self.check_a_day()


class Caddy(Behind):
    def test_a_day_by_cookie(self):
        certificate, key = self.certificate()
        block = replaced(sample("caddy/Caddyfile"), (HOST + " {", f"{HOST}:{self.port} {{\n    bind 127.0.0.1\n    tls {certificate} {key}"),
                         ("127.0.0.1:8000", f"127.0.0.1:{self.server.port}"))
        path = os.path.join(self.folder, "Caddyfile")
        with open(path, "w", encoding="utf-8") as file:
            file.write("{\n    admin off\n    auto_https disable_redirects\n}\n" + block)
        self.spawn(["/usr/bin/caddy", "run", "--config", path, "--adapter", "caddyfile"],
                   HOME=self.folder, XDG_DATA_HOME=self.folder, XDG_CONFIG_HOME=self.folder)
        self.check_a_day()
        self.check_sizes()
        self.check_who_is_local()


del Behind

if __name__ == "__main__":
    unittest.main()
