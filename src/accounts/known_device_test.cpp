// SPDX-License-Identifier: MIT
#include "accounts/known_device.hpp"

#include <gtest/gtest.h>

#include "support/fake_random.hpp"

namespace tripos::accounts {
namespace {

class KnownDeviceTest : public testing::Test {
  protected:
    /// What a browser sends that has kept this Set-Cookie.
    static http::Request with(const std::string& set_cookie) {
        http::Request request;
        request.headers = {{"cookie", set_cookie.substr(0, set_cookie.find(';'))}};
        return request;
    }

    const Secret secret_{"e-mail secret of these tests...."};
    const CookiePolicy policy_;
    test::SeededRandom random_;
    KnownDevice device_{secret_, policy_, random_};
};

TEST_F(KnownDeviceTest, KnowsWhoHasLoggedInAndNobodyElse) {
    EXPECT_EQ(device_.id_for(http::Request(), "ann"), "");
    const auto cookie = device_.remember(http::Request(), "ann");
    EXPECT_NE(cookie.find("; Path=/api/auth; Max-Age=15552000; HttpOnly; SameSite=Lax"),
              std::string::npos)
        << cookie;
    EXPECT_EQ(device_.id_for(with(cookie), "ann").size(), 32U);
    EXPECT_EQ(device_.id_for(with(cookie), "bob"), "");
    const Secret another("another secret of these tests....");
    EXPECT_EQ(KnownDevice(another, policy_, random_).id_for(with(cookie), "ann"), "");
}

TEST_F(KnownDeviceTest, ASharedBrowserRemembersItsLatestAccounts) {
    auto cookie = device_.remember(http::Request(), "account 0");
    const auto id = device_.id_for(with(cookie), "account 0");
    for (int i = 1; i < 7; ++i) {
        cookie = device_.remember(with(cookie), "account " + std::to_string(i));
    }
    cookie = device_.remember(with(cookie), "account 6");
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(device_.id_for(with(cookie), "account " + std::to_string(i)), i < 2 ? "" : id);
    }
}

TEST_F(KnownDeviceTest, TakesNoOtherCookieForItsOwn) {
    for (const auto* value :
         {"", ".", "x", "knownDevice", "a.b.c", "00112233445566778899aabbccddeeff"}) {
        const auto request = with("knownDevice=" + std::string(value));
        EXPECT_EQ(device_.id_for(request, "ann"), "") << value;
        EXPECT_NE(device_.id_for(with(device_.remember(request, "ann")), "ann"), "") << value;
    }
}

}  // namespace
}  // namespace tripos::accounts
