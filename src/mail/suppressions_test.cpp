// SPDX-License-Identifier: MIT
#include "mail/suppressions.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace tripos::mail {
namespace {

using Reason = SuppressionReason;
using std::chrono::hours;

constexpr auto kNow = test::FakeClock::kStart;

bool stands_in_the_way(Reason reason, const MailClass& mail, hours age = hours(1)) {
    return blocks({.address = "a@example.org",
                   .reason = reason,
                   .list = reason == Reason::unsubscribe ? "news" : "",
                   .created_at = kNow - age},
                  mail, kNow);
}

TEST(Suppression, BlocksWhatItsReasonSays) {
    const MailClass security{.urgency = Urgency::security};
    const MailClass notice{.urgency = Urgency::notice};
    const MailClass news{.urgency = Urgency::bulk, .list = "news"};
    const MailClass other{.urgency = Urgency::bulk, .list = "alumni"};

    for (const auto& mail : {security, notice, news, other}) {
        EXPECT_TRUE(stands_in_the_way(Reason::manual, mail));
        EXPECT_TRUE(stands_in_the_way(Reason::hard_bounce, mail));
        EXPECT_EQ(stands_in_the_way(Reason::complaint, mail), mail.urgency == Urgency::bulk);
        EXPECT_EQ(stands_in_the_way(Reason::unsubscribe, mail), mail.list == "news");
    }
}

TEST(Suppression, OfABounceLetsCodesThroughAfterADayAndEverythingAfterHalfAYear) {
    const MailClass security{.urgency = Urgency::security};
    const MailClass notice{.urgency = Urgency::notice};
    EXPECT_TRUE(stands_in_the_way(Reason::hard_bounce, security, hours(23)));
    EXPECT_FALSE(stands_in_the_way(Reason::hard_bounce, security, hours(24)));
    EXPECT_TRUE(stands_in_the_way(Reason::hard_bounce, notice, hours(24 * 179)));
    EXPECT_FALSE(stands_in_the_way(Reason::hard_bounce, notice, hours(24 * 180)));
}

TEST(Suppression, ReasonsHaveNamesThatComeBack) {
    for (const auto reason :
         {Reason::hard_bounce, Reason::complaint, Reason::unsubscribe, Reason::manual}) {
        EXPECT_EQ(parse_suppression_reason(to_text(reason)), reason);
    }
    EXPECT_FALSE(parse_suppression_reason("Manual"));
}

}  // namespace
}  // namespace tripos::mail
