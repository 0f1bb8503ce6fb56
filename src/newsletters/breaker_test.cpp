// SPDX-License-Identifier: MIT
#include "newsletters/breaker.hpp"

#include <gtest/gtest.h>

namespace tripos::newsletters {
namespace {

TEST(Breaker, WaitsForEnoughMailsBeforeItJudges) {
    Breaker breaker({}, 0, 0);
    EXPECT_FALSE(breaker.trips(0, 49));
    EXPECT_TRUE(breaker.trips(0, 50));
}

TEST(Breaker, ToleratesTheRateItIsGivenAndNoMore) {
    Breaker breaker({.limit = 0.05, .least = 50, .window = 200}, 0, 0);
    EXPECT_FALSE(breaker.trips(95, 5));
    EXPECT_TRUE(breaker.trips(94, 6));
}

TEST(Breaker, JudgesWhatHappenedLatelyNotTheWholeNewsletter) {
    Breaker breaker({}, 0, 0);
    for (std::int64_t sent = 200; sent <= 100'000; sent += 200) {
        EXPECT_FALSE(breaker.trips(sent, 0));
    }
    EXPECT_TRUE(breaker.trips(100'040, 60));
}

TEST(Breaker, BeginsAnewAfterAResume) {
    Breaker breaker({}, 100, 100);
    EXPECT_FALSE(breaker.trips(149, 100));
    EXPECT_FALSE(breaker.trips(199, 100));
}

}  // namespace
}  // namespace tripos::newsletters
