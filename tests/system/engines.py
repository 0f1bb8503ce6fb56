# SPDX-License-Identifier: MIT
"""Private servers that a test starts, stops and breaks: Redis, PostgreSQL, a mail relay."""

import glob
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile

from harness import ROOT, wait_until


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
    """tests/support/smtp_server.py as a child: a real mail server on loopback that behaves as the test says."""

    def __init__(self):
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.join(ROOT, "tests", "support", "smtp_server.py")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"smtp://127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"

    def ask(self, command, **more):
        self.process.stdin.write(json.dumps({"command": command, **more}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def rules(self, *rules):
        self.ask("rules", rules=rules)

    def listen(self, on):
        self.ask("listen", on=on)

    def count(self, stage="dot"):
        """How often senders came to this stage; "dot" is a whole message."""
        return self.ask("stats")["stages"].get(stage, 0)

    def messages(self, address=None):
        """What was accepted, oldest first."""
        return [message for message in self.ask("messages")["messages"] if address is None or address in message["to"]]

    def message(self, address, number=1, seconds=15):
        """Waits for the number-th message to this address."""
        wait_until(lambda: len(self.messages(address)) >= number, seconds, f"mail {number} to {address}", interval=0.05)
        return self.messages(address)[number - 1]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
