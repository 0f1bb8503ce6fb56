// SPDX-License-Identifier: MIT
#include "redis/detail/parking.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;

constexpr Parking::TimePoint kLost{1h};
constexpr Patience kPatience{.limit = 1s};

class TestWaiter final : public Waiter {
  public:
    void add(Reply) override { done = true; }
    void fail(std::exception_ptr) override { done = failed = true; }
    bool is_done() const override { return done; }

    bool done = false;
    bool failed = false;
};

std::shared_ptr<TestWaiter> park(Parking& parking, Parking::TimePoint now, std::size_t count = 1) {
    auto waiter = std::make_shared<TestWaiter>();
    const std::vector<Arguments> commands(count, Arguments{"PING"});
    parking.park(commands, waiter, kPatience, now);
    return waiter;
}

TEST(Parking, RefusesWhatComesBeforeItOpens) {
    Parking parking("redis", 10);
    EXPECT_TRUE(park(parking, kLost)->failed);
    EXPECT_TRUE(parking.is_empty());
}

TEST(Parking, KeepsWhatComesInTimeAndRefusesWhatComesLater) {
    Parking parking("redis", 10);
    parking.open(kLost + 2s);
    const auto early = park(parking, kLost);
    const auto last = park(parking, kLost + 1'999ms);
    EXPECT_TRUE(park(parking, kLost + 2s)->failed);
    EXPECT_FALSE(early->failed || last->failed);
    parking.refuse_all();
    EXPECT_TRUE(early->failed && last->failed);
    EXPECT_TRUE(parking.is_empty());
}

TEST(Parking, CountsCommandsAndNotCallers) {
    Parking parking("redis", 3);
    parking.open(kLost + 2s);
    EXPECT_FALSE(park(parking, kLost, 2)->failed);
    EXPECT_TRUE(park(parking, kLost, 2)->failed);
    EXPECT_FALSE(park(parking, kLost, 1)->failed);
    EXPECT_EQ(parking.leave().size(), 2U);
    EXPECT_FALSE(park(parking, kLost, 3)->failed) << "those who left count no more";
}

TEST(Parking, LetsOutInOrderThoseWhoStillWait) {
    Parking parking("redis", 10);
    parking.open(kLost + 2s);
    const auto first = park(parking, kLost);
    const auto cancelled = park(parking, kLost);
    const auto last = park(parking, kLost);
    cancelled->done = true;
    const auto leaving = parking.leave();
    ASSERT_EQ(leaving.size(), 2U);
    EXPECT_EQ(leaving[0].waiter, first);
    EXPECT_EQ(leaving[1].waiter, last);
}

}  // namespace
}  // namespace tripos::redis
