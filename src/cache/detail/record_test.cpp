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

}  // namespace
}  // namespace tripos::cache
