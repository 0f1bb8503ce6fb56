# SPDX-License-Identifier: MIT
"""Bad input of every kind gets a 4xx with message and code: never a 5xx, never a hang, and the server goes on."""

import base64
import json
import socket
import time
import unittest
import uuid

from harness import PASSWORD, Site, TriposServer

JSON = {"Content-Type": "application/json"}


def forged(header, claims, signature=b""):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    return f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}.{part(signature)}"


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer(MAIL_REQUEST_LIMIT_ADDRESS=10000, LOGIN_LIMIT_ACCOUNT=10000, LOGIN_LIMIT_ADDRESS=10000)
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)
        cls.admin = cls.site.admin()
        cls.exam = cls.site.exam(cls.admin)
        cls.token = cls.site.candidate("candidate@example.com")
        cls.paper = cls.site.start(cls.exam, cls.token)

    def tearDown(self):
        self.assertEqual(self.server.api("GET", "/health").status, 200)

    def refused(self, reply, status=None):
        """A 4xx whose body front ends and programs can read."""
        self.assertTrue(400 <= reply.status < 500, reply)
        if status:
            self.assertEqual(reply.status, status, reply)
        body = reply.json
        self.assertIs(body["success"], False, reply)
        self.assertTrue(body["message"], reply)
        self.assertRegex(body["code"], r"^[a-z][a-z0-9_]*$", reply)
        return body

    def post(self, path, body, token=None, headers=None):
        return self.server.api("POST", path, body, token, headers)

    # Bodies

    def test_malformed_json(self):
        for text in (b"", b"{", b'{"email":}', b"nonsense", b'{"email":"a"} x', b"\xff\xfe{}", b'{"email":"\xc3\x28"}',
                     b'{"a":NaN}', b'{"a":Infinity}', b"'", b"\0", b'{"email":"\x01"}', b'"\\ud800"'):
            with self.subTest(text=text):
                self.refused(self.post("/auth/login", text, headers=JSON), 400)

    def test_an_escaped_path_is_no_way_around_the_media_type(self):
        body = json.dumps({"email": "candidate@example.com", "password": PASSWORD}).encode()
        for path in ("//api/auth/login", "//%61pi/auth/login", "//api/%61uth/login"):
            for headers in ({"Content-Type": "text/plain"}, {**JSON, "Content-Encoding": "gzip"}):
                reply = self.server.api("POST", path, body, headers=headers)
                self.assertEqual(reply.status, 415, path)
                self.assertIsNone(reply.headers["Set-Cookie"])

    def test_the_answer_to_a_large_body_is_small(self):
        name = b"a" * 900_000
        for body in (b'{"' + name + b'":"\\u0000"}', b'{"' + name[:400_000] + b'":1,"' + name[:400_000] + b'":1}',
                     b'{"' + "\u00e9".encode() * 400_000 + b'":1e999}'):
            reply = self.post("/auth/login", body, headers=JSON)
            self.refused(reply, 400)
            self.assertLess(len(reply.text), 2_000)

    def test_deeply_nested_json(self):
        for text in (b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000):
            self.refused(self.post("/auth/login", text, headers=JSON), 400)

    def test_json_that_is_no_object(self):
        for text in (b"null", b"1", b'"text"', b"[]", b"true"):
            with self.subTest(text=text):
                self.refused(self.post("/auth/login", text, headers=JSON), 400)

    def test_a_huge_body(self):
        # The client sends all of it before it reads: more than the sockets hold, too.
        for size in (3_000_000, 12_000_000):
            with self.subTest(size=size):
                self.refused(self.post("/auth/login", b'{"email":"' + b"a" * size + b'"}', headers=JSON), 413)

    def test_a_body_that_is_not_json(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"):
            with self.subTest(kind=kind):
                self.refused(self.post("/auth/login", b"email=a", headers={"Content-Type": kind}), 415)

    def test_wrong_types_in_every_field(self):
        good = {"fullName": "A B", "email": "types@example.com", "password": PASSWORD}
        for field in good:
            for value in (None, 1, True, [], {}, ["a"], ""):
                with self.subTest(field=field, value=value):
                    self.refused(self.post("/auth/signup", {**good, field: value}), 400)
        for field in good:
            body = self.refused(self.post("/auth/signup", {key: good[key] for key in good if key != field}), 400)
            self.assertIn(field, [error["field"] for error in body["errors"]])

    def test_names_and_addresses_that_would_break_a_header(self):
        for name in ("A\r\nBcc: x@example.com", "A\nB", "A\0B", "\u2028" * 3, "x" * 100_000):
            with self.subTest(name=name[:20]):
                self.refused(self.post("/auth/signup", {"fullName": name, "email": "h@example.com", "password": PASSWORD}),
                             400)
        for email in ("a@b\r\nBcc: c@d.example", "a\0@example.com", "a@", "@example.com", "a b@example.com", "a@exa mple.com",
                      "a@example.com,b@example.com", "<a@example.com>", "a" * 300 + "@example.com", "a@" + "b" * 300 + ".com"):
            with self.subTest(email=email[:20]):
                self.refused(self.post("/auth/signup", {"fullName": "A", "email": email, "password": PASSWORD}), 400)

    def test_passwords_too_short_and_too_long(self):
        for password in ("short", "x" * 1001):
            self.refused(self.post("/auth/signup", {"fullName": "A", "email": "p@example.com", "password": password}), 400)

    def test_numbers_out_of_this_world(self):
        question = ('{"statement":"q","questionType":"NUMERICAL","domain":"d","numericalAnswer":%s,"tolerance":0,"marks":%s,'
                    '"negativeMarks":0}')
        for number in ("1e999", "-1e999", "NaN", "1e400", '"5,0"', "[1]"):
            with self.subTest(number=number):
                self.refused(self.post("/question/create", (question % (number, 1)).encode(), self.admin, JSON), 400)
                self.refused(self.post("/question/create", (question % (1, number)).encode(), self.admin, JSON), 400)
        self.refused(self.post("/question/create", (question % (1, -1)).encode(), self.admin, JSON), 400)

    def test_unknown_enumerations(self):
        question = {"statement": "q", "questionType": "ESSAY", "domain": "d", "options": [{"text": "a", "isCorrect": True}]}
        self.refused(self.post("/question/create", question, self.admin), 400)
        profile = {"fullName": "A", "course": "MAGIC", "department": "CST", "year": "ONE", "semester": "S1",
                   "enrollmentNumber": "E1"}
        self.refused(self.server.api("PUT", "/profile/me", profile, self.token), 400)

    # Answers to questions

    def test_answers_that_do_not_fit(self):
        question, options = self.paper[0]
        other_option = self.paper[1][1][0]
        for body in ({"questionId": question, "selectedOptionIds": options},
                     {"questionId": question, "selectedOptionIds": [other_option]},
                     {"questionId": str(uuid.uuid4()), "selectedOptionIds": [options[0]]},
                     {"questionId": question, "selectedOptionIds": [str(uuid.uuid4())]},
                     {"questionId": question, "selectedOptionIds": ["not an id"]},
                     {"questionId": question, "selectedOptionIds": "text"},
                     {"questionId": question, "selectedOptionIds": [options[0]] * 10_000},
                     {"questionId": question, "numericalAnswer": 4},
                     {"questionId": question},
                     {"selectedOptionIds": [options[0]]}):
            with self.subTest(body=str(body)[:100]):
                self.refused(self.post(f"/exam-attempt/{self.exam}/save", body, self.token), 400)

    # Paths, ids, methods, headers

    def test_ids_that_are_none_and_ids_of_nothing(self):
        for value in ("1", "nonsense", "%00", "%ff", "a" * 3000, "..%2f..%2fetc%2fpasswd", str(uuid.uuid4()), "' OR 1=1 --"):
            for method, path, token in (("GET", "/exam/{}", self.admin), ("GET", "/question/{}", self.admin),
                                        ("POST", "/exam-attempt/{}/start", self.token),
                                        ("GET", "/exam-attempt/{}/attempt", self.token),
                                        ("GET", "/result/{}/score", self.token)):
                with self.subTest(path=path, value=value[:30]):
                    quoted = value.replace(" ", "%20").replace("'", "%27")
                    self.refused(self.server.api(method, path.format(quoted), None, token))

    def test_queries_out_of_bounds(self):
        for query in ("page=x", "limit=1.5", "limit=1,5", "difficulty=IMPOSSIBLE", "page=%00", "page=%"):
            with self.subTest(query=query):
                self.refused(self.server.api("GET", "/question/all?" + query, None, self.admin), 400)
        for query in ("page=0", "page=-1", "limit=0", "limit=100000", "page=99999999999999999999", "limit=1e3"):
            with self.subTest(query=query):
                reply = self.server.api("GET", "/question/all?" + query, None, self.admin)
                self.assertEqual(reply.status, 200, reply)
                self.assertLessEqual(reply.json["pagination"]["limit"], 100)

    def test_unknown_routes_and_wrong_methods(self):
        self.refused(self.server.api("GET", "/nothing/here"), 404)
        reply = self.server.api("DELETE", "/auth/login")
        self.refused(reply, 405)
        self.assertIn("POST", reply.headers["Allow"])

    def test_huge_headers(self):
        reply = self.server.api("GET", "/health", headers={"X-Long": "a" * 100_000})
        self.assertEqual(reply.status, 431)

    # Tokens

    def test_forged_tokens(self):
        header, claims, signature = self.token.split(".")
        real = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        admin = {**real, "role": "ADMIN"}
        for name, token in {
            "alg none": forged({"alg": "none", "typ": "JWT"}, admin),
            "alg None": forged({"alg": "None", "typ": "JWT"}, real),
            "no signature": f"{header}.{claims}.",
            "other claims": ".".join([header, forged({}, admin).split(".")[1], signature]),
            "other algorithm": forged({"alg": "HS512", "typ": "JWT"}, real, b"x" * 64),
            "key id": forged({"alg": "HS256", "kid": "../../dev/null"}, real, b"x" * 32),
            "claims that are no object": forged({"alg": "HS256"}, [1], b"x" * 32),
            "nonsense": "a.b.c", "empty parts": "..", "long": "a" * 10_000,
        }.items():
            with self.subTest(name=name):
                self.refused(self.server.api("GET", "/profile/me", None, token), 401)

    def test_no_token_and_too_little_a_role(self):
        self.refused(self.server.api("GET", "/profile/me"), 401)
        self.refused(self.server.api("GET", "/question/all", None, self.token), 403)

    def test_verification_tokens_that_are_none(self):
        for token in ("x", "a" * 5000, self.token, "%00", "%E0%A4%A"):
            with self.subTest(token=token[:20]):
                self.refused(self.post(f"/auth/verify-email/{token}", None))

    def test_a_form_on_another_site(self):
        cookie = {"Cookie": f"accessToken={self.token}"}
        path, body = f"/exam-attempt/{self.exam}/submit", b"{}"
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
            with self.subTest(headers=headers):
                self.refused(self.post(path, body, headers={**JSON, **cookie, **headers}), 403)
        # What a form can send needs no preflight; it is refused by its type as well.
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"}
        self.refused(self.post(path, b"a=b", headers={**cookie, **form}))
        self.assertEqual(len(self.site.paper(self.exam, self.token)), len(self.paper), "the attempt still runs")

    # The wire

    def raw(self, data, seconds=15):
        """Sends bytes, then stays silent; returns what comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as connection:
            connection.settimeout(seconds)
            connection.sendall(data)
            reply = b""
            while True:
                try:
                    more = connection.recv(65536)
                except ConnectionResetError:
                    return reply
                if not more:
                    return reply
                reply += more

    def test_what_is_not_http(self):
        for data in (b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 32 + b"\r\n\r\n",
                     b"GET / HTTP/9.9\r\n\r\n", b"GET /api/health HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
                     b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
                     b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                     b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                     b"0\r\n\r\n",
                     b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            with self.subTest(data=data[:60]):
                reply = self.raw(data)
                self.assertTrue(reply == b"" or reply.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505")), reply)

    def test_half_a_request_followed_by_silence_ends_in_bounded_time(self):
        begin = time.monotonic()
        reply = self.raw(b"POST /api/auth/login HTTP/1.1\r\nHost:", seconds=20)
        self.assertTrue(reply == b"" or reply.startswith(b"HTTP/1.1 408"), reply)
        self.assertLess(time.monotonic() - begin, 15)


if __name__ == "__main__":
    unittest.main()
