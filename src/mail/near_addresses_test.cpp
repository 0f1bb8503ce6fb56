// SPDX-License-Identifier: MIT
#include "mail/near_addresses.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tripos::mail {
namespace {

bool is_near(const std::string& typed, const std::string& meant) {
    const auto all = one_slip_away(typed);
    return std::find(all.begin(), all.end(), meant) != all.end();
}

TEST(NearAddresses, HaveOneSlipOfAKey) {
    for (const char* typed : {"asha@exmple.org", "asha@exaample.org", "asha@ezample.org",
                              "sha@example.org", "ahsa@example.org", "asha@example.or"}) {
        EXPECT_TRUE(is_near(typed, "asha@example.org")) << typed;
    }
    EXPECT_FALSE(is_near("asha@example.org", "asha@example.org")) << "itself";
    EXPECT_FALSE(is_near("asa@exmple.org", "asha@example.org")) << "two slips";
}

TEST(NearAddresses, AreBounded) {
    EXPECT_LT(one_slip_away(std::string(52, 'a') + "@example.org").size(), 6'000U);
    EXPECT_TRUE(one_slip_away(std::string(60, 'a') + "@example.org").empty());
    EXPECT_TRUE(one_slip_away("ash\xC3\xA1@example.org").empty());
}

TEST(NearAddresses, WhatIsBeforeTheDomainEndsWithTheSign) {
    EXPECT_EQ(before_domain("asha@example.org"), "asha@");
    EXPECT_EQ(before_domain("\"a@b\"@example.org"), "\"a@b\"@");
}

}  // namespace
}  // namespace tripos::mail
