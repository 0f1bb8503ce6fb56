// SPDX-License-Identifier: MIT
#include "core/id.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"

namespace tripos {
namespace {

TEST(NewId, IsAVersionSevenUuid) {
    test::SeededRandom random;
    const auto id = new_id(from_millis(0x0123456789AB), random);
    EXPECT_TRUE(is_uuid(id));
    EXPECT_EQ(id.substr(0, 13), "01234567-89ab");
    EXPECT_EQ(id[14], '7');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

TEST(NewId, SortsByTimeAndIsUniqueWithinOneMillisecond) {
    test::SeededRandom random;
    test::FakeClock clock;
    const auto earlier = new_id(clock.now(), random);
    clock.advance(std::chrono::milliseconds(1));
    EXPECT_LT(earlier, new_id(clock.now(), random));
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        ids.insert(new_id(clock.now(), random));
    }
    EXPECT_EQ(ids.size(), 1000U);
}

TEST(IdOf, IsAVersionEightUuidOfTheContentAlone) {
    const auto id = id_of("content");
    EXPECT_TRUE(is_uuid(id));
    EXPECT_EQ(id[14], '8');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    EXPECT_EQ(id, id_of("content"));
    EXPECT_NE(id, id_of("contents"));
}

TEST(IsUuid, TakesThirtySixCharactersOfEitherCase) {
    EXPECT_TRUE(is_uuid("018f3c1e-0000-7000-8000-00000000000a"));
    EXPECT_TRUE(is_uuid("018F3C1E-0000-7000-8000-00000000000A"));
}

TEST(IsUuid, RefusesOtherShapes) {
    EXPECT_FALSE(is_uuid(""));
    EXPECT_FALSE(is_uuid("018f3c1e00007000800000000000000a"));
    EXPECT_FALSE(is_uuid("018f3c1e-0000-7000-8000-00000000000"));
    EXPECT_FALSE(is_uuid("018f3c1e-0000-7000-8000-00000000000aa"));
    EXPECT_FALSE(is_uuid("018f3c1e-0000-7000-8000-00000000000g"));
    EXPECT_FALSE(is_uuid("018f3c1e-0000-7000-80000-0000000000a"));
    EXPECT_FALSE(is_uuid("{18f3c1e-0000-7000-8000-00000000000}"));
    EXPECT_FALSE(is_uuid("' OR 1=1 --                         "));
}

}  // namespace
}  // namespace tripos
