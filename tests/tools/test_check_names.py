# SPDX-License-Identifier: MIT
"""tools/check_names.py rejects what cannot be compiled as one, and only that."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_names import check  # noqa: E402


def source(code, inside="tripos::mail"):
    return f"namespace {inside} {{\n\nnamespace {{\n\n{code}\n}}  // namespace\n\n}}  // namespace {inside}\n"


class CheckNames(unittest.TestCase):
    def reject(self, one, other, name):
        problems = list(check([("a.cpp", source(one)), ("b.cpp", source(other))]))
        self.assertEqual(problems, [f"b.cpp:5: tripos::mail::{name} is in a.cpp as well"])

    def accept(self, one, other):
        self.assertEqual(list(check([("a.cpp", one), ("b.cpp", other)])), [])

    def test_rejects_what_is_there_twice(self):
        self.reject("constexpr int kLimit = 5;", "constexpr std::size_t kLimit{6};", "kLimit")
        self.reject("struct Row {\n    int a;\n};", "class Row {};", "Row")
        self.reject("bool is_digit(char c) {\n    return true;\n}", "bool is_digit(char letter) {\n    return c;\n}", "is_digit(char)")
        self.reject("constexpr int kOdds[] = {1, 3};", "constexpr int kOdds[3]{};", "kOdds")

    def test_accepts_overloads_aliases_and_other_namespaces(self):
        self.accept(source("int of(const A& a) {\n}"), source("int of(const B& a) {\n}"))
        self.accept(source("using Kind = Delivery::Kind;\nnamespace json = boost::json;"),
                    source("using Kind = Delivery::Kind;\nnamespace json = boost::json;"))
        self.accept(source("constexpr int kLimit = 5;"), source("constexpr int kLimit = 5;", "tripos::mail::detail"))

    def test_looks_at_anonymous_namespaces_alone(self):
        code = "namespace tripos {\n\nvoid f() {\n    int g(1);\n}\n\n}  // namespace tripos\n"
        self.accept(code, code)
        self.accept(source("int a() {\n    constexpr int kLimit = 5;\n}"), source("int b() {\n    constexpr int kLimit = 5;\n}"))


if __name__ == "__main__":
    unittest.main()
