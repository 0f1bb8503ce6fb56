# SPDX-License-Identifier: MIT
"""nginx, Caddy and HAProxy with the samples of deploy/, in front of servers that a test has started; plain HTTP on loopback."""

import http.client
import os
import shutil
import signal
import subprocess
import tempfile

from engines import free_port
from harness import ROOT, wait_until


def sample(name):
    with open(os.path.join(ROOT, "deploy", name), encoding="utf-8") as file:
        return file.read()


def replaced(text, *pairs):
    """With each left word, which has to be there, become the right one."""
    for ours, theirs in pairs:
        assert ours in text, f"the sample has no {ours}"
        text = text.replace(ours, theirs)
    return text


class Proxy:
    """`kind`: nginx, caddy or haproxy; `ports`: of the two servers behind it."""

    KINDS = ("nginx", "caddy", "haproxy")

    def __init__(self, kind, ports):
        self.folder = tempfile.mkdtemp(prefix="tripos-proxy-")
        os.chmod(self.folder, 0o711)  # the workers of nginx have a user of their own, and keep large bodies there
        self.port = free_port()
        command = getattr(self, kind)([f"127.0.0.1:{port}" for port in ports])
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                            env={"PATH": os.environ["PATH"], **dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"),
                                                                                             self.folder)})
        wait_until(lambda: self.process.poll() is not None or self.status("/healthz") == 200, 20, f"{kind} to serve", 0.1)
        if self.process.poll() is not None:
            with open(log.name, encoding="utf-8") as text:
                raise AssertionError(f"{kind} ended: {text.read()}")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def nginx(self, servers):
        upstream, _, rest = sample("nginx/tripos.conf").partition("server {\n    listen 80;")
        one = "server 127.0.0.1:8000 max_fails=0;"
        upstream = replaced(upstream, (one, "\n".join(one.replace("127.0.0.1:8000", server) for server in servers)))
        block = rest.partition("client_max_body_size")
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = self.write("nginx.conf", f"daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;\nevents {{}}\nhttp {{\n"
                          f"access_log off; {temporary}\n{upstream}server {{ listen 127.0.0.1:{self.port};\n{block[1]}{block[2]}}}\n")
        return ["/usr/sbin/nginx", "-p", self.folder, "-c", path]

    def caddy(self, servers):
        text = replaced(sample("caddy/several.Caddyfile"), ("exams.example.org {", f"http://127.0.0.1:{self.port} {{\n    bind 127.0.0.1"),
                        ("127.0.0.1:8000 127.0.0.1:8001", " ".join(servers)))
        path = self.write("Caddyfile", "{\n    admin off\n    auto_https off\n}\n" + text)
        return ["/usr/bin/caddy", "run", "--config", path, "--adapter", "caddyfile"]

    def haproxy(self, servers):
        text = replaced(sample("haproxy/haproxy.cfg"), ("bind :80", f"bind 127.0.0.1:{self.port}"),
                        *((f"127.0.0.1:{8000 + number}", server) for number, server in enumerate(servers)))
        return ["/usr/sbin/haproxy", "-db", "-f", self.write("haproxy.cfg", text)]

    def status(self, path, method="GET", body=None):
        """0: no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
