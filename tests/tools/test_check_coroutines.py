# SPDX-License-Identifier: MIT
"""tools/check_coroutines.py rejects what GCC 12 miscompiles, and only that."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_coroutines import check_text  # noqa: E402


class CheckCoroutines(unittest.TestCase):
    def reject(self, code, line=1):
        self.assertEqual([found for found, _ in check_text(code)], [line], code)

    def accept(self, code):
        self.assertEqual(check_text(code), [], code)

    def test_rejects_an_inline_lambda(self):
        self.reject("co_await database.read([id](Session& s) { return find(s, id); });")

    def test_rejects_an_aggregate_argument(self):
        self.reject("auto r = co_await transport.send({.to = a});")

    def test_rejects_a_braced_temporary_of_a_named_type(self):
        self.reject("co_return co_await queue.add(Job{name});")

    def test_rejects_a_brace_some_lines_below(self):
        self.reject("x();\nauto r = co_await f(a,\n    g(b,\n      {c}));", line=2)

    def test_rejects_a_brace_behind_the_awaited_call(self):
        self.reject("auto x = co_await f(a) == 1 && g() == Foo{2};")

    def test_rejects_a_braced_initialiser_around_it(self):
        self.reject("Probe probe{.delivery = co_await keep(m), .dialogue = {}};")
        self.reject("void f() {\n    co_return Pair{1,\n        g(co_await h())};\n}", line=3)
        self.reject("f({co_await g()});")
        self.accept("auto f = [] (int a) -> Task<> { co_await g(a); };")
        self.accept("Task<> f() { for (auto& x : co_await g()) { h(x); } }")
        self.accept("Task<> f() { if (auto x = co_await g()) { h(x); } }")
        self.accept("auto x = co_await g(); const Pair pair{1, x};")

    def test_rejects_a_branch_of_a_conditional_operator(self):
        self.reject("auto x = ready ? co_await f() : 2;")
        self.reject("auto x = ready(a, b) ? g(2) : co_await f();")
        self.accept("auto x = co_await f() ? 1 : 2;")
        self.accept("auto y = a ? b : c; auto x = g(a ? b : c, co_await f());")

    def test_accepts_statements_whose_block_follows(self):
        self.accept("if (auto a = co_await f(); a) { g(); }\nfor (auto& x : co_await h()) { y(x); }")

    def test_rejects_a_condition(self):
        self.reject("if (co_await f()) { g(); }")
        self.reject("while (co_await f() == 1) {}")
        self.reject("do { g(); } while (x && !co_await f());")
        self.reject("for (int i = 0; co_await f(i); ++i) { g(); }")
        self.reject("switch (co_await f()) { case 1: break; }")
        self.reject("if (const auto a = 1; co_await f(a)) { g(); }")

    def test_accepts_a_variable_declared_in_the_condition(self):
        self.accept("if (const auto found = co_await f(a == b)) { g(); }\nwhile (auto* x = co_await f()) { g(); }")
        self.accept("if (ready) { co_await f(); }\nfor (;;) { const bool more = co_await f(); if (!more) break; }")

    def test_accepts_a_named_value_moved_in(self):
        self.accept("auto job = Job{name};\nco_await queue.add(std::move(job));")

    def test_accepts_braces_in_comments_and_strings(self):
        self.accept('co_await f("{", \'{\', /* { */ R"x({)x");  // co_await g({})')

    def test_a_digit_separator_starts_no_character(self):
        self.reject("int n = 1'000; co_await f(Foo{n}); int m = 2'000;")

    def test_rejects_a_capturing_lambda_that_is_a_coroutine(self):
        self.reject("auto run = [this]() -> Task<> { co_await step(); };")
        self.reject("auto run = [&] { co_return; };")

    def test_accepts_a_capturing_lambda_around_a_coroutine(self):
        self.accept("auto run = [this] { return step(); };\nauto g = [](Foo& f) -> Task<> { co_await f.step(); };")
        self.accept("auto run = [this] { spawn([](Foo& f) -> Task<> { co_await f.step(); }(foo_)); };")

    def test_subscripts_and_attributes_are_no_lambdas(self):
        self.accept("[[nodiscard]] Task<> f() { co_await table[i](x); }")


if __name__ == "__main__":
    unittest.main()
