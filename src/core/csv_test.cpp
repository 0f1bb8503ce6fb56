// SPDX-License-Identifier: MIT
#include "core/csv.hpp"

#include <gtest/gtest.h>

namespace tripos {
namespace {

TEST(Csv, QuotesEveryText) {
    EXPECT_EQ(csv_cell(""), "\"\"");
    EXPECT_EQ(csv_cell("plain"), "\"plain\"");
    EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv_cell("Anne-Marie O'Neill"), "\"Anne-Marie O'Neill\"");
}

TEST(Csv, NeutralisesWhatBeginsAFormula) {
    EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
    EXPECT_EQ(csv_cell("@SUM(A1)"), "\"'@SUM(A1)\"");
    EXPECT_EQ(csv_cell("+1"), "\"'+1\"");
    EXPECT_EQ(csv_cell(" -1"), "\" '-1\"");
    EXPECT_EQ(csv_cell("\"=1"), "\"\"\"'=1\"");
    EXPECT_EQ(csv_cell("\xEF\xBC\x9D"
                       "1"),
              "\"'\xEF\xBC\x9D"
              "1\"");
    EXPECT_EQ(csv_cell("\rx"), "\"'\rx\"");
}

TEST(Csv, NeutralisesItBehindWhatOthersTakeForTheEndOfACell) {
    EXPECT_EQ(csv_cell("Eve;=cmd|'/C calc'!A0;x"), "\"Eve;'=cmd|'/C calc'!A0;x\"");
    EXPECT_EQ(csv_cell("Eve;\"=cmd"), "\"Eve;\"\"'=cmd\"");
    EXPECT_EQ(csv_cell("a\t=1"), "\"a\t'=1\"");
    EXPECT_EQ(csv_cell("a\n@b"), "\"a\n'@b\"");
    EXPECT_EQ(csv_cell("a;b=c; d"), "\"a;b=c; d\"");
}

}  // namespace
}  // namespace tripos
