# SPDX-License-Identifier: MIT
"""tools/check_tables.py rejects every statement that names another module's table."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_tables import check  # noqa: E402

CMAKE = """
add_module(sql      TIER 1)
add_module(accounts TIER 2 USES sql)
add_module(exams    TIER 3 USES sql accounts)
"""
USED = {
    "src/accounts/schema.cpp": 'auto kUsers = R"(\nCREATE TABLE users (id TEXT);\nCREATE INDEX by_id ON users (id)\n)";\n',
    "src/exams/store.cpp": 'auto kExams = R"(CREATE TABLE IF NOT EXISTS exams (id TEXT, by_user TEXT REFERENCES users (id)))";\n',
}


class CheckTables(unittest.TestCase):
    def problems(self, path="src/exams/store.cpp", text=""):
        return check(CMAKE, {**USED, path: USED.get(path, "") + text})

    def reject(self, line, path="src/exams/store.cpp", where=2):
        problems = self.problems(path, line + "\n")
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(f"{path}:{where}: ", problems[0])

    def test_accepts_ones_own_tables_and_foreign_keys_to_a_used_module(self):
        self.assertEqual(self.problems(text='run("SELECT id FROM exams"); entity::insert_into("exams", names);\n'), [])

    def test_rejects_a_statement_in_a_route(self):
        self.reject('session.execute("DELETE FROM exams");', path="src/exams/exam_api.cpp", where=1)

    def test_rejects_every_way_to_name_a_foreign_table(self):
        for statement in ("SELECT id FROM users", "SELECT 1 FROM exams JOIN users ON 1 = 1", "INSERT INTO users VALUES ($1)",
                          "UPDATE users SET id = $1", "DELETE FROM users", "ALTER TABLE users ADD COLUMN x TEXT",
                          "CREATE INDEX more ON users (id)"):
            with self.subTest(statement):
                self.reject(f'run("{statement}");')

    def test_rejects_a_foreign_table_in_a_statement_of_several_literals(self):
        self.reject('run("SELECT id FROM "\n    "users WHERE id = $1");', where=3)

    def test_rejects_a_foreign_table_given_to_a_helper(self):
        self.reject('entity::update_of("users", names);')

    def test_rejects_a_key_to_a_module_that_is_not_used(self):
        self.reject('auto more = "CREATE TABLE more (exam TEXT REFERENCES exams (id))";', "src/accounts/schema.cpp", 5)

    def test_rejects_a_table_that_two_modules_make(self):
        self.reject('auto again = "CREATE TABLE users (id TEXT)";')

    def test_does_not_read_comments_and_other_words(self):
        self.assertEqual(self.problems(text='// SELECT id FROM users\nauto text = "results from users";\n'), [])


if __name__ == "__main__":
    unittest.main()
