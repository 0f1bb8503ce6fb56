# SPDX-License-Identifier: MIT
"""The refusals that /openapi.json describes, and how those are provoked that are alike for every route."""

import itertools
import json
import re
import uuid

JSON = {"Content-Type": "application/json"}
TOO_LONG = b'{"a":"' + b"a" * 1_100_000 + b'"}'
# Whatever a member is, one of these is none. Texts with a line break stand in no field of one line.
WRONG = ({"x": 1}, "a\nb\0", "", [{}], -1)
WRONG_IN_QUERY = ("nonsense", "%01", "")
STORIES = {}


def story(code, *names):
    """The function provokes this refusal of these operations; it gets the world, the operation's method and its path."""
    def keep(function):
        STORIES.update({(name, code): function for name in names})
        return function
    return keep


class Operation:
    """One operation of the description and the refusals it lists."""

    def __init__(self, path, method, said, components):
        self.path, self.method, self.said = path, method, said
        self.name = f"{method} {path.removeprefix('/api')}"
        self.body = next(iter(said.get("requestBody", {}).get("content", {}).values()), None)
        self.members = self.schema(components).get("properties", {}) if self.body else {}
        self.query = [one["name"] for one in said.get("parameters", []) if one["in"] == "query"]
        self.codes = list(self.read_codes())

    def schema(self, components):
        schema = self.body["schema"]
        return components["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def read_codes(self):
        """`409 email_taken`; not what any route may answer when something is broken."""
        for status, response in self.said["responses"].items():
            if not status.isdigit() or not 400 <= int(status) < 500:
                continue
            problem = response["content"].get("application/problem+json")  # else a page for people
            for part in problem["schema"]["allOf"] if problem else []:
                for code in part.get("properties", {}).get("code", {}).get("enum", []):
                    yield f"{status} {code}"


def code_of(reply):
    """`409 email_taken`; a status alone where nothing was refused."""
    has_code = reply.text and "json" in (reply.headers["Content-Type"] or "")
    return f"{reply.status} {reply.json.get('code', '')}".strip() if has_code else str(reply.status)


def operations(document):
    return [Operation(path, method, said, document["components"])
            for path, methods in document["paths"].items() for method, said in methods.items()]


class Asker:
    """Sends an operation's request, right but for what is to be refused.

    tokens: role -> token; places: start of a path -> what stands in its braces, where nothing random will do;
    bodies: name of an operation -> a body that it takes; sign: name of an operation -> what makes headers for a body.
    """

    def __init__(self, server, tokens, places, bodies, sign):
        self.server, self.tokens, self.places, self.bodies, self.sign = server, tokens, places, bodies, sign

    def role(self, operation):
        if not operation.said["security"]:
            return None
        return "staff" if "403 forbidden" in operation.codes else "candidate"

    def path(self, operation, *values):
        """Random ids where no values are given."""
        rest = itertools.chain(values, iter(lambda: str(uuid.uuid4()), None))
        return re.sub(r"\{\w+\}", lambda _: next(rest), operation.path)

    def real_path(self, operation):
        """Of something that exists, where there is a place for the path."""
        known = [start for start in self.places if operation.path.startswith(start)]
        return self.path(operation, *self.places[max(known, key=len)] if known else ())

    def ask(self, operation, path, body=None, role="", headers=None):
        """role: whose token; the operation's own without one. The path as it stands."""
        role = self.role(operation) if role == "" else role
        signed = self.sign[operation.name](body) if operation.name in self.sign and body is not None else {}
        return self.server.api(operation.method.upper(), "/" + path, body, self.tokens[role] if role else None,
                               {**signed, **(headers or {})})

    @staticmethod
    def first(code, replies):
        """The first reply with that code, or the last."""
        reply = None
        for reply in replies:
            if code_of(reply) == code:
                break
        return reply

    # One method for each code that needs no story

    def unauthorized(self, operation):
        return self.ask(operation, self.path(operation), role=None)

    def forbidden(self, operation):
        return self.ask(operation, self.path(operation), role="candidate")

    def email_not_verified(self, operation):
        return self.ask(operation, self.path(operation), role="unverified")

    def cross_site(self, operation):
        cookie = {"Cookie": f"accessToken={self.tokens['candidate']}"}
        return self.ask(operation, self.path(operation), role=None, headers=cookie)

    def foreign_host(self, operation):
        return self.ask(operation, self.real_path(operation), headers={"Host": "rebound.example:8000"})

    def bad_request(self, operation):
        # http.client refuses no such path, and no route decodes it.
        return self.ask(operation, self.path(operation) + "?a=%zz")

    def body_missing(self, operation):
        return self.ask(operation, self.real_path(operation), b"", headers={})

    def malformed_json(self, operation):
        return self.ask(operation, self.real_path(operation), b"{", headers=JSON)

    def body_too_large(self, operation):
        return self.ask(operation, self.real_path(operation), TOO_LONG, headers=JSON)

    def unsupported_media_type(self, operation):
        return self.ask(operation, self.real_path(operation), b"a=b", headers={"Content-Type": "text/plain"})

    def validation_failed(self, operation):
        path = self.real_path(operation)
        def replies():
            for name, value in itertools.product(operation.query, WRONG_IN_QUERY):
                yield self.ask(operation, f"{path}?{name}={value}")
            if operation.body:
                for body in ({}, *({name: value} for name, value in itertools.product(operation.members, WRONG))):
                    yield self.ask(operation, path, json.dumps(body).encode(), headers=JSON)
        return self.first("400 validation_failed", replies())

    def not_found(self, operation):
        path = self.path(operation)
        if operation.body:
            return self.ask(operation, path, self.bodies[operation.name])
        return self.ask(operation, path)
