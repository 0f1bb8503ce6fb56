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
    http::Response response;
    end_session_cookies(response, {});
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers.front().second,
              "accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(SessionCookie, OfAHostAloneIsClearedBesideThatOfADomain) {
    http::Response response;
    end_session_cookies(response, {.cookie_domain = "exams.example", .is_production = true});
    ASSERT_EQ(response.headers.size(), 2U);
    EXPECT_TRUE(response.headers[0].second.ends_with("Domain=exams.example"));
    EXPECT_EQ(response.headers[1].second.find("Domain"), std::string::npos);
}

}  // namespace
}  // namespace tripos::accounts
