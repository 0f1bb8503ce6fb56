# SPDX-License-Identifier: MIT
"""Runs the real program and speaks to it over HTTP, as a candidate's browser would. Standard library only.

TriposServer is one `tripos serve` with a data folder of its own; Site is what tests do with it: sign-up, exams, mails.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

import examples
from described import Description

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("TRIPOS_BINARY", os.path.join(ROOT, "build", "release", "tripos")))
PASSWORD = "correct horse 7"
START_UP = ["Redis initialized", "Email queue initialized", "Database connected & synced", "Server running on port"]


def wait_until(condition, seconds=10, what="the condition", interval=0.02):
    """Asks until the condition gives something true, and returns that. Fails after the given time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(interval)


def members(pairs):
    """Of an object in JSON. A name that stands there twice would be read as either, by client."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AssertionError(f"a member stands there twice: {[name for name, _ in pairs]}")
    return found


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.text = body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text, object_pairs_hook=members)

    def __repr__(self):
        return f"{self.status} {self.text[:500]}"


class Connection:
    """One keep-alive connection. Not for more than one thread."""

    def __init__(self, port, token=None, timeout=30, description=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.token = token
        self.description = description

    def api(self, method, path, body=None, token=None, headers=None):
        """body: an object to be sent as JSON, or bytes as they stand. Paths below /api unless they start with `//`."""
        headers = dict(headers or {})
        data = body
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            if not isinstance(body, bytes):
                data = json.dumps(body).encode()
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        path = path[1:] if path.startswith("//") else "/api" + path
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        reply = Reply(response, response.read())
        problems = self.description.problems(method, path, reply) if self.description else []
        if problems:
            raise AssertionError(f"{method} {path} is not as /openapi.json says: {problems}\n{reply!r}")
        if self.description:
            examples.keep(self.description.operation(method, path), body, reply)
        return reply

    def close(self):
        self.connection.close()


class TriposServer:
    """One `tripos serve`; settings are environment variables. stop() also removes the data folder unless it was given.

    Every answer is held against the program's own description of it.
    """

    described = None
    words = ("serve",)  # the command that stays
    running = re.compile(r"Server running on port (\d+)")

    def __init__(self, data_dir=None, start=True, binary=BINARY, **settings):
        self.binary = binary
        self.folder = tempfile.mkdtemp(prefix="tripos-test-")
        self.data_dir = data_dir or os.path.join(self.folder, "data")
        self.settings = {"DATA_DIR": self.data_dir, "PORT": "0", "LOG_LEVEL": "info", **settings}
        self.prefix = []  # words before the program: what runs it
        self.pass_fds = ()
        self.process = None
        self.port = None
        self.log_path = os.path.join(self.folder, "log")
        if start:
            self.start()

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TZ") or name.endswith("SAN_OPTIONS")}
        return {**kept, **{name: str(value) for name, value in self.settings.items()}}

    def spawn(self, *arguments):
        """Starts without waiting. The log of the last start replaces the one before."""
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([*self.prefix, self.binary, *self.words, *arguments], cwd=self.folder, env=self.environment(),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, pass_fds=self.pass_fds)

    def start(self, *arguments, seconds=45):
        """Returns the seconds until `Server running`."""
        begin = time.monotonic()
        self.spawn(*arguments)
        wait_until(lambda: self.running.search(self.log()) or self.process.poll() is not None, seconds,
                   "the server to start", interval=0.005)
        took = time.monotonic() - begin
        running = self.running.search(self.log())
        if not running:
            raise AssertionError(f"tripos ended with {self.process.wait()}:\n{self.log()}")
        self.port = int(running[1])
        return took

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def run_to_end(self, *arguments, seconds=60):
        """For starts that must fail: (exit code, output)."""
        self.spawn(*arguments)
        try:
            code = self.process.wait(seconds)
        finally:
            self.kill9()
        return code, self.log()

    def command(self, *arguments, text=None, seconds=60):
        """Another command of the program on the same data folder."""
        return subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment(), input=text, text=True,
                              capture_output=True, timeout=seconds)

    def terminate(self, seconds=15):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill9(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def restart(self):
        self.terminate()
        return self.start()

    def stop(self):
        """Ends it however it is, and removes its files."""
        if self.process and self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, token=None, timeout=30):
        return Connection(self.port, token, timeout, self.description())

    def description(self):
        """What this program says of itself; asked once per test process, the program is the same."""
        if TriposServer.described is None:
            TriposServer.described = Description(Connection(self.port).api("GET", "//openapi.json").json)
        return TriposServer.described

    def api(self, method, path, body=None, token=None, headers=None, timeout=30):
        """One request on a connection of its own."""
        connection = self.connect(timeout=timeout)
        try:
            return connection.api(method, path, body, token, headers)
        finally:
            connection.close()

    def redis_pids(self):
        """The redis-server processes that this server started."""
        return [pid for pid in children(self.process.pid) if command_name(pid) == "redis-server"]

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) / 1024


def children(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
            found += map(int, file.read().split())
    return found


def command_name(pid):
    """Empty when the process is gone (or a zombie of somebody else)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            name, state = re.search(r"\((.*)\) (\S)", file.read()).groups()
        return "" if state in "ZX" else name
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Site:
    """What people do on a server."""

    def __init__(self, server):
        self.server = server

    def expect(self, status, method, path, body=None, token=None):
        reply = self.server.api(method, path, body, token)
        if reply.status != status:
            raise AssertionError(f"{method} {path}: expected {status}, got {reply!r}")
        return reply.json if reply.text else {}

    def mails(self, to=None):
        """The dev inbox, newest first."""
        query = "?limit=100" + (f"&to={urllib.parse.quote(to)}" if to else "")
        return self.expect(200, "GET", "//dev/api/mails" + query)["mails"]

    def mail(self, to, word="", seconds=15):
        """Waits for a mail to this address whose subject or text contains the word."""
        def found():
            return next((mail for mail in self.mails(to) if word in mail["subject"] + (mail.get("text") or "")), None)
        return wait_until(found, seconds, f"a mail to {to}", interval=0.05)

    def sign_up(self, email, name="Asha Rao"):
        return self.expect(201, "POST", "/auth/signup", {"fullName": name, "email": email, "password": PASSWORD})

    def verify(self, email):
        mail = self.mail(email, "verify-email?token=")
        token = next(re.search(r"token=([^&\s]+)", link)[1] for link in mail["links"] if "token=" in link)
        self.expect(200, "POST", f"/auth/verify-email/{token}")

    def log_in(self, email, password=PASSWORD):
        return self.expect(200, "POST", "/auth/login", {"email": email, "password": password})["accessToken"]

    def candidate(self, email, name="Asha Rao"):
        """A verified user's token."""
        self.sign_up(email, name)
        self.verify(email)
        return self.log_in(email)

    def admin(self, email="staff@example.com"):
        """A token of an admin made from the command line."""
        done = self.server.command("user", "create", "--admin", "--email", email, "--name", "Staff", "--password-stdin",
                                   text=PASSWORD + "\n")
        if done.returncode != 0:
            raise AssertionError(f"tripos user create: {done.returncode} {done.stdout} {done.stderr}")
        return self.log_in(email)

    def close(self, exam, staff):
        title = self.expect(200, "GET", f"/exam/{exam}", None, staff)["exam"]["title"]
        return self.expect(200, "POST", f"/exam/{exam}/close", {"confirm": title}, staff)

    def exam(self, admin, questions=3, minutes=60, seconds=3600):
        """A published exam of single-choice questions that is live at once; returns its id."""
        def instant(offset):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))
        ids = [self.expect(201, "POST", "/question/create", {
            "statement": f"Question {number}", "questionType": "SINGLE_CORRECT", "domain": "general", "marks": 1,
            "options": [{"text": "yes", "isCorrect": True}, {"text": "no", "isCorrect": False}],
        }, admin)["data"]["id"] for number in range(questions)]
        exam = self.expect(201, "POST", "/exam/create", {
            "title": "Exam", "description": "", "durationMinutes": minutes, "startTime": instant(-60),
            "endTime": instant(seconds)}, admin)["exam"]["id"]
        self.expect(200, "POST", f"/exam/{exam}/questions",
                    {"addQuestionIds": [{"questionId": question, "marks": 1} for question in ids]}, admin)
        self.expect(200, "POST", f"/exam/{exam}/publish", None, admin)
        return exam

    def start(self, exam, token):
        """Starts an attempt and returns its paper: [(question id, [option id])]."""
        self.expect(201, "POST", f"/exam-attempt/{exam}/start", None, token)
        return [(question["id"], [option["id"] for option in question["options"]])
                for question in self.paper(exam, token)]

    def paper(self, exam, token):
        return self.expect(200, "GET", f"/exam-attempt/{exam}/attempt", None, token)["exam"]["questions"]

    def save(self, exam, token, question, option):
        return self.expect(200, "POST", f"/exam-attempt/{exam}/save",
                           {"questionId": question, "selectedOptionIds": [option]}, token)

    def answers(self, exam, token):
        """question id -> the saved option id."""
        found = {}
        for question in self.paper(exam, token):
            answer = question["studentAnswer"]
            if answer and answer["selectedOptionIds"]:
                found[question["id"]] = answer["selectedOptionIds"][0]
        return found
