// SPDX-License-Identifier: MIT
#include "app/text_table.hpp"

#include <gtest/gtest.h>

namespace tripos::app {
namespace {

TEST(TextTable, AlignsTextToTheLeftAndNumbersToTheRight) {
    TextTable table({"QUEUE", "JOBS"});
    table.add({"email", "7"});
    table.add({"b", "12345"});
    EXPECT_EQ(table.text(),
              "QUEUE   JOBS\n"
              "email      7\n"
              "b      12345\n");
}

TEST(TextTable, CountsCodePointsNotBytes) {
    TextTable table({"NAME", "STATE"});
    table.add({"J\u00fcrgen", "active"});
    table.add({"Asha", "failed"});
    EXPECT_EQ(table.text(), "NAME    STATE\nJ\u00fcrgen  active\nAsha    failed\n");
}

TEST(TextTable, NeverSteersTheTerminal) {
    TextTable table({"NAME"});
    table.add({"a\x1b[2Jb\nc"});
    EXPECT_EQ(table.text(), "NAME\na?[2Jb?c\n");
}

TEST(TerminalText, CutsBetweenCodePointsAndSaysSo) {
    EXPECT_EQ(terminal_text("\u00fc\u00fc\u00fc", 2), "\u00fc\u00fc...");
    EXPECT_EQ(terminal_text("\xff"), "(not UTF-8)");
}

}  // namespace
}  // namespace tripos::app
