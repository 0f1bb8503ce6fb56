// SPDX-License-Identifier: MIT
// A switch to another master that is announced while a connection is being made.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <thread>

#include "redis/connection.hpp"
#include "redis/resolver.hpp"
#include "support/fake_lookup.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::FakeLookup;
using test::run;
using test::TestRedis;

Task<> call(std::function<void()> work) {
    work();
    co_return;
}

/// Two masters of their own: whoever looks first is sent to the one that is about to be left.
class Switching : public testing::Test {
  protected:
    Switching() : from(*parse_url(left.url())), to(*parse_url(master.url())) {
        auto lookup = std::make_unique<FakeLookup>(test::context());
        fake = lookup.get();
        fake->answers = {from, to};
        Address address{.kind = Address::Kind::sentinel, .server = from, .master = "site"};
        ConnectionOptions options;
        options.resolver =
            std::make_shared<Resolver>(test::context(), address, "", std::move(lookup));
        options.connect_limit = 60s;
        options.command_limit = 60s;
        resolver = options.resolver;
        connection = std::make_unique<Connection>(test::context(), options);
    }
    ~Switching() override {
        run(connection->stop());
        run(resolver->stop());
    }

    void announce() { fake->announce(from, to); }
    void start() {
        resolver->start();
        connection->start();
    }
    void expect_to_reach_the_new_master() {
        const auto begun = std::chrono::steady_clock::now();
        run(connection->command({"SET", "seen", "1"}));
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
        EXPECT_EQ(master.raw({"EXISTS", "seen"}), ":1\r\n");
    }

    TestRedis left;
    TestRedis master;
    const Endpoint from;
    const Endpoint to;
    FakeLookup* fake = nullptr;
    std::shared_ptr<Resolver> resolver;
    std::unique_ptr<Connection> connection;
};

TEST_F(Switching, IsNotMissedBetweenTheLookAndTheConnect) {
    fake->on_found = [this] {
        fake->on_found = nullptr;
        asio::post(test::context(), [this] { announce(); });
    };
    start();
    expect_to_reach_the_new_master();
    EXPECT_EQ(left.raw({"EXISTS", "seen"}), ":0\r\n");
}

TEST_F(Switching, EndsTheWaitForTheOldMasterToAnswer) {
    left.pause();
    start();
    int looks = 0;
    while (looks == 0) {
        run(call([&] { looks = fake->looks; }));
    }
    run(call([this] { announce(); }));
    expect_to_reach_the_new_master();
}

}  // namespace
}  // namespace tripos::redis
