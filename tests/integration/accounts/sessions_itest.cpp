// SPDX-License-Identifier: MIT
// Where somebody is logged in, ending it from elsewhere, and sessions that nobody uses.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

constexpr const char* kSessions = "/api/profile/me/sessions";

class SessionsTest : public AccountsTest {
  protected:
    int status_with(const std::string& token) {
        return get("/api/profile/me", {.bearer = token}).status;
    }
    std::string log_in_from(const std::string& peer) {
        const auto answer =
            post("/api/auth/login", {{"email", kEmail}, {"password", kPassword}}, {.peer = peer});
        return std::string(answer.body.at("accessToken").as_string());
    }
    json::array sessions(const std::string& token) {
        return get(kSessions, {.bearer = token}).body.at("data").as_array();
    }
    static std::string path_of(const json::value& session) {
        return std::string(kSessions) + "/" + std::string(session.at("id").as_string());
    }
    /// As another process that has not seen any of the tokens.
    void start_with_idle_limit() {
        auto idle = options();
        idle.session_idle_limit = std::chrono::hours(1);
        start(idle);
    }
    void settle() {
        auto nothing = [](sql::Session&) { return true; };  // after what was posted before
        run(db().write(std::move(nothing)));
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SessionsTest, test::both_engines(), test::engine_name);

TEST_P(SessionsTest, OfAnAccountAreFiftyAtMostTheOldestEnds) {
    create(kEmail);
    std::vector<std::string> tokens;
    for (std::int64_t i = 0; i <= kMostSessions; ++i) {
        tokens.push_back(log_in_from("192.0.2.1"));
        clock.advance(std::chrono::seconds(1));
    }
    EXPECT_EQ(sessions(tokens.back()).size(), static_cast<std::size_t>(kMostSessions));
    clock.advance(std::chrono::minutes(2));  // until nobody believes it unseen
    EXPECT_EQ(status_with(tokens[0]), 401);
    EXPECT_EQ(status_with(tokens[1]), 200);
}

TEST_P(SessionsTest, AreListedWithTheirDevicesAndEndOneByOne) {
    create(kEmail);
    const auto laptop = log_in_from("192.0.2.1");
    clock.advance(std::chrono::minutes(10));
    const auto stolen = log_in_from("203.0.113.9");
    const auto found = sessions(laptop);
    ASSERT_EQ(found.size(), 2U);
    const auto& other = found[0].at("isCurrent").as_bool() ? found[1] : found[0];
    const auto& own = found[0].at("isCurrent").as_bool() ? found[0] : found[1];
    EXPECT_TRUE(own.at("isCurrent").as_bool());
    EXPECT_FALSE(other.at("isCurrent").as_bool());
    EXPECT_EQ(own.at("ip"), "192.0.2.1");
    EXPECT_EQ(other.at("ip"), "203.0.113.9");
    EXPECT_EQ(other.at("device"), "Test/1.0");
    EXPECT_EQ(status_with(stolen), 200);
    EXPECT_EQ(remove(path_of(other), {.bearer = laptop}).status, 200);
    EXPECT_EQ(status_with(stolen), 401);
    EXPECT_EQ(status_with(laptop), 200);
    EXPECT_EQ(remove(path_of(other), {.bearer = laptop}).status, 404);
    const auto last = remove(path_of(own), {.bearer = laptop});
    EXPECT_EQ(last.header("Set-Cookie"), "accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    EXPECT_EQ(status_with(laptop), 401);
}

TEST_P(SessionsTest, AreNotListedAfterTheirEnd) {
    create(kEmail);
    log_in_from("203.0.113.9");
    clock.advance(std::chrono::hours(24));
    const auto later = log_in_from("192.0.2.1");
    EXPECT_EQ(sessions(later).size(), 2U);
    clock.advance(std::chrono::hours(6 * 24) + std::chrono::seconds(1));
    const auto found = sessions(later);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].at("ip"), "192.0.2.1");
}

TEST_P(SessionsTest, OfOthersAreNobodysBusiness) {
    const auto mine = token_of();
    const auto theirs = token_of("eve@college.example");
    const auto found = sessions(mine);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(remove(path_of(found[0]), {.bearer = theirs}).status, 404);
    EXPECT_EQ(remove(std::string(kSessions) + "/nonsense", {.bearer = theirs}).status, 404);
    EXPECT_EQ(status_with(mine), 200);
}

TEST_P(SessionsTest, EndWhenNobodyUsesThem) {
    start_with_idle_limit();
    const auto used = token_of();
    const auto left = log_in_from("203.0.113.9");
    for (int i = 0; i < 3; ++i) {
        clock.advance(std::chrono::minutes(30));
        EXPECT_EQ(status_with(used), 200);
        settle();
    }
    EXPECT_EQ(sessions(used).size(), 1U);
    EXPECT_EQ(status_with(left), 401);
    clock.advance(std::chrono::minutes(60));
    EXPECT_EQ(status_with(used), 200);
    settle();
    clock.advance(std::chrono::minutes(66));
    EXPECT_EQ(status_with(used), 401);
}

TEST_P(SessionsTest, NeverEndInTheMiddleOfAnAttempt) {
    start_with_idle_limit();
    sits_exam = true;
    const auto token = token_of();
    clock.advance(std::chrono::hours(5));
    EXPECT_EQ(status_with(token), 200);
    settle();
    sits_exam = false;
    clock.advance(std::chrono::hours(2));
    EXPECT_EQ(status_with(token), 401);
}

TEST_P(SessionsTest, WithoutALimitLiveTheirSevenDays) {
    const auto token = token_of();
    clock.advance(std::chrono::hours(7 * 24) - std::chrono::seconds(1));
    EXPECT_EQ(status_with(token), 200);
}

}  // namespace
}  // namespace tripos::accounts
