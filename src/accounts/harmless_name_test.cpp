// SPDX-License-Identifier: MIT
#include "accounts/harmless_name.hpp"

#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

TEST(HarmlessName, LeavesNamesAsTheyAre) {
    for (const auto* name :
         {"Asha Rao", "St. John O'Neil-Smith, Jr.", "J\u00FCrgen Gr\u00FCn", "\u8A66\u9A13",
          "\u0905\u0928\u0941\u092A\u092E\u093E", "Candidate 7"}) {
        EXPECT_EQ(harmless_name(name), name);
    }
    EXPECT_EQ(harmless_name("A. P. J. Abdul Kalam"), "A. P. J. Abdul Kalam");
    EXPECT_EQ(harmless_name("J.R.R. Tolkien"), "J R R. Tolkien");
}

TEST(HarmlessName, HoldsNoLink) {
    EXPECT_EQ(harmless_name("Win at https://evil.example/a?b"), "Win at https evil example a?b");
    EXPECT_EQ(harmless_name("www.evil.example"), "www evil example");
    EXPECT_EQ(harmless_name("eve@evil.example"), "eve evil example");
    EXPECT_EQ(harmless_name("evil\uFF0Eexample\uFF0Fx \u2024com"), "evil example x com");
    EXPECT_EQ(harmless_name("evil\u3002example"), "evil example");
    EXPECT_EQ(harmless_name("evil\uFF61example"), "evil example");
    EXPECT_EQ(harmless_name("\\\\evil\\share"), "evil share");
    EXPECT_EQ(harmless_name("evil.\u200Bexample"), "evil example");
}

TEST(HarmlessName, IsOneShortLineInOneDirection) {
    EXPECT_EQ(harmless_name("Ann\r\n\r\nYour account is locked\u2028call"),
              "Ann Your account is locked call");
    EXPECT_EQ(harmless_name("\u202EnnA\u2066 \u200FB"), "nnA B");
    EXPECT_EQ(harmless_name(std::string(100, 'x')), std::string(60, 'x'));
    std::string umlauts;
    for (int i = 0; i < 100; ++i) {
        umlauts += "\u00FC";
    }
    EXPECT_EQ(harmless_name(umlauts).size(), 120U);
    EXPECT_EQ(harmless_name(" . / "), ". /");
    EXPECT_EQ(harmless_name("://"), "/");
    EXPECT_EQ(harmless_name(""), "");
}

}  // namespace
}  // namespace tripos::accounts
