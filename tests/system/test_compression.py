# SPDX-License-Identifier: MIT
"""What is sent compressed, that it is the same text, and what never is."""

import gzip
import http.client
import json
import os
import re
import unittest

from harness import PASSWORD, Site, TriposServer


class Compression(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TriposServer()
        cls.addClassCleanup(cls.server.stop)
        cls.site = Site(cls.server)

    def ask(self, method, path, body=None, token=None, accepted="gzip"):
        """(headers, body as sent)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Accept-Encoding": accepted, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.headers, response.read()

    def test_a_paper_is_the_same_in_both_codings_with_answers_and_without(self):
        site = self.site
        exam = site.exam(site.admin(), questions=30)
        token = site.candidate("asha@example.com")
        paper = site.start(exam, token)
        for saved in (0, 1, 30):
            for question, options in paper[:saved]:
                site.save(exam, token, question, options[0])
            path = f"/api/exam-attempt/{exam}/attempt"
            _, plain = self.ask("GET", path, token=token, accepted="identity")
            headers, packed = self.ask("GET", path, token=token)
            self.assertEqual(headers["Content-Encoding"], "gzip")
            self.assertEqual(headers["Vary"], "Accept-Encoding")
            self.assertLess(len(packed), len(plain) * 0.85)  # of such short questions half is ids, which are random
            unpacked, page = json.loads(gzip.decompress(packed)), json.loads(plain)
            for one in (unpacked, page):
                self.assertLessEqual(one.pop("remainingSeconds"), 3600)
                self.assertTrue(one.pop("serverTime"))
            self.assertEqual(unpacked, page)

    def test_scripts_styles_and_the_description_are_compressed(self):
        _, page = self.ask("GET", "/docs", accepted="*;q=0")
        assets = re.findall(r'"(/site/[^"]+\.(?:js|css))"', page.decode())
        self.assertEqual(len({os.path.splitext(path)[1] for path in assets}), 2, assets)
        for path in (*assets, "/openapi.json"):
            headers, packed = self.ask("GET", path)
            self.assertEqual(headers["Content-Encoding"], "gzip", path)
            _, plain = self.ask("GET", path, accepted="br, *;q=0")
            self.assertEqual(gzip.decompress(packed), plain, path)

    def test_what_holds_a_secret_is_not(self):
        site = self.site
        token = site.candidate("bela@example.com")
        for method, path, body in (
                ("POST", "/api/auth/login", {"email": "bela@example.com", "password": PASSWORD}),
                ("GET", "/api/profile/me", None), ("GET", "/api/profile/me/export", None)):
            headers, text = self.ask(method, path, body, token)
            self.assertIsNone(headers["Content-Encoding"], path)
            self.assertTrue(json.loads(text)["success"], path)


if __name__ == "__main__":
    unittest.main()
