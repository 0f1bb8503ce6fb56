// SPDX-License-Identifier: MIT
#include "accounts/session_cache.hpp"

#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

constexpr Timestamp kLookedAt = from_millis(1'000'000);
constexpr Timestamp kLater = from_millis(1'060'000);

std::shared_ptr<const Principal> principal(const std::string& user, const std::string& session) {
    return std::make_shared<const Principal>(Principal{.user_id = user, .session_id = session});
}

TEST(SessionCache, RemembersUntilTheTimeIsOver) {
    SessionCache cache(100);
    cache.remember("token", principal("u", "s"), kLater, cache.ticket());
    ASSERT_TRUE(cache.find("token", kLookedAt));
    EXPECT_EQ(cache.find("token", kLookedAt)->user_id, "u");
    EXPECT_FALSE(cache.find("token", kLater));
    EXPECT_FALSE(cache.find("another", kLookedAt));
}

TEST(SessionCache, ForgetsASessionOrAllOfAUser) {
    SessionCache cache(100);
    cache.remember("1", principal("u", "s1"), kLater, cache.ticket());
    cache.remember("2", principal("u", "s2"), kLater, cache.ticket());
    cache.remember("3", principal("v", "s3"), kLater, cache.ticket());
    cache.forget_session("s1");
    EXPECT_FALSE(cache.find("1", kLookedAt));
    EXPECT_TRUE(cache.find("2", kLookedAt));
    cache.forget_user("u");
    EXPECT_FALSE(cache.find("2", kLookedAt));
    EXPECT_TRUE(cache.find("3", kLookedAt));
}

TEST(SessionCache, DropsACheckThatAnEndingOvertook) {
    SessionCache cache(100);
    const auto ticket = cache.ticket();
    cache.forget_session("s");
    cache.remember("token", principal("u", "s"), kLater, ticket);
    EXPECT_FALSE(cache.find("token", kLookedAt));
}

TEST(SessionCache, StaysBounded) {
    SessionCache cache(64);
    for (int i = 0; i < 10'000; ++i) {
        cache.remember(std::to_string(i), principal("u", "s"), kLater, cache.ticket());
    }
    int found = 0;
    for (int i = 0; i < 10'000; ++i) {
        found += cache.find(std::to_string(i), kLookedAt) ? 1 : 0;
    }
    EXPECT_LE(found, 100);
    EXPECT_TRUE(cache.find("9999", kLookedAt));
}

}  // namespace
}  // namespace tripos::accounts
