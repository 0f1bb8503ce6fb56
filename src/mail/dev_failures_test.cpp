// SPDX-License-Identifier: MIT
#include "mail/dev_failures.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/fake_random.hpp"

namespace tripos::mail {
namespace {

using Kind = Delivery::Kind;

Kind outcome_of(const char* rule) {
    test::SeededRandom random;
    const DevFailures failures({*parse_dev_failure(rule)});
    const auto struck = failures.strike(random);
    return struck ? struck->kind : Kind::delivered;
}

TEST(DevFailures, EndAConversationAsARelayWould) {
    EXPECT_EQ(outcome_of("rcpt 100% 451 4.3.0 later"), Kind::retry_message);
    EXPECT_EQ(outcome_of("rcpt 100% 550 5.1.1 no such user"), Kind::fail_recipient);
    EXPECT_EQ(outcome_of("dot 100% 554 5.7.1 looks like spam"), Kind::fail_message);
    EXPECT_EQ(outcome_of("connect 100% 421 4.3.2 too busy"), Kind::retry_transport);
    EXPECT_EQ(outcome_of("auth 100% 535 5.7.8 wrong password"), Kind::fail_configuration);
    EXPECT_EQ(outcome_of("DATA 100% drop"), Kind::retry_transport);
    EXPECT_EQ(outcome_of("dot 100% drop"), Kind::in_doubt);
    EXPECT_EQ(outcome_of("dot 0% drop"), Kind::delivered);
}

TEST(DevFailures, StrikeAboutAsOftenAsTheyAreTold) {
    test::SeededRandom random;
    const DevFailures failures({*parse_dev_failure("mail 20% 450 later")});
    int struck = 0;
    for (int i = 0; i < 10'000; ++i) {
        struck += failures.strike(random).has_value() ? 1 : 0;
    }
    EXPECT_NEAR(struck, 2'000, 200);
}

TEST(DevFailures, AreReplacedWhileTheyWork) {
    test::SeededRandom random;
    DevFailures failures({});
    EXPECT_FALSE(failures.strike(random));
    failures.replace({{.stage = "rcpt", .reply = "452", .probability = 1}});
    EXPECT_TRUE(failures.strike(random));
    EXPECT_EQ(failures.list().size(), 1U);
}

TEST(DevFailures, SayWhatIsWrongWithARule) {
    for (const char* text : {"", "rcpt", "rcpt 451", "rcpt 10 451 later", "rcpt x% 451 later",
                             "moon 10% 451 later", "rcpt 10% 250 fine", "rcpt 10% 451later",
                             "rcpt 101% 451 later", "rcpt -1% 451 later", "rcpt 10% 451 a\r\nb"}) {
        const auto parsed = parse_dev_failure(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_FALSE(parsed.error().message.empty());
    }
    EXPECT_FALSE(check_dev_failure({.stage = "rcpt", .reply = "451", .probability = std::nan("")}));
}

}  // namespace
}  // namespace tripos::mail
