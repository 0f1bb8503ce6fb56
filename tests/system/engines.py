# SPDX-License-Identifier: MIT
"""Private servers that a test starts, stops and breaks: Redis, PostgreSQL, a mail relay."""

import glob
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from harness import BINARY, ROOT, wait_until

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import make_certificates  # noqa: E402


REDIS_SERVER = os.environ.get("TEST_REDIS_SERVER", "redis-server")  # or the path of a valkey-server


def free_port():
    """Below those that the kernel gives away, so that no connection takes it before it is used."""
    while True:
        with socket.socket() as probe:
            port = random.randrange(10_000, 32_000)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Certificates:
    """What make_certificates.py makes, in a folder that everyone may read: PostgreSQL runs as a user of its own."""

    def __init__(self):
        self.folder = make_certificates.make(tempfile.mkdtemp(prefix="tripos-tls-"))
        os.chmod(self.folder, 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# The server of its package; else the one that ./dev fetched, which is not installed.
VALKEY = shutil.which("valkey-server") or os.path.join(ROOT, "build", "valkey", "usr", "bin", "valkey-server")


class PrivateRedis:
    """`settings` are further words of its command line; `tls`: names of certificate and key, then it speaks nothing else."""

    def __init__(self, *settings, tls=None, program=REDIS_SERVER):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="tripos-redis-")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.socket = os.path.join(self.folder, "redis.sock")
        self.listening = ["--port", str(self.port)] if tls is None else [
            "--port", "0", "--tls-port", str(self.port), "--tls-cert-file", tls[0], "--tls-key-file", tls[1]]
        self.settings = settings
        self.process = None

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [self.program, *self.listening, "--bind", "127.0.0.1", "--dir", self.folder, "--unixsocket", self.socket,
                 "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", *self.settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        wait_until(lambda: self.command("PING", check=False) == "PONG", 10, "redis-server to answer")
        return self

    def command(self, *words, check=True):
        done = subprocess.run(["redis-cli", "-s", self.socket, *words], capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def pause(self):
        """It hangs; its sockets live on."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        """As if the machine had lost it: no farewell."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class Gate:
    """A TCP port in front of a server that can hold everything up, swallow it, or cut every connection and refuse new ones."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.mode = "open"  # "hold": all waits for another mode; "swallow": nothing passes; "shut": connections are cut
        self.moving = threading.Event()
        self.moving.set()
        self.pairs = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            try:
                if self.mode == "shut":
                    raise ConnectionRefusedError
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.pairs += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=(source, sink), daemon=True).start()

    def pass_on(self, source, sink):
        try:
            while data := source.recv(65536):
                self.moving.wait()
                if self.mode == "open":
                    sink.sendall(data)
        except OSError:
            pass
        self.cut(source, sink)

    @staticmethod
    def cut(*ends):
        for end in ends:  # not close(): the other thread may be reading
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def set(self, mode):
        self.mode = mode
        (self.moving.clear if mode == "hold" else self.moving.set)()
        if mode == "shut":
            self.cut(*self.pairs)
            self.pairs.clear()

    def stop(self):
        self.set("shut")
        self.listener.close()


class SteppedClock:
    """A wall clock that the test sets, for the processes that start with settings(): the others keep theirs."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tripos-clock-")
        os.chmod(self.folder, 0o755)
        library = os.path.join(self.folder, "shim.so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clock_shim.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
        self.file = os.path.join(self.folder, "seconds")
        with open(self.file, "wb") as seconds:
            seconds.write(bytes(8))
        self.settings = {"LD_PRELOAD": library, "CLOCK_SHIM": self.file}

    def step(self, seconds):
        """By so many seconds against the true time, at once and for all."""
        with open(self.file, "r+b") as file:
            file.write(int(seconds).to_bytes(8, sys.byteorder, signed=True))

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def in_memory():
    """A folder for what a test writes much of; nothing, which is the usual one, where memory has no room for it."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free >= 2 << 30 else None


class PrivatePostgres:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made. `settings`: NAME=VALUE."""

    def __init__(self, *settings, environment=None):
        self.settings = [word for setting in settings for word in ("-c", setting)]
        self.environment = {"PATH": os.environ["PATH"], **(environment or {})}
        self.binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.folder = tempfile.mkdtemp(prefix="tripos-postgres-", dir=in_memory())
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.identity = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if self.identity:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.url = f"postgres://{self.user}@127.0.0.1:{self.port}/postgres"
        self.process = None
        self.fill()

    def run(self, program, *arguments, check=True):
        return subprocess.run([os.path.join(self.binaries, program), *arguments], cwd=self.folder, check=check,
                              capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, **self.identity)

    def fill(self):
        """With what initdb makes. It takes longer than most tests, so it is kept, and copied from then on."""
        kept = os.path.join(ROOT, "build", "initdb-" + self.binaries.split("/")[-2])
        if os.path.isdir(kept):
            subprocess.run(["cp", "-a", kept, self.data], check=True)
            return
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", self.user, "-E", "UTF8", "--no-locale", "--no-sync")
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(kept)) as folder:
            subprocess.run(["cp", "-a", self.data, folder], check=True)
            try:
                os.rename(os.path.join(folder, "data"), kept)
            except OSError:
                pass  # another test was quicker

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.binaries, "postgres"), "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1",
                 "-k", self.folder, *self.settings], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self.environment, **self.identity)
        wait_until(lambda: self.run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode == 0,
                   20, "PostgreSQL to answer")
        return self

    def crash(self):
        """`pg_ctl stop -m immediate`: the next start recovers."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)

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


class FastSink:
    """bench/smtp_sink.cpp as a child: a relay that accepts everything at once and counts it."""

    def __init__(self, slow_first=0):
        """slow_first: milliseconds that the first connection waits with each answer to the final dot."""
        self.process = subprocess.Popen([os.path.join(os.path.dirname(BINARY), "bench", "smtp_sink"), "--slow-first", str(slow_first)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"smtp://127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"

    def stats(self):
        """connections, messages, unique (Message-IDs), duplicates, codes (arrival of mails to code...@, in ms)."""
        self.process.stdin.write("stats\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
