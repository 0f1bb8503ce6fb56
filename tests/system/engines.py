# SPDX-License-Identifier: MIT
"""Private servers that a test starts, stops and breaks: Redis, PostgreSQL, a mail relay."""

import asyncio
import email
import email.policy
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

from aiosmtpd.controller import Controller

from harness import wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PrivateRedis:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-redis-")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder,
                 "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        wait_until(lambda: self.command("PING", check=False) == "PONG", 10, "redis-server to answer")
        return self

    def command(self, *words, check=True):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def end(self):
        """As if the machine had lost it: no farewell."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class PrivatePostgres:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""

    def __init__(self):
        self.binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.folder = tempfile.mkdtemp(prefix="tripos-postgres-")
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.identity = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if self.identity:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.url = f"postgres://{self.user}@127.0.0.1:{self.port}/postgres"
        self.process = None
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", self.user, "-E", "UTF8", "--no-locale")

    def run(self, program, *arguments, check=True):
        return subprocess.run([os.path.join(self.binaries, program), *arguments], cwd=self.folder, check=check,
                              capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, **self.identity)

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.binaries, "postgres"), "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1",
                 "-k", self.folder], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"]}, **self.identity)
        wait_until(lambda: self.run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode == 0,
                   20, "PostgreSQL to answer")
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(2)  # SIGINT: fast shutdown
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


class SmtpRelay:
    """A mail server on loopback that keeps what it gets. `answer` decides per message: address -> reply, None accepts."""

    def __init__(self, seconds_per_mail=0.0):
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.seconds_per_mail = seconds_per_mail
        self.answer = lambda address: None
        self.tries = []     # (monotonic time, address) of every DATA
        self.accepted = []  # (address, parsed message)
        self.controller = None

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        self.tries.append((time.monotonic(), address))
        if self.seconds_per_mail:
            await asyncio.sleep(self.seconds_per_mail)
        refusal = self.answer(address)
        if refusal:
            return refusal
        self.accepted.append((address, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    def messages(self, address):
        return [message for to, message in list(self.accepted) if to == address]
