// SPDX-License-Identifier: MIT
#include "accounts/known_device.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
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

    static User user(const std::string& id) { return {.id = id}; }

    const Secret secret_{"e-mail secret of these tests...."};
    const CookiePolicy policy_;
    const CookiePolicy bound_{.secure = true, .host_bound = true};
    test::FakeClock clock_;
    test::SeededRandom random_;
    KnownDevice device_{secret_, policy_, clock_, random_};
    KnownDevice bound_device_{secret_, bound_, clock_, random_};
};

TEST_F(KnownDeviceTest, KnowsWhoHasLoggedInAndNobodyElse) {
    EXPECT_FALSE(device_.is_shown(http::Request()));
    EXPECT_EQ(device_.id_for(http::Request(), user("ann")), "");
    const auto cookie = device_.remember(http::Request(), user("ann"));
    EXPECT_NE(cookie.find("; Path=/api/auth; Max-Age=15552000; HttpOnly; SameSite=Lax"),
              std::string::npos)
        << cookie;
    EXPECT_TRUE(device_.is_shown(with(cookie)));
    EXPECT_EQ(device_.id_for(with(cookie), user("ann")).size(), 32U);
    EXPECT_EQ(device_.id_for(with(cookie), user("bob")), "");
    const Secret another("another secret of these tests....");
    EXPECT_EQ(KnownDevice(another, policy_, clock_, random_).id_for(with(cookie), user("ann")), "");
}

TEST_F(KnownDeviceTest, IsAStrangerAfterAnythingThatEndsWhatWasProven) {
    auto ann = user("ann");
    const auto cookie = device_.remember(http::Request(), ann);
    ++ann.generation;
    EXPECT_EQ(device_.id_for(with(cookie), ann), "");
    const auto anew = device_.remember(with(cookie), ann);
    EXPECT_NE(device_.id_for(with(anew), ann), "");
}

TEST_F(KnownDeviceTest, IsAStrangerAfter180DaysWhateverTheBrowserKeeps) {
    const auto cookie = device_.remember(http::Request(), user("ann"));
    clock_.advance(std::chrono::hours(24 * 179));
    EXPECT_NE(device_.id_for(with(cookie), user("ann")), "");
    const auto anew = device_.remember(with(cookie), user("ann"));
    clock_.advance(std::chrono::hours(24 * 2));
    EXPECT_EQ(device_.id_for(with(cookie), user("ann")), "");
    EXPECT_NE(device_.id_for(with(anew), user("ann")), "");
    // Nor does a day that the browser writes itself help.
    auto forged = cookie;
    const auto day = anew.find('.') + 1;
    forged.replace(day, 4, anew.substr(day, 4));
    EXPECT_EQ(device_.id_for(with(forged), user("ann")), "");
}

TEST_F(KnownDeviceTest, IsBoundToTheHostLikeTheSession) {
    const auto cookie = bound_device_.remember(http::Request(), user("ann"));
    EXPECT_TRUE(cookie.starts_with("__Host-knownDevice=")) << cookie;
    EXPECT_NE(cookie.find("; Path=/; Max-Age=15552000; HttpOnly; Secure"), std::string::npos)
        << cookie;
    EXPECT_NE(bound_device_.id_for(with(cookie), user("ann")), "");
    // A neighbour can set the plain name only, which is good for what was made under it, for a
    // week.
    EXPECT_EQ(bound_device_.id_for(with(cookie.substr(7)), user("ann")), "");
    const auto old = device_.remember(http::Request(), user("ann"));
    EXPECT_TRUE(bound_device_.is_shown(with(old)));
    EXPECT_NE(bound_device_.id_for(with(old), user("ann")), "");
    clock_.advance(std::chrono::hours(24 * 8));
    EXPECT_EQ(bound_device_.id_for(with(old), user("ann")), "");
    EXPECT_NE(bound_device_.id_for(with(cookie), user("ann")), "");
}

TEST_F(KnownDeviceTest, ASharedBrowserRemembersItsLatestAccounts) {
    auto cookie = device_.remember(http::Request(), user("account 0"));
    const auto id = device_.id_for(with(cookie), user("account 0"));
    for (int i = 1; i < 7; ++i) {
        cookie = device_.remember(with(cookie), user("account " + std::to_string(i)));
    }
    cookie = device_.remember(with(cookie), user("account 6"));
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(device_.id_for(with(cookie), user("account " + std::to_string(i))),
                  i < 2 ? "" : id);
    }
}

TEST_F(KnownDeviceTest, TakesNoOtherCookieForItsOwn) {
    for (const auto* value :
         {"", ".", "x", "knownDevice", "a.b.c", "00112233445566778899aabbccddeeff"}) {
        const auto request = with("knownDevice=" + std::string(value));
        EXPECT_EQ(device_.id_for(request, user("ann")), "") << value;
        EXPECT_NE(device_.id_for(with(device_.remember(request, user("ann"))), user("ann")), "")
            << value;
    }
}

}  // namespace
}  // namespace tripos::accounts
