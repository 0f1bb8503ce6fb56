// SPDX-License-Identifier: MIT
#include "redis/detail/slot.hpp"

#include <gtest/gtest.h>

#include "redis/hash_tag.hpp"

namespace tripos::redis {
namespace {

// What CLUSTER KEYSLOT of Redis 7.0.15 answers.
TEST(Slot, IsWhatTheServerSays) {
    EXPECT_EQ(slot_of("{bull}:email:wait"), 9263);
    EXPECT_EQ(slot_of("bull"), 9263);
    EXPECT_EQ(slot_of("123456789"), 0x31C3);
    EXPECT_EQ(slot_of(""), 0);
}

TEST(Slot, IsThatOfTheTag) {
    EXPECT_EQ(slot_of("{bull}:a"), slot_of("{bull}:b"));
    EXPECT_EQ(slot_of("x{bull}"), slot_of("bull"));
    EXPECT_NE(slot_of("{{bull}x}:lease"), slot_of("{bull}x"));
}

TEST(HashTag, IsTheFirstTextInBraces) {
    EXPECT_EQ(hash_tag_of("{a}{b}"), "a");
    EXPECT_EQ(hash_tag_of("x{a}y"), "a");
    EXPECT_EQ(hash_tag_of("{{a}b}"), "{a");
    for (const auto* key : {"", "a", "{}a{b}", "{a", "a}"}) {
        EXPECT_EQ(hash_tag_of(key), "") << key;
    }
}

}  // namespace
}  // namespace tripos::redis
