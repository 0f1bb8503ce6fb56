// SPDX-License-Identifier: MIT
// Log-in, log-out, and what a session is good for.

#include <thread>

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class LoginTest : public AccountsTest {
  protected:
    int status_with(const std::string& token) {
        return get("/api/profile/me", {.bearer = token}).status;
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, LoginTest, test::both_engines(), test::engine_name);

TEST_P(LoginTest, AnswersWithUserTokenAndCookie) {
    const auto id = create(kEmail);
    const auto answer = log_in("ANN@college.example");
    ASSERT_EQ(answer.status, 200);
    const json::object user{{"id", id},
                            {"email", kEmail},
                            {"fullName", "Ann Example"},
                            {"role", "USER"},
                            {"roles", json::array()}};
    EXPECT_EQ(answer.body.at("user").as_object(), user);
    const auto token = std::string(answer.body.at("accessToken").as_string());
    EXPECT_EQ(answer.header("Set-Cookie"),
              "accessToken=" + token + "; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
    EXPECT_EQ(get("/api/profile/me", {.cookie = token}).status, 200);
    EXPECT_EQ(status_with(token), 200);
}

TEST_P(LoginTest, APasswordThatIsReplacedWhileItIsHashedOpensNoSession) {
    auto slow = options();
    slow.password_cost = {.passes = 30, .memory = 19 * 1024 * 1024};
    start(slow);
    const auto id = create(kEmail);
    const auto& hashed = metrics_.counter("tripos_passwords_hashed_total", "Passwords hashed");
    const auto before = hashed.value();
    auto thief =
        request(http::Method::post, "/api/auth/login",
                json::serialize(json::object{{"email", kEmail}, {"password", kPassword}}), {});
    auto answer = asio::co_spawn(test::context(), router_->dispatch(thief), asio::use_future);
    while (hashed.value() == before) {
        std::this_thread::yield();
    }
    auto replace = [&](sql::Session& session) {
        replace_password(session, *find_user(session, id), "another", clock.now());
        begin_generation(session, id);
    };
    run(db().write(std::move(replace)));
    EXPECT_EQ(answer.get().status, 401);
}

TEST_P(LoginTest, AnswersAlikeForAWrongPasswordAndAnUnknownAddress) {
    create(kEmail);
    sign_up("unverified@college.example");
    const auto wrong = log_in(kEmail, "wrong horse");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(log_in("unknown@college.example").body, wrong.body);
    EXPECT_EQ(log_in("unverified@college.example", "wrong horse").body, wrong.body);
}

TEST_P(LoginTest, TellsTheOwnerThatTheAddressIsNotVerified) {
    sign_up();
    const auto answer = log_in();
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "email_not_verified");
    EXPECT_EQ(answer.body.at("email"), kEmail);
    EXPECT_TRUE(answer.header("Set-Cookie").empty());
}

TEST_P(LoginTest, NamesEveryBadField) {
    EXPECT_EQ(post("/api/auth/login", json::object()).fields(),
              (std::vector<std::string>{"email", "password"}));
    EXPECT_EQ(post("/api/auth/login", {{"email", "nobody"}, {"password", ""}}).fields(),
              (std::vector<std::string>{"email", "password"}));
    EXPECT_EQ(ask_raw(http::Method::post, "/api/auth/login", "{").status, 400);
    EXPECT_EQ(ask_raw(http::Method::post, "/api/auth/login", "[]").status, 400);
}

TEST_P(LoginTest, LimitsTriesPerAccountAndAddress) {
    create(kEmail);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(log_in(kEmail, "wrong horse").status, 401);
        clock.advance(std::chrono::minutes(1));
    }
    const auto refused = log_in();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "300");
    // The owner, at another address, is not locked out.
    EXPECT_EQ(
        post("/api/auth/login", {{"email", kEmail}, {"password", kPassword}}, {.peer = "192.0.2.2"})
            .status,
        200);
    clock.advance(std::chrono::minutes(5));
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(LoginTest, WrongTriesBeyondTheThirdWaitLongerAndLonger) {
    create(kEmail);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(log_in(kEmail, "wrong horse").status, 401);
    }
    for (const int seconds : {1, 2, 4, 8, 16, 32}) {
        EXPECT_EQ(log_in().header("Retry-After"), std::to_string(seconds));
        clock.advance(std::chrono::seconds(seconds));
        EXPECT_EQ(log_in(kEmail, "wrong horse").status, 401);
    }
}

