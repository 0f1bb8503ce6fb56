// SPDX-License-Identifier: MIT
#include "notices/slow_retries.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/fake_random.hpp"

namespace tripos::notices {
namespace {

using mail::Urgency;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = mail::Delivery::Kind;

const Timestamp kRefused = from_millis(1'767'603'600'000);

/// When a mail that is always refused is tried, from its first refusal on.
std::vector<std::chrono::milliseconds> tries_of(const RefusedMail& mail) {
    test::SeededRandom random;
    std::vector<std::chrono::milliseconds> tries;
    auto now = mail.since;
    while (const auto pause = slow_pause(mail, now, random)) {
        now += *pause;
        tries.push_back(now - mail.since);
    }
    return tries;
}

TEST(SlowRetries, GoOnWithGrowingPausesUntilTheLifetimeEnds) {
    for (const auto& [urgency, shortest, longest] :
         {std::tuple{Urgency::notice, seconds(60), seconds(hours(1))},
          {Urgency::bulk, seconds(minutes(5)), seconds(hours(4))}}) {
        const auto tries = tries_of({.urgency = urgency, .since = kRefused});
        ASSERT_GT(tries.size(), 20U);
        EXPECT_LT(tries.size(), 100U);
        EXPECT_GE(tries.front(), shortest * 8 / 10);
        EXPECT_LE(tries.front(), shortest);
        EXPECT_LT(tries.back(), hours(48));
        EXPECT_GT(tries.back(), hours(48) - longest);
        auto before = tries.front();
        for (const auto at : tries) {
            EXPECT_LE(at - before, longest);
            before = at;
        }
    }
}

TEST(SlowRetries, ACodeIsTriedUntilItExpiresAndNeverAfter) {
    const auto tries = tries_of(
        {.urgency = Urgency::security, .since = kRefused, .expires_at = kRefused + minutes(10)});
    ASSERT_GT(tries.size(), 10U);
    EXPECT_LE(tries.front(), seconds(10));
    EXPECT_LT(tries.back(), minutes(10));
    EXPECT_GT(tries.back(), minutes(7));
    // A relay that lets a mail in five minutes after it first saw it still delivers the code.
    EXPECT_TRUE(std::any_of(tries.begin(), tries.end(),
                            [](auto at) { return at > minutes(5) && at < minutes(7); }));
}

TEST(SlowRetries, WhatExpiresLateEndsAfterTwoDaysAllTheSame) {
    const auto tries = tries_of(
        {.urgency = Urgency::security, .since = kRefused, .expires_at = kRefused + hours(14 * 24)});
    EXPECT_LT(tries.back(), hours(48));
    EXPECT_GT(tries.back(), hours(47));
}

TEST(SlowRetries, WhatHasExpiredIsNotTriedAgain) {
    test::SeededRandom random;
    const RefusedMail late{
        .urgency = Urgency::security, .since = kRefused, .expires_at = kRefused + seconds(5)};
    EXPECT_FALSE(slow_pause(late, kRefused, random));
    EXPECT_FALSE(slow_pause(late, kRefused + hours(1), random));
}

TEST(SlowRetries, MailsRefusedTogetherDoNotComeBackTogether) {
    test::SeededRandom random;
    const RefusedMail mail{.urgency = Urgency::bulk, .since = kRefused};
    const auto first = slow_pause(mail, kRefused, random);
    const auto second = slow_pause(mail, kRefused, random);
    EXPECT_NE(first, second);
}

TEST(SlowRetries, WhatTheRelayAsksForIsWaited) {
    const mail::Delivery greylisted{.kind = Kind::retry_message, .code = 450, .pause = minutes(5)};
    EXPECT_EQ(with_what_was_asked(minutes(1), greylisted, Urgency::notice), minutes(5));
    EXPECT_EQ(with_what_was_asked(minutes(7), greylisted, Urgency::bulk), minutes(7));
    EXPECT_EQ(with_what_was_asked(seconds(10), greylisted, Urgency::security), seconds(60));
    EXPECT_EQ(with_what_was_asked(minutes(2), greylisted, Urgency::security), minutes(2));
    const mail::Delivery silent{.kind = Kind::retry_message, .code = 450};
    EXPECT_EQ(with_what_was_asked(seconds(10), silent, Urgency::notice), seconds(10));
}

TEST(SlowRetries, OnlyTheMessagesOwnRefusalsCount) {
    EXPECT_TRUE(is_refused_for_now({.kind = Kind::retry_message, .code = 451}, 0));
    EXPECT_FALSE(is_refused_for_now({.kind = Kind::retry_transport, .code = 421}, 48));
    EXPECT_TRUE(is_refused_for_now({.kind = Kind::retry_transport, .code = 421}, 49));
    EXPECT_FALSE(is_refused_for_now({.kind = Kind::retry_transport}, 49));
    for (const auto kind : {Kind::delivered, Kind::fail_recipient, Kind::fail_message,
                            Kind::fail_configuration, Kind::in_doubt, Kind::overtaken}) {
        EXPECT_FALSE(is_refused_for_now({.kind = kind, .code = 451}, 60));
    }
}

}  // namespace
}  // namespace tripos::notices
