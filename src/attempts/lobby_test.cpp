// SPDX-License-Identifier: MIT
#include "attempts/lobby.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tripos::attempts {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp kToday{std::chrono::hours(24 * 365)};

TEST(Lobby, WhoeverIsAloneStartsWhenItOpens) {
    Lobby lobby;
    EXPECT_EQ(lobby.start_after("e", "asha", kToday + seconds(9), kToday), seconds(9));
    EXPECT_EQ(lobby.start_after("e", "asha", kToday - seconds(9), kToday), seconds(0));
}

TEST(Lobby, ACrowdIsSpreadOverAsLongAsItsStartsTake) {
    Lobby lobby;
    constexpr int kCrowd = 4000;
    const auto opens_at = kToday + Lobby::kAsksEvery;
    for (int round = 0; round < 2; ++round) {
        std::map<std::int64_t, int> starts;  // by second after the opening
        for (int i = 0; i < kCrowd; ++i) {
            const auto now = kToday + round * Lobby::kAsksEvery;
            const auto wait = lobby.start_after("e", std::to_string(i), opens_at, now);
            ++starts[(wait - (opens_at - now)) / seconds(1)];
        }
        if (round == 1) {  // the crowd of the stretch before is known from the first who asks
            EXPECT_EQ(starts.size(), kCrowd / Lobby::kStartsPerSecond);
            for (const auto& [second, count] : starts) {
                EXPECT_LT(count, 1.5 * Lobby::kStartsPerSecond) << second;
            }
        }
    }
    const auto later = opens_at + seconds(kCrowd / Lobby::kStartsPerSecond);
    EXPECT_EQ(lobby.start_after("e", "1", opens_at, later), milliseconds(0));
}

TEST(Lobby, ManyExamsTakeNoMoreThanTheirRoom) {
    Lobby lobby;
    for (int i = 0; i < 5000; ++i) {
        EXPECT_EQ(lobby.start_after("e" + std::to_string(i), "asha", kToday, kToday), seconds(0));
    }
}

}  // namespace
}  // namespace tripos::attempts
