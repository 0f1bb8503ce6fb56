// SPDX-License-Identifier: MIT
#include "async/event.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "async/with_timeout.hpp"
#include "support/run.hpp"

namespace tripos {
namespace {

using namespace std::chrono_literals;
using test::run;

class EventTest : public testing::Test {
  protected:
    Event event{test::context().get_executor()};
};

TEST_F(EventTest, RemembersANotificationWithNobodyWaitingOnce) {
    auto task = [](Event& changed) -> Task<int> {
        changed.notify();
        changed.notify();
        int notified = 0;
        notified += co_await changed.wait_for(1h) ? 1 : 0;
        notified += co_await changed.wait_for(1ms) ? 1 : 0;
        co_return notified;
    };
    EXPECT_EQ(run(task(event)), 1);
}

TEST_F(EventTest, SaysWhenNobodyNotified) {
    EXPECT_FALSE(run(event.wait_for(1ms)));
    EXPECT_FALSE(run(event.wait_for(0ms)));
}

TEST_F(EventTest, WakesAWaiterFromAnotherThread) {
    std::thread other([this] { event.notify_from_any_thread(); });
    EXPECT_TRUE(run(event.wait_for(1h)));
    other.join();
}

TEST_F(EventTest, LosesNoWakeUpBetweenTwoThreads) {
    constexpr int kRounds = 2000;
    std::atomic<int> consumed = 0;
    auto consume = [](Event& changed, std::atomic<int>& count) -> Task<bool> {
        while (count < kRounds) {
            const bool notified = co_await changed.wait_for(10s);
            if (!notified) {
                count = kRounds;
                count.notify_one();
                co_return false;  // a notification got lost
            }
            ++count;
            count.notify_one();
        }
        co_return true;
    };
    std::thread producer([&] {
        for (int round = 0; round < kRounds; round = consumed) {
            event.notify_from_any_thread();
            consumed.wait(round);
        }
    });
    EXPECT_TRUE(run(consume(event, consumed)));
    producer.join();
}

TEST_F(EventTest, ThrowsWhenCancelled) {
    auto wait = [](Event& changed) -> Task<> { co_await changed.wait_for(1h); };
    EXPECT_FALSE(run(with_timeout(1ms, wait(event))));
}

}  // namespace
}  // namespace tripos
