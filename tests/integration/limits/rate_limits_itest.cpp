// SPDX-License-Identifier: MIT
// Limits that several processes share through a real Redis, and what they do without it.

#include "limits/rate_limits.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <random>

#include "support/fake_clock.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::limits {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::run;
using Limit = http::RateLimit;

const Limit kMails{.counter = "mail", .count = 5, .window = minutes(60)};
const Limit kFailures{.counter = "log-in",
                      .per = Limit::Per::account_at_client,
                      .counts = Limit::Counts::failures,
                      .count = 10,
                      .window = minutes(15),
                      .without_delay = 3};

/// One process of the site.
class Process {
  public:
    Process(const test::TestRedis& server, const Clock& clock, RateLimitsOptions options = {},
            std::chrono::milliseconds command_limit = std::chrono::milliseconds(200))
        : client_({&test::context()},
                  {.endpoint = *redis::parse_url(server.url()), .command_limit = command_limit}),
          limits_(&client_, clock, metrics_, options) {
        client_.start();
        run(client_.command({"PING"}));
    }
    ~Process() { run(client_.stop()); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    Claim claim(const Limit& limit, const std::string& peer, const std::string& account = "a") {
        http::Request request;
        request.peer = peer;
        request.limits = std::span(&limit, 1);
        return limits_.claim(request, {.account = account, .recipient = account});
    }
    RateLimits& limits() { return limits_; }
    bool admits(const Limit& limit, const std::string& peer = "192.0.2.1",
                const std::string& account = "a") {
        return run(claim(limit, peer, account).admit()).has_value();
    }
    void fail(const std::string& account = "a") {
        run(claim(kFailures, "192.0.2.1", account).failed());
    }

  private:
    Metrics metrics_;
    redis::Client client_;
    RateLimits limits_;
};

class RateLimitsTest : public testing::Test {
  protected:
    test::TestRedis server_{test::TestRedis::Persistence::append_only};
    test::FakeClock clock_;
};

TEST_F(RateLimitsTest, ProcessesCountTogether) {
    Process one(server_, clock_);
    Process other(server_, clock_);
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE((i % 2 == 0 ? one : other).admits(kMails));
    }
    EXPECT_FALSE(one.admits(kMails));
    EXPECT_FALSE(other.admits(kMails));
    EXPECT_TRUE(other.admits(kMails, "192.0.2.2"));
    clock_.advance(minutes(60));
    EXPECT_TRUE(one.admits(kMails));
}

TEST_F(RateLimitsTest, AllDevicesOfAnAccountStandInLineAsOne) {
    Metrics metrics;
    RateLimits limits(nullptr, clock_, metrics);
    const auto client_of = [&](const std::string& account, const std::string& device) {
        http::Request request;
        request.peer = "192.0.2.1";
        return limits.claim(request, {.device = device, .account = account}).client();
    };
    EXPECT_EQ(client_of("a", "one"), client_of("a", "two"));
    EXPECT_NE(client_of("a", "one"), client_of("b", "one"));
    EXPECT_EQ(client_of("a", ""), client_of("b", ""));
    EXPECT_NE(client_of("a", "one"), client_of("a", ""));
}

TEST_F(RateLimitsTest, WhereAClientIsSpentOtherLimitsHoldForWhoeverHasMoreToShow) {
    Metrics metrics;
    RateLimits limits(nullptr, clock_, metrics);
    const std::vector<Limit> doors{{.counter = "door", .count = 5, .window = minutes(60)},
                                   {.counter = "late-door",
                                    .per = Limit::Per::account_at_client,
                                    .count = 2,
                                    .window = minutes(60),
                                    .beyond_client = true}};
    http::Request request;
    request.peer = "192.0.2.1";
    request.limits = doors;
    const auto passed = [&](const std::string& account, bool is_beyond) {
        int admitted = 0;
        for (int i = 0; i < 10; ++i) {
            const auto claim = limits.claim(request, Subject{.account = account});
            admitted += run((is_beyond ? claim.beyond_client() : claim).admit()) ? 1 : 0;
        }
        return admitted;
    };
    EXPECT_EQ(passed("a", false), 5);
    EXPECT_EQ(passed("b", false), 0);
    EXPECT_EQ(passed("b", true), 2);
    EXPECT_EQ(passed("c", true), 2);
}

TEST_F(RateLimitsTest, OfManyAtOnceNoMoreGetInThanFit) {
    Process one(server_, clock_);
    Process other(server_, clock_);
    std::vector<Claim> claims;
    std::vector<std::future<Result<>>> waiting;
    for (int i = 0; i < 100; ++i) {
        claims.push_back((i % 2 == 0 ? one : other).claim(kMails, "192.0.2.1"));
    }
    for (const auto& claim : claims) {
        waiting.push_back(asio::co_spawn(test::context(), claim.admit(), asio::use_future));
    }
    int admitted = 0;
    for (auto& one_of : waiting) {
        admitted += one_of.get() ? 1 : 0;
    }
    EXPECT_EQ(admitted, 5);
}

