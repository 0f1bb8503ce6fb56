// SPDX-License-Identifier: MIT
#include "operations/queue_history.hpp"

#include <gtest/gtest.h>

namespace tripos::operations {
namespace {

using Minutes = std::vector<std::int64_t>;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Timestamp kNow = from_millis(1'800'000'000'000);  // a full minute

TEST(LastMinutes, BeginWithTheRunningMinute) {
    const queue::QueueMetrics metrics{
        .count = 15, .last_counted = kNow, .counted_before = 10, .per_minute = {4, 3, 2, 1}};
    EXPECT_EQ(last_minutes(metrics, kNow + seconds(59), 4), (Minutes{5, 4, 3, 2}));
}

TEST(LastMinutes, ShowIdleMinutesSinceTheLastJob) {
    const queue::QueueMetrics metrics{
        .count = 15, .last_counted = kNow, .counted_before = 10, .per_minute = {4}};
    EXPECT_EQ(last_minutes(metrics, kNow + minutes(2), 5), (Minutes{0, 0, 5, 4, 0}));
    EXPECT_EQ(last_minutes(metrics, kNow + minutes(100'000), 3), (Minutes{0, 0, 0}));
}

TEST(LastMinutes, AreZeroWhereNothingWasCounted) {
    EXPECT_EQ(last_minutes({}, kNow, 3), (Minutes{0, 0, 0}));
}

TEST(LastMinutes, BearAClockThatIsBehind) {
    const queue::QueueMetrics metrics{.count = 2, .last_counted = kNow};
    EXPECT_EQ(last_minutes(metrics, kNow - minutes(3), 2), (Minutes{2, 0}));
}

}  // namespace
}  // namespace tripos::operations
