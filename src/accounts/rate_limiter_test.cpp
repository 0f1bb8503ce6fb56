// SPDX-License-Identifier: MIT
#include "accounts/rate_limiter.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace tripos::accounts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr RateLimit kThreeInAMinute{.count = 3, .window = minutes(1)};

TEST(RateLimiter, RefusesBeyondTheCountUntilTheWindowEnds) {
    test::FakeClock clock;
    RateLimiter limiter(clock);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(limiter.hit("key", kThreeInAMinute));
    }
    clock.advance(seconds(20));
    EXPECT_EQ(limiter.hit("key", kThreeInAMinute), seconds(40));
    clock.advance(std::chrono::milliseconds(39'500));
    EXPECT_EQ(limiter.hit("key", kThreeInAMinute), seconds(1));
    clock.advance(std::chrono::milliseconds(500));
    EXPECT_FALSE(limiter.hit("key", kThreeInAMinute));
}

TEST(RateLimiter, KeepsKeysApart) {
    test::FakeClock clock;
    RateLimiter limiter(clock);
    for (int i = 0; i < 4; ++i) {
        limiter.hit("one", kThreeInAMinute);
    }
    EXPECT_FALSE(limiter.hit("two", kThreeInAMinute));
}

TEST(RateLimiter, StaysBoundedAndForgetsTheWindowsThatEndFirst) {
    test::FakeClock clock;
    RateLimiter limiter(clock, 100);
    for (int i = 0; i < 1000; ++i) {
        limiter.hit("key " + std::to_string(i), kThreeInAMinute);
        clock.advance(std::chrono::milliseconds(1));
        EXPECT_LE(limiter.size(), 100U);
    }
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(limiter.hit("key 999", kThreeInAMinute));
    }
    EXPECT_TRUE(limiter.hit("key 999", kThreeInAMinute));
}

}  // namespace
}  // namespace tripos::accounts