TEST_F(RateLimitsTest, WithoutRedisAProcessGoesOnFromWhereAllHadCome) {
    Process one(server_, clock_);
    Process other(server_, clock_);
    for (int i = 0; i < 2; ++i) {
        other.fail();
        one.fail();
    }
    server_.kill();
    EXPECT_FALSE(one.admits(kFailures));  // the fourth failure delays
    clock_.advance(seconds(1));
    EXPECT_TRUE(one.admits(kFailures));
    for (int i = 0; i < 6; ++i) {
        clock_.advance(minutes(1));
        EXPECT_TRUE(one.admits(kFailures));
        one.fail();
    }
    clock_.advance(minutes(1));
    EXPECT_FALSE(one.admits(kFailures));
    server_.restart();
    // What it counted alone holds for all as soon as it asks again.
    const auto deadline = std::chrono::steady_clock::now() + seconds(10);
    while (other.admits(kFailures) && std::chrono::steady_clock::now() < deadline) {
        EXPECT_FALSE(one.admits(kFailures));
    }
    EXPECT_FALSE(other.admits(kFailures));
}

TEST_F(RateLimitsTest, WhatEachProcessCountedAloneIsAdded) {
    const Limit failures{
        .counter = "alone", .counts = Limit::Counts::failures, .count = 100, .window = minutes(60)};
    Process one(server_, clock_);
    Process other(server_, clock_);
    const auto fail = [&](int times) {
        for (int i = 0; i < times; ++i) {
            run(one.claim(failures, "192.0.2.1").failed());
            run(other.claim(failures, "192.0.2.1").failed());
        }
    };
    fail(2);
    server_.kill();
    fail(5);
    server_.restart();
    const auto keys = server_.raw({"KEYS", "{tripos}:limit:alone:*"});
    const auto key = keys.substr(keys.find("{tripos}"), 53);
    const auto counted = [&] { return server_.raw({"GET", key}); };
    const auto deadline = std::chrono::steady_clock::now() + seconds(10);
    while (counted().find("\r\n14 ") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline) {
        // Many at once tell it once.
        const auto claim = one.claim(failures, "192.0.2.1");
        std::vector<std::future<Result<>>> looks;
        for (int i = 0; i < 10; ++i) {
            looks.push_back(asio::co_spawn(test::context(), claim.look(), asio::use_future));
        }
        for (auto& look : looks) {
            EXPECT_TRUE(look.get());
        }
        run(other.claim(failures, "192.0.2.1").look());
    }
    run(one.claim(failures, "192.0.2.1").failed());
    run(other.claim(failures, "192.0.2.1").failed());
    EXPECT_NE(counted().find("\r\n16 "), std::string::npos) << counted();
}

TEST_F(RateLimitsTest, NobodyWaitsLongForAServerThatJustWentAway) {
    Process one(server_, clock_, {}, seconds(20));
    EXPECT_TRUE(one.admits(kMails));
    server_.kill();
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(one.admits(kMails));
    }
    EXPECT_FALSE(one.admits(kMails));
    EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
}

TEST_F(RateLimitsTest, AServerThatLostItsMemoryIsTold) {
    Process one(server_, clock_);
    for (int i = 0; i < 5; ++i) {
        one.admits(kMails);
    }
    server_.flush();
    EXPECT_FALSE(one.admits(kMails));
    Process other(server_, clock_);
    EXPECT_FALSE(other.admits(kMails));
}

TEST_F(RateLimitsTest, AFloodOfClientsPushesNothingOutAndShutsOutStrangersOnly) {
    Process one(server_, clock_, {.room = 50});
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(one.admits(kMails));
    }
    int let_in = 0;
    for (int i = 0; i < 500; ++i) {
        let_in +=
            one.admits(kMails, "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250))
                ? 1
                : 0;
    }
    EXPECT_EQ(let_in, 49);
    EXPECT_FALSE(one.admits(kMails));
    EXPECT_TRUE(one.admits(kMails, "198.51.0.1"));
    EXPECT_TRUE(one.admits(kFailures));  // an account has room of its own
    clock_.advance(minutes(60));
    EXPECT_TRUE(one.admits(kMails, "203.0.113.1"));
}

