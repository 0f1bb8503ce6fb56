// SPDX-License-Identifier: MIT
// Who may send when: the line before the connections, how many of them work at the same time, and
// how long one rests.

#include <gtest/gtest.h>

#include <string>

#include "mail/detail/adaptive_limit.hpp"
#include "mail/detail/relay_pause.hpp"
#include "mail/detail/send_line.hpp"

namespace tripos::mail::detail {
namespace {

using namespace std::chrono_literals;

SendLine<std::string> line_of(std::size_t connections, std::size_t bulk = 0) {
    return SendLine<std::string>({.connections = connections, .bulk_connections = bulk});
}

TEST(SendLine, TakesTheMostUrgentFirstAndTheOldestAmongEquals) {
    auto line = line_of(5);
    line.push(Urgency::bulk, "newsletter");
    line.push(Urgency::notice, "notice 1");
    line.push(Urgency::notice, "notice 2");
    line.push(Urgency::security, "code");
    for (const char* expected : {"code", "notice 1", "notice 2", "newsletter"}) {
        EXPECT_EQ(line.take(false, 4), expected);
    }
    EXPECT_EQ(line.take(false, 4), std::nullopt);
}

TEST(SendLine, KeepsOneConnectionForSecurityMail) {
    auto line = line_of(5);
    EXPECT_EQ(line.shared_connections(), 4U);
    line.push(Urgency::notice, "notice");
    EXPECT_EQ(line.take(true, 4), std::nullopt);
    line.push(Urgency::security, "code");
    EXPECT_EQ(line.take(true, 4), "code");
    EXPECT_EQ(line_of(1).shared_connections(), 1U);
}

TEST(SendLine, GivesBackTheNewestOfOneUrgency) {
    auto line = line_of(5);
    for (const char* text : {"notice 1", "notice 2", "notice 3"}) {
        line.push(Urgency::notice, text);
    }
    line.push(Urgency::security, "code");
    EXPECT_EQ(line.take_newest(Urgency::notice, 2),
              (std::vector<std::string>{"notice 3", "notice 2"}));
    EXPECT_EQ(line.take(false, 4), "code");
    EXPECT_EQ(line.take(false, 4), "notice 1");
    EXPECT_TRUE(line.take_newest(Urgency::notice, 2).empty());
}

TEST(SendLine, HasAsManyConnectionsAsItIsToldLater) {
    auto line = line_of(5);
    line.resize({.connections = 9, .bulk_connections = 3});
    EXPECT_EQ(line.shared_connections(), 8U);
    for (int i = 0; i < 5; ++i) {
        line.push(Urgency::bulk, "newsletter");
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(line.take(false, 8));
    }
    EXPECT_EQ(line.take(false, 8), std::nullopt);
    line.resize({.connections = 1});
    EXPECT_FALSE(line.has_reserve());
    EXPECT_EQ(line.take(false, 1), std::nullopt) << "those at work go on";
    for (int i = 0; i < 3; ++i) {
        line.finished(false, Urgency::bulk);
    }
    EXPECT_TRUE(line.take(false, 1));
}

TEST(AdaptiveLimit, FollowsHowManyThereMayBe) {
    AdaptiveLimit limit(4);
    limit.set_most(2);
    EXPECT_EQ(limit.current(), 2U);
    limit.set_most(3);
    EXPECT_EQ(limit.current(), 2U) << "more as the relay bears them";
    limit.on_success(AdaptiveLimit::Instant(1h));
    limit.on_success(AdaptiveLimit::Instant(2h));
    EXPECT_EQ(limit.current(), 3U);
}

TEST(SendLine, NewslettersLeaveAConnectionToOthers) {
    auto line = line_of(5);
    for (int i = 0; i < 5; ++i) {
        line.push(Urgency::bulk, "newsletter");
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(line.take(false, 4));
    }
    EXPECT_FALSE(line.take(false, 4));
    line.push(Urgency::notice, "notice");
    EXPECT_EQ(line.take(false, 4), "notice");
    line.finished(false, Urgency::bulk);
    EXPECT_EQ(line.take(false, 4), "newsletter");

    auto one = line_of(5, 1);
    one.push(Urgency::bulk, "newsletter 1");
    one.push(Urgency::bulk, "newsletter 2");
    EXPECT_TRUE(one.take(false, 4));
    EXPECT_FALSE(one.take(false, 4));
}

TEST(SendLine, WhileTheRelayThrottlesFewerWork) {
    auto line = line_of(5);
    for (int i = 0; i < 3; ++i) {
        line.push(Urgency::notice, "notice");
        line.push(Urgency::bulk, "newsletter");
    }
    EXPECT_EQ(line.take(false, 1), "notice");
    EXPECT_FALSE(line.take(false, 1));
    line.push(Urgency::security, "code");
    EXPECT_TRUE(line.take(true, 1)) << "the kept connection does not count";
    EXPECT_EQ(line.take_all().size(), 5U);
    EXPECT_EQ(line.waiting_count(), 0U);
}

TEST(SendLine, WhileTheRelayThrottlesNewslettersLeaveOneConnectionToNotices) {
    auto line = line_of(5);
    for (int i = 0; i < 3; ++i) {
        line.push(Urgency::bulk, "newsletter");
    }
    EXPECT_EQ(line.take(false, 2), "newsletter");
    EXPECT_FALSE(line.take(false, 2));
    line.push(Urgency::notice, "notice");
    EXPECT_EQ(line.take(false, 2), "notice");
}

TEST(AdaptiveLimit, HalvesOncePerRoundAndGrowsByOneASecond) {
    AdaptiveLimit limit(8);
    auto now = AdaptiveLimit::Instant() + 1h;
    const auto begun = now - 1ms;
    for (int together = 0; together < 8; ++together) {
        limit.on_failure(begun, now);
    }
    EXPECT_EQ(limit.current(), 4U);
    for (const std::size_t expected : {2U, 1U, 1U}) {
        const auto again = now + 1ms;
        now += 10ms;
        limit.on_failure(again, now);
        EXPECT_EQ(limit.current(), expected);
    }
    limit.on_success(now + 999ms);
    EXPECT_EQ(limit.current(), 1U);
    for (std::size_t expected = 2; expected <= 8; ++expected) {
        now += 1s;
        limit.on_success(now);
        limit.on_success(now);
        EXPECT_EQ(limit.current(), expected);
    }
    limit.on_success(now + 1h);
    EXPECT_EQ(limit.current(), 8U);
}

TEST(RelayPause, DoublesWithEachFailureInARowAndStartsAgainAfterASuccess) {
    RelayPause pause;
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        EXPECT_EQ(pause.after_failure(0s), expected);
    }
    pause.after_success();
    EXPECT_EQ(pause.after_failure(0s), 1s);
    EXPECT_EQ(pause.after_failure(45s), 45s);
}

}  // namespace
}  // namespace tripos::mail::detail