TEST_P(LoginTest, WhoGetsInIsNotCounted) {
    auto few = options();
    few.limits.log_in_per_client.count = 3;
    few.limits.log_in_per_account.count = 3;
    start(few);
    create(kEmail);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(log_in().status, 200);
    }
}

TEST_P(LoginTest, LimitsTriesPerAddress) {
    auto few = options();
    few.limits.log_in_per_client.count = 3;
    start(few);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(log_in("u" + std::to_string(i) + "@college.example").status, 401);
    }
    EXPECT_EQ(log_in("u9@college.example").status, 429);
}

TEST_P(LoginTest, JunkFromAnAddressKeepsNobodyOutWhoKnowsThePassword) {
    auto few = options();
    few.limits.log_in_per_client.count = 3;
    start(few);
    create(kEmail);
    create("bob@college.example");
    for (int i = 0; i < 3; ++i) {
        log_in("u" + std::to_string(i) + "@college.example");
    }
    EXPECT_EQ(log_in().status, 200);
    // A guesser is told nothing that unknown addresses are not told, and has three tries a day.
    const auto unknown = log_in("u9@college.example");
    EXPECT_EQ(unknown.status, 429);
    for (int i = 0; i < 3; ++i) {
        const auto wrong = log_in(kEmail, "wrong horse");
        EXPECT_EQ(wrong.status, 429);
        EXPECT_EQ(wrong.header("Retry-After"), unknown.header("Retry-After"));
    }
    EXPECT_EQ(log_in().status, 429) << "somebody was after this account";
    EXPECT_EQ(log_in("bob@college.example").status, 200);
    clock.advance(std::chrono::minutes(15));
    EXPECT_EQ(log_in().status, 200) << "the address is not spent any more";
}

TEST_P(LoginTest, JunkThatCameFirstKeepsNobodyOutWhoWaitsBehindIt) {
    auto few = options();
    few.limits.log_in_per_client.count = 3;
    start(few);
    create(kEmail);
    const auto junk = [](int number) {
        return request(http::Method::post, "/api/auth/login",
                       json::serialize(json::object{
                           {"email", "u" + std::to_string(number) + "@college.example"},
                           {"password", "wrong horse"}}),
                       {});
    };
    std::vector<http::Request> requests;
    for (int i = 0; i < 20; ++i) {
        requests.push_back(junk(i));
    }
    std::vector<std::future<http::Response>> waiting;
    for (auto& one : requests) {
        waiting.push_back(
            asio::co_spawn(test::context(), router_->dispatch(one), asio::use_future));
    }
    EXPECT_EQ(log_in().status, 200);
    for (auto& one : waiting) {
        one.get();
    }
}

TEST_P(LoginTest, WithoutEndLeavesTheTrailItsRoom) {
    create(kEmail);
    const auto told = [this] {
        auto look = [](sql::Session& session) {
            return audit::count(session, {.actor = "", .action = "auth.login", .about = ""});
        };
        return run(db().read(std::move(look)));
    };
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(log_in().status, 200);
    }
    EXPECT_EQ(told(), 20);
}

TEST_P(LoginTest, LogOutEndsThatSessionAtOnce) {
    const auto first = token_of();
    const auto second = std::string(log_in().body.at("accessToken").as_string());
    EXPECT_EQ(status_with(first), 200);
    const auto answer = post_nothing("/api/auth/logout", {.bearer = first});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Set-Cookie"),
              "accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    EXPECT_EQ(status_with(first), 401);
    EXPECT_EQ(status_with(second), 200);
}

/// A second server on the same database and Redis; not connected: one that is cut off from Redis.
class SecondServer {
  public:
    enum class Redis { connected, cut_off };

    SecondServer(Redis redis, const std::string& url, const std::string& prefix,
                 sql::Database& database, Secret secret, const Clock& clock)
        : client_({&test::context()}, {.endpoint = *redis::parse_url(url)}),
          cache_(client_, {.prefix = prefix}, metrics_),
          sessions_(
              database, cache_, {.secret = std::move(secret)}, [](auto&&...) { return false; },
              clock, random_) {
        if (redis == Redis::connected) {
            client_.start();
            run(client_.command({"PING"}));
        }
    }
    ~SecondServer() {
        run(cache_.stop());
        run(client_.stop());
    }
    SecondServer(const SecondServer&) = delete;
    SecondServer& operator=(const SecondServer&) = delete;

