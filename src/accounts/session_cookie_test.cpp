// SPDX-License-Identifier: MIT
#include "accounts/session_cookie.hpp"

#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

constexpr std::chrono::seconds kWeek{604'800};

TEST(SessionCookie, IsLaxAndOfTheHostAlone) {
    EXPECT_EQ(session_cookie("abc", kWeek, {}),
              "accessToken=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
}

TEST(SessionCookie, IsBoundToItsHostByName) {
    const CookiePolicy policy{.secure = true, .host_bound = true};
    EXPECT_EQ(session_cookie("abc", kWeek, policy),
              "__Host-accessToken=abc; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax");
}

TEST(SessionCookie, GoesAcrossSitesWhenTheFrontEndIsOnAnother) {
    const CookiePolicy policy{.secure = true, .cross_site = true, .domain = "exams.example"};
    EXPECT_EQ(session_cookie("abc", kWeek, policy),
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
    end_session_cookies(response, {.secure = true, .domain = "exams.example"});
    ASSERT_EQ(response.headers.size(), 2U);
    EXPECT_TRUE(response.headers[0].second.ends_with("Domain=exams.example"));
    EXPECT_EQ(response.headers[1].second.find("Domain"), std::string::npos);
}

TEST(SessionCookie, OfThePlainNameIsClearedBesideThatBoundToTheHost) {
    http::Response response;
    end_session_cookies(response, {.secure = true, .host_bound = true});
    ASSERT_EQ(response.headers.size(), 2U);
    EXPECT_TRUE(response.headers[0].second.starts_with("__Host-accessToken=;"));
    EXPECT_TRUE(response.headers[1].second.starts_with("accessToken=;"));
}

}  // namespace
}  // namespace tripos::accounts
