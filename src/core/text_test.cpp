// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tripos {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

std::vector<std::uint8_t> bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

TEST(Text, TrimsBlanksAtBothEnds) {
    EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
    EXPECT_EQ(trim(" \n "), "");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim("a"), "a");
}

TEST(Text, ChangesCaseOfAsciiOnly) {
    EXPECT_EQ(to_lower("AbZ{@É"), "abz{@É");
    EXPECT_EQ(to_upper("abZ{@é"), "ABZ{@é");
}

TEST(Text, SplitsAndKeepsEmptyParts) {
    EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, ComparesPrefixesIgnoringCase) {
    EXPECT_TRUE(starts_with_ignoring_case("Bearer x", "bearer "));
    EXPECT_TRUE(starts_with_ignoring_case("x", ""));
    EXPECT_FALSE(starts_with_ignoring_case("Bear", "bearer"));
}

TEST(Text, WritesHex) {
    EXPECT_EQ(to_hex(bytes("\x00\x0f\xa5\xff"s)), "000fa5ff");
    EXPECT_TRUE(is_hex_digit('f') && is_hex_digit('A') && is_hex_digit('0'));
    EXPECT_FALSE(is_hex_digit('g') || is_hex_digit('-') || is_hex_digit('@'));
}

TEST(ParseInt, TakesStrictDecimals) {
    EXPECT_EQ(parse_int("0"), 0);
    EXPECT_EQ(parse_int("-42"), -42);
    EXPECT_EQ(parse_int("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(parse_int("-9223372036854775808"), INT64_MIN);
}

TEST(ParseInt, RefusesAnythingElse) {
    for (const auto* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "１",
                             "9223372036854775808", "-9223372036854775809"}) {
        EXPECT_FALSE(parse_int(text)) << text;
    }
}

TEST(ParseNumber, TakesWhatPeopleType) {
    EXPECT_EQ(parse_number("42"), 42);
    EXPECT_EQ(parse_number(" -2.5\t"), -2.5);
    EXPECT_EQ(parse_number("1e2"), 100);
    EXPECT_EQ(parse_number("+5"), 5);
    EXPECT_EQ(parse_number("\u22123"), -3);
    EXPECT_EQ(parse_number(".5"), 0.5);
    EXPECT_EQ(parse_number("5."), 5);
    EXPECT_EQ(parse_number("6.626E-34"), 6.626e-34);
    EXPECT_EQ(parse_number("0e999"), 0);
    EXPECT_EQ(parse_number("\u00a042\u00a0 "), 42);
}

TEST(ParseNumber, RefusesAnythingElse) {
    for (const auto* text :
         {"",    " ",   "+",   "-",   ".",   "e5",   "abc",   "1,5",    "1 2", "1.2.3", "0x10",
          "--1", "+-1", "-+1", "inf", "nan", "-inf", "1e999", "1e-400", "1e",  "5%",    "\u0661"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

TEST(Utf8, TakesWellFormedText) {
    EXPECT_TRUE(is_valid_utf8(""));
    EXPECT_TRUE(is_valid_utf8("a\0é€😀"s));
    EXPECT_TRUE(is_valid_utf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"s));
    EXPECT_TRUE(is_valid_utf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"s));
}

TEST(Utf8, RefusesMalformedText) {
    for (const auto& text : {
             "\x80"s,              // continuation alone
             "\xC3"s,              // cut short
             "\xC3(("s,            // wrong continuation
             "\xC0\xAF"s,          // overlong
             "\xC1\xBF"s,          // overlong
             "\xE0\x9F\xBF"s,      // overlong
             "\xF0\x8F\xBF\xBF"s,  // overlong
             "\xED\xA0\x80"s,      // surrogate
             "\xF4\x90\x80\x80"s,  // above U+10FFFF
             "\xF5\x80\x80\x80"s,  // no such lead
             "\xFF"s,
             "\xE2\x82"s,
             "\xF0\x9F\x98"s,
         }) {
        EXPECT_FALSE(is_valid_utf8(text)) << to_hex(bytes(text));
        EXPECT_FALSE(is_valid_utf8("ok" + text)) << to_hex(bytes(text));
    }
}

TEST(Utf8, CountsCodePoints) {
    EXPECT_EQ(utf8_length(""), 0U);
    EXPECT_EQ(utf8_length("aé€😀"), 4U);
}

TEST(ControlCharacters, AreFoundUnlessAllowed) {
    EXPECT_FALSE(has_control_characters("plain ä"));
    EXPECT_TRUE(has_control_characters("a\0b"s));
    EXPECT_TRUE(has_control_characters("a\r\n"));
    EXPECT_TRUE(has_control_characters("\x7f"));
    EXPECT_TRUE(has_control_characters("a\u0085b"));
    EXPECT_TRUE(has_control_characters("a\u2028b"));
    EXPECT_FALSE(has_control_characters("a\u2028b", "\n"));
    EXPECT_FALSE(has_control_characters("\u00e9\u20ac"));
    EXPECT_FALSE(has_control_characters("a\n\tb", "\n\t"));
    EXPECT_TRUE(has_control_characters("a\rb", "\n\t"));
    // Wherever it stands among bytes that are looked at together.
    for (std::size_t at = 0; at < 20; ++at) {
        for (const auto* bad : {"\x01", "\x1f", "\x7f", "\u0085", "\u2028"}) {
            std::string text(20, '~');
            EXPECT_FALSE(has_control_characters(text));
            EXPECT_TRUE(has_control_characters(text.replace(at, 1, bad))) << at;
        }
        std::string text(20, ' ');
        EXPECT_FALSE(has_control_characters(text.replace(at, 1, "\u00e9"))) << at;
    }
}

TEST(EscapeHtml, ReplacesWhatHtmlReadsAsMarkup) {
    EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&</a>"),
              "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST(Base64, EncodesAndDecodesTheVectorsOfRfc4648) {
    const std::pair<std::string, std::string> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(base64_encode(bytes(plain)), encoded);
        EXPECT_EQ(base64_decode(encoded), plain);
    }
}

TEST(Base64, RefusesWhatIsNotPaddedStandardAlphabet) {
    for (const auto* text : {"Zg", "Zg=", "Zg==x", "Z", "Zm9v Yg==", "Zm-_", "===="}) {
        EXPECT_FALSE(base64_decode(text)) << text;
    }
}

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("port", "prot"), 2U);
}

}  // namespace
}  // namespace tripos
