// SPDX-License-Identifier: MIT
#include "settings/dotenv.hpp"

#include <gtest/gtest.h>

namespace tripos::settings {
namespace {

TEST(Dotenv, ReadsCommentsQuotesAndExport) {
    const auto values =
        parse_dotenv("# c\nA=1\nexport B='two words'\nC=\"x # y\" # z\nD = bare # note\n\nE=\n");
    ASSERT_TRUE(values);
    EXPECT_EQ(*values,
              (Values{{"A", "1"}, {"B", "two words"}, {"C", "x # y"}, {"D", "bare"}, {"E", ""}}));
}

TEST(Dotenv, ACommentIsNoValue) {
    const auto values =
        parse_dotenv("A= # c\nB=\t# c\nC=a\t# c\nD=a#b # c\nE=\"\" # c\nF=#x\nG='x'\n");
    ASSERT_TRUE(values);
    EXPECT_EQ(
        *values,
        (Values{
            {"A", ""}, {"B", ""}, {"C", "a"}, {"D", "a#b"}, {"E", ""}, {"F", "#x"}, {"G", "x"}}));
}

TEST(Dotenv, OnlyAFileThatIsNotThereIsNoFile) {
    EXPECT_EQ(read_dotenv_file("/nowhere/.env").value(), Values());
    for (const auto* path : {"/", "/dev/null/.env", "/proc/self/mem"}) {
        const auto values = read_dotenv_file(path);
        ASSERT_FALSE(values) << path;
        EXPECT_EQ(values.error().fields.at(0).field, path);
    }
}

TEST(Dotenv, NamesTheBadLineWithoutShowingIt) {
    for (const auto* text : {"A=1\nsecret-without-equals", "A=1\nB=\"open", "A=1\nB C=2",
                             "A=1\nB=\"x\" junk", "A=1\nB=\"x\"# no space"}) {
        const auto values = parse_dotenv(text);
        ASSERT_FALSE(values) << text;
        EXPECT_EQ(values.error().fields.at(0).field, ".env line 2") << text;
    }
}

}  // namespace
}  // namespace tripos::settings
