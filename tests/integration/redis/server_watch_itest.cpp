// SPDX-License-Identifier: MIT
// What a look at a Redis server counts.
#include "redis/server_watch.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using test::run;
using test::TestRedis;

constexpr int kMuch = 100;  ///< times 64 KB: more than the server may keep

class ServerWatchTest : public testing::Test {
  protected:
    ServerWatchTest() { client_.start(); }
    ~ServerWatchTest() override {
        run(watch_.stop());
        run(client_.stop());
    }

    void look() {
        while (!client_.is_connected()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        run(watch_.look());
    }
    void overfill() {
        for (int i = 0; i < kMuch; ++i) {
            server_.raw({"SET", std::to_string(written_++), std::string(64 << 10, 'x')});
        }
    }
    double evicted() {
        return metrics_.counter("tripos_redis_evicted_keys_total", "", {{"use", "queue"}}).value();
    }
    ConnectionOptions options() const {
        ConnectionOptions options;
        options.endpoint = *parse_url(server_.url());
        return options;
    }

    TestRedis server_{TestRedis::Persistence::none,
                      "maxmemory 4mb\nmaxmemory-policy allkeys-lru\n"};
    Metrics metrics_;
    SystemClock wall_;
    Client client_{{&test::context()}, options()};
    ServerWatch watch_{client_, "queue", [](const ServerReport&) { return std::vector<Finding>(); },
                       wall_, metrics_};
    int written_ = 0;
};

TEST_F(ServerWatchTest, CountsWhatIsEvictedFromTheFirstLookOn) {
    overfill();
    look();
    EXPECT_EQ(evicted(), 0) << "that was before anybody looked";
    overfill();
    look();
    EXPECT_GE(evicted(), kMuch / 2);
}

TEST_F(ServerWatchTest, CountsAllOfAServerThatBeganAnew) {
    for (int i = 0; i < 3; ++i) {
        overfill();
    }
    look();
    server_.restart();
    overfill();
    look();
    EXPECT_GT(evicted(), 0);
}

}  // namespace
}  // namespace tripos::redis
