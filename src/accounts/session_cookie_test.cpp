// SPDX-License-Identifier: MIT
#include "accounts/session_cookie.hpp"

#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

TEST(SessionCookie, IsLaxInDevelopment) {
    EXPECT_EQ(session_cookie("abc", {}),
              "accessToken=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
}

TEST(SessionCookie, IsForHttpsAndAcrossSitesInProduction) {
    const AccountsOptions options{.cookie_domain = "exams.example", .is_production = true};
    EXPECT_EQ(session_cookie("abc", options),
              "accessToken=abc; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=None; "
              "Domain=exams.example");
}

TEST(SessionCookie, IsClearedWithTheAttributesItWasSetWith) {
    EXPECT_EQ(expired_session_cookie({}),
              "accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace tripos::accounts
