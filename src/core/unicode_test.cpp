// SPDX-License-Identifier: MIT
#include "core/unicode.hpp"

#include <gtest/gtest.h>

namespace tripos {
namespace {

using namespace std::string_literals;

TEST(Unicode, NormalizesWhatLooksAlikeToOneForm) {
    const auto composed = "caf\u00E9"s;
    EXPECT_EQ(normalize("cafe\u0301"), composed);
    EXPECT_EQ(normalize(composed), composed);
    EXPECT_EQ(normalize("\uFF21\uFF11 \uFB01"), "A1 fi");
    EXPECT_EQ(normalize("a\u00A0b\u2003c\u3000d"), "a b c d");
    EXPECT_EQ(normalize("Plain text, 1"), "Plain text, 1");
    EXPECT_EQ(normalize(""), "");
}

TEST(Unicode, KeepsZerosAndWhatIsNoText) {
    EXPECT_EQ(normalize("a\0b"s), "a\0b"s);
    EXPECT_EQ(normalize("a\xFF\xC3"), "a\xFF\xC3");
    EXPECT_EQ(fold("\xED\xA0\x80"), "\xED\xA0\x80");
}

TEST(Unicode, FoldsCaseInEveryScript) {
    EXPECT_EQ(fold("ZO\u00CB Stra\u00DFe"), fold("zoe\u0308 STRASSE"));
    EXPECT_EQ(fold("\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2"),
              fold("\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C3"));
    EXPECT_EQ(fold("\uFF2119\u00ADCS"), "a19cs");  // a soft hyphen is not seen
    EXPECT_NE(fold("zo\u00EB"), fold("zoe"));
    EXPECT_EQ(fold(fold("\u0130\u1E9E\uFB03")), fold("\u0130\u1E9E\uFB03"));
}

TEST(Unicode, DropsAccentsWhereThatIsAskedFor) {
    EXPECT_EQ(fold("ZO\u00CB", Accents::dropped), "zoe");
    EXPECT_EQ(fold("Zoe\u0308", Accents::dropped), "zoe");
    EXPECT_EQ(fold("\u00C5ngstr\u00F6m", Accents::dropped), "angstrom");
}

}  // namespace
}  // namespace tripos
