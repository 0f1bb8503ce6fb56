# SPDX-License-Identifier: MIT
"""tools/check_layers.py rejects every include that the declared tiers do not allow."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from check_layers import check, parse_modules, table  # noqa: E402

CMAKE = """
add_module(core  TIER 0)
add_module(sql   TIER 1 USES core THIRD_PARTY sqlite)   # add_module(comment TIER 9)
add_module(http  TIER 1 USES core
           THIRD_PARTY beast)
add_module(exams TIER 2 USES sql)
"""
USED = {
    "src/core/id.hpp": "",
    "src/sql/db.cpp": '#include "core/id.hpp"\n#include <sqlite3.h>\n',
    "src/http/server.cpp": '#include "core/id.hpp"\n',
    "src/exams/exam.cpp": '#include "sql/db.hpp"\n',
}


class CheckLayers(unittest.TestCase):
    def problems(self, path=None, text="", cmake=CMAKE, document=None):
        sources = dict(USED)
        if path:
            sources[path] = sources.get(path, "") + text
        return check(cmake, sources, document)

    def reject(self, word, *arguments, **more):
        problems = self.problems(*arguments, **more)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(word, problems[0])

    def test_accepts_what_is_declared(self):
        self.assertEqual(self.problems(), [])

    def test_rejects_an_upward_include(self):
        self.reject("core does not declare that it uses sql", "src/core/x.cpp", '#include "sql/db.hpp"\n')

    def test_rejects_a_sideways_include(self):
        self.reject("sql does not declare that it uses http", "src/sql/x.cpp", '#include "http/server.hpp"\n')

    def test_rejects_an_undeclared_lower_include(self):
        self.reject("exams does not declare that it uses core", "src/exams/x.cpp", '#include "core/id.hpp"\n')

    def test_rejects_a_declaration_that_goes_up_or_sideways(self):
        cmake = CMAKE.replace("http  TIER 1 USES core", "http  TIER 1 USES core sql")
        problems = self.problems("src/http/x.cpp", '#include "sql/db.hpp"\n', cmake)
        self.assertIn("only strictly lower tiers", problems[0])

    def test_rejects_an_unused_declaration(self):
        self.reject("exams declares that it uses core and does not", cmake=CMAKE.replace("USES sql", "USES sql core"))

    def test_rejects_a_foreign_detail_header(self):
        self.reject("private to sql", "src/exams/x.cpp", '#include "sql/detail/lane.hpp"\n')

    def test_accepts_the_own_detail_header(self):
        self.assertEqual(self.problems("src/sql/x.cpp", '#include "sql/detail/lane.hpp"\n'), [])

    def test_rejects_a_relative_include(self):
        self.reject("relative include", "src/exams/x.cpp", '#include "../sql/db.hpp"\n')

    def test_rejects_a_confined_header_outside_its_room(self):
        self.reject("belongs to sql", "src/exams/x.cpp", "#include <sqlite3.h>\n")
        self.reject("belongs to http", "src/sql/x.cpp", "# include <boost/beast/http.hpp>\n")

    def test_rejects_test_support_in_production_code(self):
        self.reject("for tests only", "src/sql/x.cpp", '#include "support/temp_folder.hpp"\n')

    def test_accepts_test_support_in_tests(self):
        self.assertEqual(self.problems("src/sql/x_test.cpp", '#include <gtest/gtest.h>\n#include "support/a.hpp"\n'), [])

    def test_rejects_an_undeclared_folder(self):
        self.reject("not declared", "src/extra/x.cpp", "")

    def test_rejects_an_integration_test_nobody_builds(self):
        self.reject("no module builds it", "tests/integration/extra/x_itest.cpp", "")

    def test_compares_the_table_of_the_architecture_page(self):
        rows = "\n".join(row + " what it is |" for row in table(parse_modules(CMAKE)))
        self.assertEqual(self.problems(document=rows), [])
        self.reject("lacks", document=rows.replace("| exams | 2 | sql |", "| exams | 2 | core |"))
        self.reject("has extra", document=rows + "\n| extra | 4 | - | gone |")


if __name__ == "__main__":
    unittest.main()
