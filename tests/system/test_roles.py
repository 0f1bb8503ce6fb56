# SPDX-License-Identifier: MIT
"""The table of docs/roles.md - every route, every role - against the server: whoever stands there is let in, nobody else is.

RECORD_ROLES=yes writes the table anew from what the routes declare; what it says is for people to agree with.
"""

import os
import re
import unittest
import uuid

from harness import ROOT, PASSWORD, Site, TriposServer
from refusals import code_of

PAGE = os.path.join(ROOT, "docs", "roles.md")
BEGIN, END = "<!-- table: tests/system/test_roles.py -->\n", "<!-- end of the table -->\n"
STAFF = ["AUTHOR", "INVIGILATOR", "OPERATOR", "ADMIN"]
OPEN = ["everyone", "session", "verified"]
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def rows_of(document):
    """(verb, path, what it needs, roles) of each route, as declared."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation["x-access"], operation.get("x-roles", [])


def table_of(document):
    lines = ["| route | needs | USER | " + " | ".join(STAFF) + " |", "| --- |" + " --- |" * (len(STAFF) + 2)]
    for verb, path, access, roles in rows_of(document):
        marks = ["yes" if access in OPEN else ""]
        marks += ["yes" if access in OPEN or role in roles else "" for role in STAFF]
        if access == "invigilate":
            marks[1 + STAFF.index("INVIGILATOR")] = "assigned"
        lines.append(f"| {verb} `{path}` | {access} | " + " | ".join(marks) + " |")
    return "\n".join(line.replace("  ", " ") for line in lines) + "\n"


def written_table():
    with open(PAGE, encoding="utf-8") as page:
        return page.read().partition(BEGIN)[2].partition(END)[0]


def read_table(text):
    """(verb, path) -> (what it needs, {role: whether it may})."""
    found = {}
    for line in text.splitlines()[2:]:
        route, access, *marks = [cell.strip() for cell in line.strip("|").split("|")]
        verb, path = route.replace("`", "").split(" ")
        found[verb, path] = access, {role: bool(mark) for role, mark in zip(["USER", *STAFF], marks)}
    return found


class Roles(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(MAIL_WEBHOOK_SECRET="a webhook secret of thirty-two bytes")
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.admin = cls.site.admin()
        cls.document = cls.server.api("GET", "//openapi.json").json
        if os.environ.get("RECORD_ROLES"):
            with open(PAGE, encoding="utf-8") as page:
                before, _, rest = page.read().partition(BEGIN)
            with open(PAGE, "w", encoding="utf-8") as page:
                page.write(before + BEGIN + table_of(cls.document) + END + rest.partition(END)[2])
        cls.table = read_table(written_table())
        cls.site.sign_up("unverified@example.com")

    @classmethod
    def member(cls, *roles):
        """A token of somebody who has these roles."""
        email = f"{'-'.join(roles).lower() or 'user'}@example.com"
        done = cls.server.command("user", "create", "--email", email, "--name", "A", "--password-stdin", text=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        if roles:
            assert cls.server.command("user", "role", email, *roles).returncode == 0
        return cls.site.log_in(email)

    def test_the_page_says_what_the_routes_declare(self):
        self.assertEqual(written_table(), table_of(self.document), "RECORD_ROLES=yes writes it; read what it says")

    def test_every_route_lets_in_whom_the_table_names_and_nobody_else(self):
        callers = {"nobody": None, "USER": self.member(), **{role: self.member(role) for role in STAFF}}
        wrong = []
        # A log-out ends the caller's session, so it comes last.
        for path in sorted({path for _, path in self.table}, key=lambda path: "logout" in path):
            for verb in VERBS:
                route = self.table.get((verb, path))
                if route is None and self.is_covered(verb, path):
                    continue
                codes = {caller: self.ask(verb, path, token) for caller, token in callers.items()}
                wrong += [f"{verb} {path} by {caller}: {code}" for caller, code in codes.items()
                          if not self.is_right(route, caller, code, codes["nobody"])]
                if verb == "GET":
                    wrong += [f"HEAD {path} by {caller} is not as GET" for caller, token in callers.items()
                              if self.ask("HEAD", path, token) != codes[caller][:3]]
        self.assertEqual(wrong, [])

    def ask(self, verb, path, token):
        path = re.sub(r"\{\w+\}", lambda _: str(uuid.uuid4()), path)
        connection = self.server.connect(token)
        connection.description = None  # no shapes here: it is about who may
        try:
            return code_of(connection.api(verb, "/" + path))
        finally:
            connection.close()

    def is_covered(self, verb, path):
        """Another pattern answers that verb: /exam/{examId} a GET of /exam/create."""
        parts = path.split("/")
        return any(known == verb and len(other.split("/")) == len(parts) and
                   all(a == b or a.startswith("{") for a, b in zip(other.split("/"), parts)) for known, other in self.table)

    @staticmethod
    def is_right(route, caller, code, to_nobody):
        refused = "401" if caller == "nobody" else "403"
        if route is None:  # what the router refuses by itself, or a route that only says so
            return code.startswith("405") or code.startswith(refused)
        access, roles = route
        if access == "everyone":
            return code[:3] != "405" and code == to_nobody
        if caller != "nobody" and roles[caller]:
            return code[:3] not in ("401", "405") and code != "403 forbidden"
        return code == f"{refused} {'unauthorized' if caller == 'nobody' else 'forbidden'}"

    def test_roles_add_up_and_are_told(self):
        token = self.member("AUTHOR", "OPERATOR")
        data = self.site.expect(200, "GET", "/profile/me", None, token)["data"]
        self.assertEqual((data["roles"], data["capabilities"]), (["AUTHOR", "OPERATOR"], ["questions", "drafts", "operate"]))
        self.site.expect(200, "GET", "/question/all", None, token)
        self.site.expect(200, "GET", "/admin/queues", None, token)
        self.site.expect(403, "GET", "/admin/users", None, token)
        login = self.site.expect(200, "POST", "/auth/login", {"email": "author-operator@example.com", "password": PASSWORD})
        self.assertEqual((login["user"]["role"], login["user"]["roles"]), ("USER", ["AUTHOR", "OPERATOR"]))

    def test_a_role_that_is_taken_away_is_gone_at_once(self):
        token = self.member("AUTHOR", "INVIGILATOR")
        account = self.site.expect(200, "GET", "/admin/users?search=author-invigilator", None, self.admin)["data"][0]
        path = f"/admin/users/{account['id']}"
        self.site.expect(200, "GET", "/question/all", None, token)
        changed = self.site.expect(200, "PUT", path, {"roles": ["INVIGILATOR"]}, self.admin)["data"]
        self.assertEqual((changed["role"], changed["roles"]), ("USER", ["INVIGILATOR"]))
        self.site.expect(403, "GET", "/question/all", None, token)
        # The word that older clients know leaves the other roles alone.
        changed = self.site.expect(200, "PUT", path, {"role": "ADMIN"}, self.admin)["data"]
        self.assertEqual((changed["role"], changed["roles"]), ("ADMIN", ["INVIGILATOR", "ADMIN"]))
        self.site.expect(200, "GET", "/question/all", None, token)
        for body in ({"roles": ["ROOT"]}, {"roles": "ADMIN"}, {"roles": [], "role": "ADMIN"}):
            self.site.expect(400, "PUT", path, body, self.admin)
        changed = self.site.expect(200, "PUT", path, {"roles": []}, self.admin)["data"]
        self.assertEqual((changed["role"], changed["roles"]), ("USER", []))

    def test_nobody_gives_roles_to_themselves(self):
        token = self.member("OPERATOR", "INVIGILATOR")
        self.site.expect(200, "PUT", "/profile/me", {"fullName": "B", "roles": ["ADMIN"], "role": "ADMIN"}, token)
        self.assertEqual(self.site.expect(200, "GET", "/profile/me", None, token)["data"]["roles"], ["INVIGILATOR", "OPERATOR"])

    def test_an_operator_sees_no_key_and_no_answer(self):
        """What candidates and staff do stands in no answer that an operator gets."""
        operator, candidate = self.member("OPERATOR", "OPERATOR"), self.site.candidate("asha@example.com")
        exam = self.site.exam(self.admin)
        (question, options), *_ = self.site.start(exam, candidate)
        self.site.save(exam, candidate, question, options[0])
        seen = ""
        for (verb, path), (access, _) in self.table.items():
            if verb == "GET" and access == "operate":
                for place in ("email", "email-bulk"):
                    seen += self.server.api("GET", "/" + path.replace("{name}", place), token=operator).text
        for key in (f"exam:{exam}", f"exam:{exam}:questions", "exams:all"):
            seen += self.server.api("GET", f"/admin/cache/entry?key={key}", token=operator).text
        self.assertIn("email-bulk", seen)
        for secret in ("isCorrect", "numericalAnswer", "selectedOptionIds", *options):
            self.assertNotIn(secret, seen)


if __name__ == "__main__":
    unittest.main()
