#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real SMTP server on loopback whose behaviour tests decide (Debian package python3-aiosmtpd).

    /usr/bin/python3 smtp_server.py --port 0

The first line of output is {"port": N}. Then each line of JSON on standard input is a command and is answered
with one line of JSON; end of input ends the server.

    {"command": "rules", "rules": [RULE...]}      replaces the rules
    {"command": "messages"}                       everything accepted, oldest first
    {"command": "wait", "count": N, "seconds": S} the same once there are N of them, or after S seconds
    {"command": "stats"}                          connections, open, and how often each stage was reached
    {"command": "clear"}                          forgets messages, rules and counters
    {"command": "listen", "on": false}            refuses connections and drops the open ones; true comes back
    {"command": "auth", "user": U, "password": P} requires this log-in from new connections; without user: none
    {"command": "smtputf8", "on": true}           offers SMTPUTF8 to new connections

A RULE applies at its stage: "connect" (instead of the greeting), "EHLO", "AUTH", "MAIL", "RCPT", "DATA" (the
command) or "dot" (the message was read whole):
    "reply": "451 4.3.0 later"  what to answer; after 421 and at "connect" the connection is closed
    "action": "drop"            ends the connection without an answer
    "delay": seconds            waits first; alone it only delays
    "times": N                  how often it applies (default: always)
    "recipient": ADDRESS        only for this recipient (stages RCPT and dot)
    "skip": N                   how often it lets pass first
    "keep": true                at "dot": the message counts as accepted although the sender never hears of it
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult, Envelope


def describe(envelope: Envelope) -> dict:
    """The message as the recipient's program would show it: parsed by Python's own e-mail package."""
    parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    defects = [repr(defect) for part in parsed.walk() for defect in part.defects]

    def content(kind: str) -> str:
        return next((part.get_content() for part in parts if part.get_content_type() == kind), "")

    return {
        "from": envelope.mail_from,
        "to": list(envelope.rcpt_tos),
        "at": time.time(),
        "headers": [[name, str(value)] for name, value in parsed.items()],
        "subject": str(parsed["Subject"]),
        "types": [part.get_content_type() for part in parts],
        "text": content("text/plain"),
        "html": content("text/html"),
        "defects": defects,
        "raw": base64.b64encode(envelope.content).decode(),
    }


class Sink:
    """What all connections share: rules, counters, messages."""

    def __init__(self) -> None:
        self.rules: list = []
        self.messages: list = []
        self.stages: dict = {}
        self.connections = 0
        self.open: set = set()
        self.login = None
        self.takes_utf8 = False
        self.arrived = asyncio.Event()

    def clear(self) -> None:
        self.rules, self.messages, self.stages, self.connections = [], [], {}, 0

    def rule_for(self, stage: str, recipients: list):
        self.stages[stage] = self.stages.get(stage, 0) + 1
        for rule in self.rules:
            if rule["stage"] != stage or rule.get("times", 1) <= 0:
                continue
            if "recipient" in rule and rule["recipient"] not in recipients:
                continue
            if rule.get("skip", 0) > 0:
                rule["skip"] -= 1
                continue
            if "times" in rule:
                rule["times"] -= 1
            return rule
        return None

    def accept(self, envelope: Envelope) -> None:
        self.messages.append(describe(envelope))
        self.arrived.set()

    async def handle_DATA(self, connection, _session, envelope) -> str:
        reply = await connection.verdict("dot", envelope.rcpt_tos)
        if reply is None:
            self.accept(envelope)
            return "250 2.0.0 accepted"
        if reply.startswith("421"):
            asyncio.get_running_loop().call_soon(connection.transport.close)
        return reply

    def authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        right = (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=right, handled=False)


class Connection(SMTP):
    """One connection: asks the rules before it behaves."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(
            sink,
            hostname="sink.example",
            enable_SMTPUTF8=sink.takes_utf8,
            auth_required=sink.login is not None,
            auth_require_tls=False,
            authenticator=sink.authenticate,
        )
        self.sink = sink

    def connection_made(self, transport) -> None:
        self.sink.connections += 1
        self.sink.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error) -> None:
        self.sink.open.discard(self.transport)
        super().connection_lost(error)

    async def answered(self, stage: str, recipients: list = ()) -> bool:
        """True when a rule has answered this stage."""
        reply = await self.verdict(stage, list(recipients))
        if reply is None:
            return False
        await self.push(reply)
        if stage == "connect" or reply.startswith("421"):
            self.transport.close()
        return True

    async def verdict(self, stage: str, recipients: list):
        """The reply that a rule wants here, or None."""
        rule = self.sink.rule_for(stage, recipients)
        if rule is None:
            return None
        await asyncio.sleep(rule.get("delay", 0))
        if rule.get("action") == "drop":
            if rule.get("keep"):
                self.sink.accept(self.envelope)
            self.transport.abort()
            raise ConnectionResetError
        return rule.get("reply")

    async def _handle_client(self) -> None:
        try:
            if not await self.answered("connect"):
                await super()._handle_client()
        except ConnectionError:
            pass  # one of the two has hung up

    async def smtp_EHLO(self, arg) -> None:
        if not await self.answered("EHLO"):
            await super().smtp_EHLO(arg)

    async def smtp_AUTH(self, arg) -> None:
        if not await self.answered("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg) -> None:
        if not await self.answered("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg) -> None:
        recipient = arg.partition("<")[2].rpartition(">")[0]
        if not await self.answered("RCPT", [recipient]):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg) -> None:
        if not await self.answered("DATA"):
            await super().smtp_DATA(arg)


class Server:
    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.sink = Sink()
        self.listener = None

    async def listen(self) -> None:
        loop = asyncio.get_running_loop()
        self.listener = await loop.create_server(lambda: Connection(self.sink), self.host, self.port)
        self.port = self.listener.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        for transport in list(self.sink.open):
            transport.abort()

    async def wait(self, count: int, seconds: float) -> list:
        deadline = time.monotonic() + seconds
        while len(self.sink.messages) < count and time.monotonic() < deadline:
            self.sink.arrived.clear()
            try:
                await asyncio.wait_for(self.sink.arrived.wait(), max(0.0, deadline - time.monotonic()))
            except asyncio.TimeoutError:
                break
        return self.sink.messages

    async def obey(self, request: dict) -> dict:
        command = request["command"]
        if command == "rules":
            self.sink.rules = request["rules"]
        elif command == "messages":
            return {"messages": self.sink.messages}
        elif command == "wait":
            return {"messages": await self.wait(request["count"], request["seconds"])}
        elif command == "stats":
            sink = self.sink
            return {"connections": sink.connections, "open": len(sink.open), "stages": sink.stages}
        elif command == "clear":
            self.sink.clear()
        elif command == "listen":
            await self.refuse()
            if request["on"]:
                await self.listen()
        elif command == "auth":
            user = request.get("user")
            self.sink.login = (user, request["password"]) if user else None
        elif command == "smtputf8":
            self.sink.takes_utf8 = request["on"]
        else:
            return {"error": "unknown command " + command}
        return {"ok": True}


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


async def run(host: str, port: int) -> None:
    server = Server(host, port)
    await server.listen()
    say({"port": server.port})
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        say(await server.obey(json.loads(line)))
    await server.refuse()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A scriptable SMTP server for tests.")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0)
    options = arguments.parse_args()
    asyncio.run(run(options.host, options.port))
