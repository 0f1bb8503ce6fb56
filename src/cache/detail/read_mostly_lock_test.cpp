// SPDX-License-Identifier: MIT
#include "cache/detail/read_mostly_lock.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <shared_mutex>
#include <vector>

namespace tripos::cache {
namespace {

TEST(ReadMostlyLock, LetsReadersInTogether) {
    ReadMostlyLock lock;
    const std::shared_lock first(lock);
    std::thread([&lock] { const std::shared_lock second(lock); }).join();
}

// More threads than rows, so that some share one.
TEST(ReadMostlyLock, KeepsWritersApartFromEveryoneElse) {
    constexpr int kThreads = 12;
    constexpr int kTurns = 4'000;
    ReadMostlyLock lock;
    int one = 0;
    int other = 0;
    std::atomic<int> torn{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < kThreads; ++number) {
        threads.emplace_back([&, is_writer = number % 4 == 0] {
            for (int turn = 0; turn < kTurns; ++turn) {
                if (is_writer) {
                    const std::lock_guard guard(lock);
                    ++one;
                    ++other;
                } else {
                    const std::shared_lock guard(lock);
                    torn += one != other ? 1 : 0;
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(one, kThreads / 4 * kTurns);
    EXPECT_EQ(other, one);
}

}  // namespace
}  // namespace tripos::cache
