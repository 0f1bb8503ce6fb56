// SPDX-License-Identifier: MIT
#include "mail/address.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tripos::mail {
namespace {

struct Good {
    std::string typed;
    std::string text;
    std::string canonical;
};

TEST(Address, ReadsEveryLegalForm) {
    const std::vector<Good> table = {
        {"ada@example.org", "ada@example.org", "ada@example.org"},
        {"  Ada@Example.ORG ", "Ada@Example.ORG", "ada@example.org"},
        {"first.last+tag@sub.example.co.uk", "first.last+tag@sub.example.co.uk",
         "first.last+tag@sub.example.co.uk"},
        {"o'neil@example.org", "o'neil@example.org", "o'neil@example.org"},
        {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
         "!#$%&'*+-/=?^_`{|}~@example.org"},
        {"\"with space\"@example.org", "\"with space\"@example.org", "\"with space\"@example.org"},
        {"\"Plain\"@example.org", "\"Plain\"@example.org", "plain@example.org"},
        {"\"a@b\"@example.org", "\"a@b\"@example.org", "\"a@b\"@example.org"},
        {"x@b\xC3\xBC"
         "cher.example",
         "x@xn--bcher-kva.example", "x@xn--bcher-kva.example"},
        {"x@BU\xCC\x88"
         "CHER.example",
         "x@xn--bcher-kva.example", "x@xn--bcher-kva.example"},
        {"x@xn--bcher-kva.example", "x@xn--bcher-kva.example", "x@xn--bcher-kva.example"},
        {"x@fa\xC3\x9F.example", "x@xn--fa-hia.example", "x@xn--fa-hia.example"},
        {"1@2.example", "1@2.example", "1@2.example"},
        {"\xC3\x9C@example.org", "\xC3\x9C@example.org", "\xC3\xBC@example.org"},
        {"U\xCC\x88@example.org", "\xC3\x9C@example.org", "\xC3\xBC@example.org"},
        {"\xE0\xA4\xAA\xE0\xA4\xB0\xE0\xA5\x80.x@example.org",
         "\xE0\xA4\xAA\xE0\xA4\xB0\xE0\xA5\x80.x@example.org",
         "\xE0\xA4\xAA\xE0\xA4\xB0\xE0\xA5\x80.x@example.org"},
        {"\xEF\xBC\xA1"
         "da@example.org",
         "Ada@example.org", "ada@example.org"},
    };
    for (const auto& good : table) {
        const auto address = parse_address(good.typed);
        ASSERT_TRUE(address) << good.typed;
        EXPECT_EQ(address->text, good.text) << good.typed;
        EXPECT_EQ(address->canonical, good.canonical) << good.typed;
    }
}

TEST(Address, RefusesWhatIsNotOneMailbox) {
    const std::vector<std::string> table = {
        "",
        " ",
        "@",
        "a",
        "a@",
        "@example.org",
        "a@example",
        "a@@example.org",
        "a@b@example.org",
        "a b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a@.example.org",
        "a@example.org.",
        "a@example..org",
        "a@-example.org",
        "a@example-.org",
        "a@exa_mple.org",
        "a@exa mple.org",
        "a@example.org b@example.org",
        "a@example.org,b@example.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@example.123",
        "Ada <a@example.org>",
        "<a@example.org>",
        "a(comment)@example.org",
        "group:a@example.org;",
        "\"\"@example.org",
        "\"a@example.org",
        "\"a\"b@example.org",
        "\"a\\\"@example.org",
        "a\\b@example.org",
        "ada\xE2\x80\x8B@example.org",
        "\xC2\xAD"
        "ada@example.org",
        "a\xC2\xA0"
        "b@example.org",
        "a\xE3\x80\x80"
        "b@example.org",
        "a\xEF\xBC\xA0"
        "b@example.org",
        "a\xEF\xBC\x9C"
        "b@example.org",
        "\xEF\xBC\x8E"
        "a@example.org",
        "a\xC2\x85@example.org",
        "\"\xC3\xBC\"@example.org",
        "\xC3@example.org",
        "a@\xFF.org",
        "a@example.org\xC0\x80",
        "\"a>b\"@example.org",
        "a@example.org>",
        "a@xn--a.example",
    };
    for (const auto& bad : table) {
        const auto address = parse_address(bad);
        ASSERT_FALSE(address) << bad;
        ASSERT_EQ(address.error().fields.size(), 1U);
        EXPECT_EQ(address.error().fields[0].field, "email");
        EXPECT_EQ(address.error().fields[0].message, "email must look like name@example.org");
    }
}

TEST(Address, NothingThatCouldLeaveTheEnvelopePasses) {
    using namespace std::string_literals;
    const std::vector<std::string> poisons = {"\r\n"s,
                                              "\n"s,
                                              "\r"s,
                                              "\0"s,
                                              "\t"s,
                                              "\x7f"s,
                                              "<"s,
                                              ">"s,
                                              ">\r\nRSET\r\nNOOP <"s,
                                              "\r\n.\r\n"s,
                                              "\xE2\x80\xA8"s,
                                              "\xC0\x8A"s,
                                              "\v"s};
    for (const auto& poison : poisons) {
        for (const std::string& base : {"ada@example.org"s, "\"a b\"@example.org"s}) {
            for (std::size_t at = 0; at <= base.size(); ++at) {
                EXPECT_FALSE(parse_address(base.substr(0, at) + poison + base.substr(at)))
                    << base << " " << at;
            }
        }
    }
}

TEST(Address, ReadsItselfAgain) {
    for (const char* typed :
         {"U\xCC\x88@BU\xCC\x88"
          "CHER.example",
          "\xEF\xBC\xA1@example.org", "\"a b\"@example.org", "\xE0\xA4\xAA@example.org"}) {
        const auto address = parse_address(typed);
        ASSERT_TRUE(address) << typed;
        const auto again = parse_address(address->text);
        ASSERT_TRUE(again) << typed;
        EXPECT_EQ(again->text, address->text);
        EXPECT_EQ(again->canonical, address->canonical);
    }
}

TEST(Address, OnlyALocalPartBeyondAsciiNeedsSmtputf8) {
    EXPECT_FALSE(needs_smtputf8(parse_address("x@b\xC3\xBC"
                                              "cher.example")
                                    ->text));
    EXPECT_TRUE(needs_smtputf8(parse_address("\xC3\xBC@example.org")->text));
}

TEST(Address, HoldsTheLengthsOfRfc5321) {
    const std::string local64(64, 'a');
    const std::string label63(63, 'b');
    EXPECT_TRUE(parse_address(local64 + "@example.org"));
    EXPECT_FALSE(parse_address(local64 + "a@example.org"));
    std::string wide;
    for (int i = 0; i < 32; ++i) {
        wide += "\xC3\xBC";
    }
    EXPECT_TRUE(parse_address(wide + "@example.org"));
    EXPECT_FALSE(parse_address(wide + "a@example.org"));
    EXPECT_TRUE(parse_address("a@" + label63 + ".org"));
    EXPECT_FALSE(parse_address("a@" + label63 + "b.org"));
    const std::string domain = label63 + "." + label63 + "." + label63 + ".";
    EXPECT_TRUE(parse_address("a@" + domain + std::string(60, 'c')));
    EXPECT_FALSE(parse_address("a@" + domain + std::string(61, 'c')));
    EXPECT_FALSE(parse_address(std::string(10'000'000, 'a') + "@example.org"));
}

}  // namespace
}  // namespace tripos::mail
