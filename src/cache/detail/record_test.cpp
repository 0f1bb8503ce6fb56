// SPDX-License-Identifier: MIT
#include "cache/detail/record.hpp"

#include <gtest/gtest.h>

namespace tripos::cache {
namespace {

TEST(Record, ComesBackAsItWasWritten) {
    const Record record{.names = {"exam:1", "a name with spaces"}, .tags = {"user:7"}};
    const auto text = to_text(record);
    EXPECT_EQ(text, "key exam:1\nkey a name with spaces\ntag user:7\n");
    const auto read = parse_record(text);
    EXPECT_EQ(read.names, record.names);
    EXPECT_EQ(read.tags, record.tags);
}

TEST(Record, PassesOverWhatItDoesNotKnow) {
    const auto read = parse_record("zone 7\ntag t\n\nkeyless\n");
    EXPECT_TRUE(read.names.empty());
    EXPECT_EQ(read.tags, std::vector<std::string>{"t"});
}

TEST(Record, OfManyLikeNamesIsShort) {
    const std::string exam = "attempt:01a222d7-6698-79e1-bdfb-63cc170dffe2:";
    std::vector<std::string> records;
    Record all;
    for (int i = 0; i < 100; ++i) {
        all.names.push_back(exam + "01a222d7-" + std::to_string(1'000'000 + i * 7919));
        all.tags.push_back("user:" + std::to_string(i));
        records.push_back(to_text({.names = {all.names.back()}, .tags = {all.tags.back()}}));
    }
    RecordLines lines;
    for (const auto& record : records) {
        lines.append(record);
    }
    const auto text = lines.take();
    const auto read = parse_record(text);
    EXPECT_EQ(read.names, all.names);
    EXPECT_EQ(read.tags, all.tags);

    const auto names = to_text({.names = all.names, .tags = {}});
    RecordLines alike;
    alike.append(names);
    EXPECT_LT(alike.take().size(), names.size() / 3);
}

TEST(Record, OfLikeNamesKeepsCharactersWhole) {
    const Record record{
        .names = {"city:\u00e9", "city:\u00e8", "city:\u00e8\u20ac", "city:\u00e8\u20ad"},
        .tags = {}};
    const auto names = to_text(record);
    RecordLines lines;
    lines.append(names);
    const auto text = lines.take();
    const std::string_view expected = "+0 key city:\u00e9\n+9 \u00e8\n+11 \u20ac\n+11 \u20ad\n";
    EXPECT_TRUE(text == expected) << text << ": halves of characters are no text to PostgreSQL";
    EXPECT_EQ(parse_record(text).names, record.names);
}

TEST(Record, PassesOverWhatCannotBeAlike) {
    const auto read = parse_record("+3 key a\nkey ab\n+99 c\n+x y\n+-1 z\n+5\n+5 c\nkey d\n");
    EXPECT_EQ(read.names, (std::vector<std::string>{"ab", "d"}));
}

}  // namespace
}  // namespace tripos::cache
