# SPDX-License-Identifier: MIT
"""tests/mutants fits the tree; tools/mutants.py tells what became of a change."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "tools")))

import mutant_list  # noqa: E402
import mutants  # noqa: E402

ENTRY = """\
# what breaks,
# in two lines
late src/core/a.cpp
by core_test Clock.goes
survives nobody looks
-    if (now) {
+    if (later) {
"""
SOURCE = "void f() {\n    if (now) {\n    }\n}\n"
TEST = "TEST(Clock, goes) {}\n"


class Lists(unittest.TestCase):
    def test_fit_the_tree(self):
        listed = mutant_list.mutants()
        self.assertEqual(mutant_list.problems(listed), [])
        modules = {name for name in os.listdir(os.path.join(mutant_list.ROOT, "src"))}
        self.assertLessEqual({mutant.module for mutant in listed}, modules)

    def tree(self, source=SOURCE):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.makedirs(os.path.join(folder.name, "src", "core"))
        for name, text in (("a.cpp", source), ("a_test.cpp", TEST)):
            with open(os.path.join(folder.name, "src", "core", name), "w", encoding="utf-8") as file:
                file.write(text)
        return folder.name

    def problems(self, entry=ENTRY, source=SOURCE):
        return mutant_list.problems(mutant_list.parse("core", entry), self.tree(source))

    def test_an_entry_is_read(self):
        (found,) = mutant_list.parse("core", ENTRY)
        self.assertEqual((found.id, found.file, found.what), ("core/late", "src/core/a.cpp", "what breaks, in two lines"))
        self.assertEqual((found.text, found.replacement), ("    if (now) {", "    if (later) {"))
        self.assertEqual([str(test) for test in found.tests], ["core_test Clock.goes"])
        self.assertEqual(found.survives, "nobody looks")
        self.assertEqual(self.problems(), [])

    def test_a_text_that_is_gone_or_there_twice_is_a_problem(self):
        self.assertEqual(self.problems(source=""), ["core/late: its text is 0 times in src/core/a.cpp"])
        self.assertEqual(self.problems(source=SOURCE * 2), ["core/late: its text is 2 times in src/core/a.cpp"])

    def test_a_test_that_is_gone_is_a_problem(self):
        for gone in ("Clock.stops", "Watch.goes", "Watch.*"):
            entry = ENTRY.replace("Clock.goes", gone)
            self.assertEqual(self.problems(entry), [f"core/late: there is no test core_test {gone}"])
        self.assertEqual(self.problems(ENTRY.replace("Clock.goes", "Clock.*")), [])
        self.assertEqual(self.problems(ENTRY.replace("core_test", "test_gone")), ["core/late: there is no test test_gone Clock.goes"])

    def test_names_are_unique_and_changes_change(self):
        self.assertEqual(self.problems(ENTRY + "\n" + ENTRY), ["core/late: needs a name of its own"])
        self.assertEqual(self.problems(ENTRY.replace("later", "now")), ["core/late: changes nothing"])


class Known:
    def __init__(self, words):
        self.words = words

    def of(self, mutant):
        return self.words.get(mutant.name, "not run")


class Table(unittest.TestCase):
    def setUp(self):
        self.listed = [mutant_list.Mutant("core", name, what=f"breaks {name}") for name in "abcd"]

    def test_counts_each_module_and_explains_survivors(self):
        text = mutants.table(self.listed, Known({"a": "seen", "b": "survived", "c": "seen"}))
        self.assertIn("| core | 4 | 2 | 1 | 1 | 66 % |", text)
        self.assertIn("| all | 4 | 2 | 1 | 1 | 66 % |", text)
        self.assertIn("| `core/b` | breaks b | a test is missing |", text)

    def test_is_good_when_nine_of_ten_are_seen_and_all_could_be_tried(self):
        ten = [mutant_list.Mutant("core", str(number)) for number in range(10)]
        seen = {str(number): "seen" for number in range(10)}
        self.assertTrue(mutants.is_good(ten, Known(seen | {"0": "survived"})))
        self.assertFalse(mutants.is_good(ten, Known(seen | {"0": "survived", "1": "survived"})))
        self.assertFalse(mutants.is_good(ten, Known(seen | {"0": "did not build"})))


if __name__ == "__main__":
    unittest.main()