TEST_F(RateLimitsTest, AsManyInventedSubjectsAsThereIsRoomKeepNoNewcomerOut) {
    constexpr std::size_t kRoom = 50;
    Metrics metrics;
    RateLimits alone(nullptr, clock_, metrics, {.room = kRoom});
    Process shared(server_, clock_, {.room = kRoom});
    const Limit wrong_links{
        .counter = "link", .counts = Limit::Counts::failures, .count = 600, .window = minutes(15)};
    Limit mails_to{kMails};
    mails_to.per = Limit::Per::recipient;
    Limit proofs{kFailures};
    proofs.counter = "password";
    proofs.per = Limit::Per::account;
    Limit log_ins{kFailures};
    log_ins.per = Limit::Per::client;
    log_ins.count = 600;
    const Limit invented[] = {wrong_links, mails_to, proofs};
    const Limit at_the_door[] = {log_ins, kFailures};
    for (auto* limits : {&alone, &shared.limits()}) {
        http::Request request;
        for (std::size_t i = 0; i < 2 * kRoom; ++i) {
            request.peer = "198.51.100." + std::to_string(i);
            request.limits = invented;
            const auto who = std::to_string(i);
            const auto claim = limits->claim(request, {.account = who, .recipient = who});
            run(claim.admit());
            run(claim.failed());
        }
        request.peer = "203.0.113.1";
        EXPECT_FALSE(run(limits->claim(request, {.account = "x", .recipient = "x"}).admit()));
        request.limits = at_the_door;
        EXPECT_TRUE(run(limits->claim(request, {.account = "ann"}).admit()));
    }
}

TEST_F(RateLimitsTest, WhoIsNotKnownYetMakesNoCounterButTheClients) {
    Process one(server_, clock_);
    Limit proofs{kFailures};
    proofs.per = Limit::Per::account;
    const Limit behind_a_link[] = {kMails, proofs};
    http::Request request;
    request.peer = "192.0.2.1";
    request.limits = behind_a_link;
    const auto claim = one.limits().claim(request, {});
    run(claim.admit());
    run(claim.failed());
    EXPECT_EQ(server_.raw({"KEYS", "{tripos}:limit:log-in:*"}), "*0\r\n");
    run(claim.of("ann").failed());
    EXPECT_NE(server_.raw({"KEYS", "{tripos}:limit:log-in:*"}), "*0\r\n");
}

TEST_F(RateLimitsTest, AServerWithoutMemoryLeftIsDoneWithout) {
    test::TestRedis full(test::TestRedis::Persistence::none,
                         "maxmemory 1\nmaxmemory-policy noeviction\n");
    Process one(full, clock_);
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(one.admits(kMails));
    }
    EXPECT_FALSE(one.admits(kMails));
}

TEST_F(RateLimitsTest, KeysTellNobodysAddressAndEnd) {
    Process one(server_, clock_);
    one.fail("ann@college.example");
    const auto keys = server_.raw({"KEYS", "*"});
    EXPECT_NE(keys.find("{tripos}:limit:log-in:"), std::string::npos) << keys;
    EXPECT_EQ(keys.find("ann"), std::string::npos) << keys;
    const auto key = keys.substr(keys.find("{tripos}:limit:log-in:"), 54);
    EXPECT_NE(server_.raw({"PTTL", key}).find(":9"), std::string::npos);  // 15 min and a little
}

/// The table in the process and the script in Redis are one machine: the same words, the same
/// answers.
TEST_F(RateLimitsTest, TheScriptAndTheTableAgree) {
    Metrics metrics;
    RateLimits alone(nullptr, clock_, metrics, {.room = 6});
    Process shared(server_, clock_, {.room = 6});
    std::mt19937 dice(7);
    const auto pick = [&dice](int below) {
        return static_cast<int>(dice() % static_cast<unsigned>(below));
    };
    const Limit limits[] = {
        {.counter = "a", .count = 2, .window = seconds(40)},
        {.counter = "b",
         .per = Limit::Per::account,
         .counts = Limit::Counts::failures,
         .count = 6,
         .window = seconds(90),
         .without_delay = 2},
        {.counter = "c", .per = Limit::Per::recipient, .count = 3, .window = seconds(60)}};
    for (int i = 0; i < 3000; ++i) {
        http::Request request;
        request.peer = "192.0.2." + std::to_string(pick(8));
        request.limits = std::span(limits).first(static_cast<std::size_t>(1 + pick(3)));
        const auto who = std::to_string(pick(8));
        const Subject subject{.account = who, .recipient = who};
        const auto here = alone.claim(request, subject);
        const auto there = shared.limits().claim(request, subject);
        if (pick(3) == 0) {
            run(here.failed());
            run(there.failed());
        } else {
            const auto mine = run(here.admit());
            const auto theirs = run(there.admit());
            ASSERT_EQ(mine.has_value(), theirs.has_value()) << i;
            if (!mine) {
                ASSERT_EQ(mine.error().retry_after, theirs.error().retry_after) << i;
            }
        }
        clock_.advance(std::chrono::milliseconds(pick(1500)));
    }
}

}  // namespace
}  // namespace tripos::limits
