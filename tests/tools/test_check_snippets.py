# SPDX-License-Identifier: MIT
"""tools/check_snippets.py rejects C++ in the documentation that no compiled file contains."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_snippets import snippet_problems  # noqa: E402

SOURCE = """int main() {
    Queue queue(client);
    if (queue) {
        run(queue);
    }
    return 0;
}
"""


def problems(block, name="examples/a.cpp"):
    said = f"<!-- from {name} -->\n" if name else ""
    return list(snippet_problems("docs/a.md", f"Text.\n\n{said}```cpp\n{block}```\n", {"examples/a.cpp": SOURCE}.get))


class CheckSnippets(unittest.TestCase):
    def test_lines_of_the_file_are_fine_whatever_their_indentation(self):
        self.assertEqual(problems("Queue queue(client);\nif (queue) {\n    run(queue);\n}\n"), [])

    def test_lines_may_be_left_out(self):
        self.assertEqual(problems("Queue queue(client);\n// ...\nreturn 0;\n"), [])

    def test_a_line_that_differs_is_named(self):
        self.assertEqual(problems("Queue queue(other);\n"), ["docs/a.md:3: not in examples/a.cpp: Queue queue(other);"])

    def test_lines_that_are_apart_are_no_snippet(self):
        self.assertEqual(len(problems("Queue queue(client);\nreturn 0;\n")), 1)

    def test_a_part_of_a_line_is_no_snippet(self):
        self.assertEqual(len(problems("queue(client);\n")), 1)

    def test_a_block_says_where_it_is_from(self):
        self.assertIn("say where", problems("return 0;\n", name=None)[0])

    def test_a_whole_file_is_compiled_by_the_test_of_its_page(self):
        self.assertEqual(list(snippet_problems("docs/a.md", "<!-- file: a.cpp -->\n```cpp\nreturn 0;\n```\n", {}.get)), [])

    def test_the_file_must_exist(self):
        self.assertEqual(problems("return 0;\n", name="examples/b.cpp"), ["docs/a.md:3: there is no examples/b.cpp"])


if __name__ == "__main__":
    unittest.main()