    bool lets_in(const std::string& token) {
        return run(sessions_.authenticate(token)).has_value();
    }
    bool knows(const std::string& token) const { return sessions_.recent(token) != nullptr; }

  private:
    template <class T>
    static T run(Task<T> task) {
        return test::run(std::move(task));
    }

    test::SeededRandom random_;
    Metrics metrics_;
    redis::Client client_;
    cache::Cache cache_;
    Sessions sessions_;
};

TEST_P(LoginTest, LogOutOnOneServerEndsTheSessionOnTheOther) {
    const auto token = token_of();
    SecondServer other(SecondServer::Redis::connected, redis_server().url(), prefix(), db(),
                       options().access_secret, clock);
    EXPECT_TRUE(other.lets_in(token));
    ASSERT_TRUE(other.knows(token));
    post_nothing("/api/auth/logout", {.bearer = token});
    // The clock stands still: only Redis can have told.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (other.knows(token) && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_FALSE(other.knows(token));
    EXPECT_FALSE(other.lets_in(token));
}

TEST_P(LoginTest, ServerCutOffFromRedisBelievesInASessionForOneMinute) {
    const auto token = token_of();
    SecondServer other(SecondServer::Redis::cut_off, redis_server().url(), prefix(), db(),
                       options().access_secret, clock);
    EXPECT_TRUE(other.lets_in(token));
    post_nothing("/api/auth/logout", {.bearer = token});
    clock.advance(std::chrono::seconds(59));
    EXPECT_TRUE(other.lets_in(token));
    clock.advance(std::chrono::seconds(1));
    EXPECT_FALSE(other.lets_in(token));
}

TEST_P(LoginTest, LogOutNeedsNoSession) {
    EXPECT_EQ(post_nothing("/api/auth/logout").status, 200);
    EXPECT_EQ(post_nothing("/api/auth/logout", {.bearer = "rubbish"}).status, 200);
}

TEST_P(LoginTest, SaysWhatIsWrongWithAToken) {
    const auto token = token_of();
    const auto message = [this](Sender sender) {
        const auto answer = get("/api/profile/me", sender);
        EXPECT_EQ(answer.status, 401);
        return answer.message();
    };
    EXPECT_EQ(message({}), "Unauthorized");
    EXPECT_EQ(message({.bearer = "rubbish"}), "Invalid token");
    EXPECT_EQ(message({.cookie = token + "x"}), "Invalid token");
    clock.advance(std::chrono::hours(7 * 24));
    EXPECT_EQ(message({.bearer = token}), "Token expired");
}

TEST_P(LoginTest, AnotherProcessNoticesAnEndedSessionWithinAMinute) {
    const auto token = token_of();
    EXPECT_EQ(status_with(token), 200);
    auto end = [](sql::Session& session) { session.execute("DELETE FROM sessions"); };
    run(db().write(std::move(end)));
    EXPECT_EQ(status_with(token), 200);
    clock.advance(std::chrono::seconds(60));
    EXPECT_EQ(status_with(token), 401);
}

TEST_P(LoginTest, ARecentSessionNeedsNoDatabase) {
    const auto token = token_of();
    EXPECT_EQ(status_with(token), 200);
    const auto before = db().stats().statements;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(post("/api/auth/change-password", json::object(), {.bearer = token}).status, 400);
    }
    EXPECT_EQ(db().stats().statements, before);
}

TEST_P(LoginTest, ForeignPagesCannotUseTheCookie) {
    const auto token = token_of();
    const json::object change{{"fullName", "Ann Other"}};
    const auto status = [&](Sender sender) {
        return put("/api/profile/me", change, sender).status;
    };
    EXPECT_EQ(status({.cookie = token}), 403);
    EXPECT_EQ(status({.cookie = token, .origin = "https://evil.example"}), 403);
    EXPECT_EQ(status({.cookie = token, .origin = "null"}), 403);
    EXPECT_EQ(status({.cookie = token, .origin = "https://exams.example"}), 200);
    EXPECT_EQ(status({.cookie = token, .origin = "https://app.example"}), 200);
    EXPECT_EQ(status({.bearer = token, .origin = "https://evil.example"}), 200);
    const auto refused =
        post_nothing("/api/auth/logout", {.cookie = token, .origin = "https://evil.example"});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "cross_site");
    EXPECT_EQ(status_with(token), 200);
}

}  // namespace
}  // namespace tripos::accounts
