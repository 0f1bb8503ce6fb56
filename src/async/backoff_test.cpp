// SPDX-License-Identifier: MIT
#include "async/backoff.hpp"

#include <gtest/gtest.h>

#include "support/fake_random.hpp"

namespace tripos {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLimit) {
    test::SeededRandom random;
    Backoff backoff({.first = 100ms, .limit = 1000ms, .jitter = 0}, random);
    EXPECT_EQ(backoff.next(), 100ms);
    EXPECT_EQ(backoff.next(), 200ms);
    EXPECT_EQ(backoff.next(), 400ms);
    EXPECT_EQ(backoff.next(), 800ms);
    EXPECT_EQ(backoff.next(), 1000ms);
    EXPECT_EQ(backoff.tries(), 5);
}

TEST(Backoff, StaysWithinItsJitter) {
    test::SeededRandom random;
    Backoff backoff({.first = 1000ms, .limit = 1000ms, .jitter = 0.5}, random);
    std::chrono::milliseconds lowest = 1h;
    std::chrono::milliseconds highest = 0ms;
    for (int i = 0; i < 200; ++i) {
        const auto delay = backoff.next();
        lowest = std::min(lowest, delay);
        highest = std::max(highest, delay);
    }
    EXPECT_GE(lowest, 500ms);
    EXPECT_LE(highest, 1000ms);
    EXPECT_LT(lowest, 600ms);
    EXPECT_GT(highest, 900ms);
}

TEST(Backoff, NeverOverflowsAndStartsAfreshAfterReset) {
    test::SeededRandom random;
    Backoff backoff({.first = 100ms, .limit = 5000ms, .jitter = 0}, random);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_LE(backoff.next(), 5000ms);
    }
    EXPECT_EQ(backoff.next(), 5000ms);
    backoff.reset();
    EXPECT_EQ(backoff.next(), 100ms);
}

}  // namespace
}  // namespace tripos
