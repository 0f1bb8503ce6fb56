# SPDX-License-Identifier: MIT
"""The description of the API and the program it describes: each route has one, each description has a route."""

import re
import unittest

import examples
from described import Description
from harness import Site, TriposServer


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(MAIL_WEBHOOK_SECRET="a webhook secret of thirty-two bytes")
        cls.addClassCleanup(cls.server.stop)
        cls.reply = cls.server.api("GET", "//openapi.json")
        cls.document = cls.reply.json

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield path, method, operation

    def test_a_site_may_do_without_its_pages_for_developers(self):
        server = TriposServer(DEVELOPER_PAGES="off")
        self.addCleanup(server.stop)
        without = server.connect()
        self.addCleanup(without.close)
        without.description = None  # which has them
        for path in ("//docs", "//docs/components", "//openapi.json"):
            self.assertEqual(self.server.api("GET", path).status, 200, path)
            self.assertEqual(without.api("GET", path).status, 404, path)
        self.assertEqual(without.api("GET", "//").status, 200)

    def test_every_described_operation_has_a_route_and_every_route_of_its_path_is_described(self):
        for path, methods in self.document["paths"].items():
            reply = self.server.api("OPTIONS", "/" + re.sub(r"\{\w+\}", "x", path))
            allowed = {method.strip().lower() for method in (reply.headers["Allow"] or "").split(",")}
            self.assertLessEqual(set(methods), allowed, path)
            # A literal path is also answered by the pattern beside it, such as /exam/all by /exam/{examId}.
            also = {method for other, others in self.document["paths"].items() if self.covers(other, path)
                    for method in others}
            self.assertEqual(allowed - {"head", "options"}, also, path)

    @staticmethod
    def covers(pattern, path):
        ours, theirs = pattern.split("/"), path.split("/")
        return len(ours) == len(theirs) and all(
            own == other or own.startswith("{") for own, other in zip(ours, theirs))

    def test_every_operation_is_complete(self):
        for path, method, operation in self.operations():
            where = f"{method} {path}: say it where the route is added, with http::Operation"
            self.assertTrue(operation["summary"], where)
            self.assertTrue(operation["tags"][0], where)
            self.assertTrue(any(int(status) < 400 for status in operation["responses"] if status.isdigit()), where)

    def test_whatever_changes_something_declares_its_limits_or_why_it_has_none(self):
        for path, method, operation in self.operations():
            if method != "get":
                self.assertTrue(operation.get("x-rate-limits") or operation.get("x-unlimited"),
                                f"{method} {path}: say it with Operation::limited() or unlimited()")
        log_in = self.document["paths"]["/api/auth/login"]["post"]["x-rate-limits"]
        self.assertEqual([(limit["per"], limit["beyondClient"]) for limit in log_in],
                         [("client", False), ("account and client", False), ("account and client", True)])

    def test_every_error_is_listed_with_its_codes(self):
        save = self.document["paths"]["/api/exam-attempt/{examId}/save"]["post"]["responses"]
        self.assertLessEqual({"200", "400", "401", "403", "413", "415", "500", "503", "default"}, set(save))
        problem, details = save["403"]["content"]["application/problem+json"]["schema"]["allOf"]
        self.assertEqual(problem, {"$ref": "#/components/schemas/Problem"})
        self.assertEqual(set(details["properties"]["code"]["enum"]),
                         {"email_not_verified", "cross_site", "no_active_attempt", "already_submitted", "time_over"})

    def test_the_guard_says_who_may(self):
        paths = self.document["paths"]
        create = paths["/api/question/create"]["post"]
        self.assertIn("AUTHOR, ADMIN", create["description"])
        self.assertEqual((create["x-access"], create["x-roles"]), ("questions", ["AUTHOR", "ADMIN"]))
        self.assertTrue(paths["/api/exam/live"]["get"]["security"])
        self.assertEqual(paths["/api/leaderboard/top-five"]["get"]["security"], [])

    def test_every_json_answer_and_body_has_an_example_that_is_as_described(self):
        problems = []
        for path, method, operation in self.operations():
            answer = next(iter(operation["responses"].values())).get("content", {}).get("application/json")
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            for content in (answer if path != "/openapi.json" else None, body):
                if content:
                    wrong = Description(self.document).mismatches(content["schema"], content["example"]) \
                        if "example" in content else ["no example: record one, see tests/system/examples.py"]
                    problems += [f"{method} {path}: {problem}" for problem in wrong]
        self.assertEqual(problems, [])
        named = {operation["operationId"] for _, _, operation in self.operations()}
        self.assertEqual(set(examples.load()) - named, set(), "examples of operations that are no more")

    def test_probes_come_last(self):
        tags = [tag["name"] for tag in self.document["tags"]]
        order = [tags.index(operation["tags"][0]) for _, _, operation in self.operations()]
        self.assertEqual(order[-1], len(tags) - 1)
        self.assertEqual(tags[-1], "Operation")

    def test_it_is_kept_by_clients_and_sent_compressed(self):
        etag = self.reply.headers["ETag"]
        again = self.server.api("GET", "//openapi.json", headers={"If-None-Match": etag})
        self.assertEqual((again.status, again.text), (304, ""))
        packed = self.server.api("GET", "//openapi.json", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertLess(int(packed.headers["Content-Length"]), len(self.reply.text) / 5)

    def test_an_answer_that_is_not_as_described_is_found(self):
        site = Site(self.server)
        token = site.candidate("asha@example.com")
        reply = self.server.api("GET", "/profile/me", token=token)
        description = Description(self.document)
        self.assertEqual(description.problems("GET", "/api/profile/me", reply), [])
        for change in (lambda text: text.replace('"fullName"', '"name"'),
                       lambda text: text.replace('"emailVerified":true', '"emailVerified":"yes"'),
                       lambda text: text.replace('"data":{', '"data":{"more":1,')):
            reply.text, kept = change(reply.text), reply.text
            self.assertNotEqual(description.problems("GET", "/api/profile/me", reply), [], reply.text)
            reply.text = kept


if __name__ == "__main__":
    unittest.main()
