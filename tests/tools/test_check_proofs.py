# SPDX-License-Identifier: MIT
"""tools/check_proofs.py finds proofs that are not there, and only those."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_proofs import problems  # noqa: E402

TREE = {
    "src/http/message_test.cpp": "TEST(Request, FindsCookies) {\n",
    "src/mail/message_test.cpp": "TEST(Message, IsShort) {\n",
    "src/http/detail/proxies_test.cpp": "TEST_P(Proxies,\n       AreMany) {\n",
    "tests/integration/audit/trail_itest.cpp": "TEST_F(Trail, IsSealed) {\n",
    "tests/system/test_roles.py": "    def test_roles_add_up(self):\n",
    "tests/e2e/pages.test.mjs": 'test("a page opens", async () => {\n',
}


class CheckProofs(unittest.TestCase):
    def wrong(self, line):
        return [problem.rpartition("there is no ")[2] for problem in problems(line, set(TREE), TREE.get)]

    def test_finds_every_kind_that_is_there(self):
        for name in ("http/message_test.FindsCookies", "mail/message_test.IsShort", "http/proxies_test.AreMany",
                     "audit/trail_itest.IsSealed", "test_roles.test_roles_add_up", "pages.test: a page opens",
                     "src/http/detail", "tests/system/test_roles.py"):
            self.assertEqual(self.wrong(f"| held | `{name}` |"), [], name)

    def test_names_every_kind_that_is_not(self):
        for name in ("http/message_test.IsShort", "audit/trail_itest.IsSeal", "nothing/trail_itest.IsSealed",
                     "test_roles.test_roles_add", "pages.test: a page", "src/nothing.cpp"):
            self.assertEqual(self.wrong(f"text `other` and `{name}`"), [name])

    def test_leaves_alone_what_is_no_proof(self):
        self.assertEqual(self.wrong("`GET /api/exam`, `PASSWORD_COMMON=allow`, `knownDevice`"), [])

    def test_counts_the_statements_as_their_table_does(self):
        table = "| 1 | a | held | x |\n| 2 | b | partly | y |\n| 3 | c | held | z |\n\n"
        told = "{} are held, 1 in part, 0 by construction, 0 not; 0 do not apply."
        self.assertEqual(list(problems(table + told.format(2), set(TREE), TREE.get)), [])
        for wrong in (told.format(3), "most are held"):
            self.assertEqual(len(list(problems(table + wrong, set(TREE), TREE.get))), 1)


if __name__ == "__main__":
    unittest.main()
