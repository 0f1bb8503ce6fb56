// SPDX-License-Identifier: MIT
#include "operations/shown_text.hpp"

#include <gtest/gtest.h>

namespace tripos::operations {
namespace {

TEST(ShownText, IsTheTextOrItsBytes) {
    EXPECT_EQ(shown_text(""), "");
    EXPECT_EQ(shown_text("Jürgen\n{}"), "Jürgen\n{}");
    EXPECT_EQ(shown_text(std::string_view("a\xFF\0z\n", 5)), "a\\xff\\x00z\\x0a");
}

}  // namespace
}  // namespace tripos::operations
