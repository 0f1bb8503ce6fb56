// SPDX-License-Identifier: MIT
// Every long-lived object of src/redis stands being stopped at any moment.
#include "support/start_stop.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "async/io_threads.hpp"
#include "redis/client.hpp"
#include "redis/embedded_server.hpp"
#include "redis/server_watch.hpp"
#include "redis/tracking.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::StartStopSubject;
using test::stress_start_stop;

class EmbeddedServerStartStop : public testing::Test {
  protected:
    EmbeddedServerStartStop() {
        folder_ = (std::filesystem::temp_directory_path() / "tripos-start-stop-XXXXXX").string();
        EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    }
    ~EmbeddedServerStartStop() override { std::filesystem::remove_all(folder_); }

    StartStopSubject make() {
        EmbeddedServerOptions options;
        options.directory = folder_;
        options.max_memory = 64U << 20;
        const auto server = std::make_shared<EmbeddedServer>(options);
        latest_ = server;
        return {.start = [server] { server->start(); },
                .stop = [server] { server->stop(); },
                .object = server};
    }
    /// The child dies, and is about to be started again.
    void kill_child() {
        const auto server = latest_.lock();
        if (const int pid = server->pid(); pid != 0) {
            ::kill(pid, SIGKILL);
        }
    }

  private:
    std::string folder_;
    std::weak_ptr<EmbeddedServer> latest_;
};

TEST_F(EmbeddedServerStartStop, AtAnyMomentOfItsStart) {
    stress_start_stop([this] { return make(); }, {.step = 1ms, .count = 40});
}

TEST_F(EmbeddedServerStartStop, WhileItStartsAChildThatDiedAgain) {
    // The backoff's first delay is 80 to 100 ms: the moments lie on both sides of the launch.
    stress_start_stop([this] { return make(); }, {.step = 2ms, .count = 60},
                      [this] { kill_child(); });
}

class RedisStartStop : public testing::Test {
  protected:
    ConnectionOptions options() const {
        ConnectionOptions options;
        options.endpoint = *parse_url(server_.url());
        return options;
    }

    test::TestRedis server_;
};

TEST_F(RedisStartStop, Connection) {
    const auto make = [this]() -> StartStopSubject {
        const auto connection = std::make_shared<Connection>(test::context(), options());
        return {.start = [connection] { connection->start(); },
                .stop = [connection] { test::run(connection->stop()); },
                .object = connection};
    };
    stress_start_stop(make, {.step = 50us, .count = 60});
}

class SilentListener final : public TrackingListener {
  public:
    void on_up(Announcements) override {}
    void on_changed(std::string_view) override {}
    void on_all_changed() override {}
    void on_lost() override {}
};

TEST_F(RedisStartStop, TrackingConnectionOfBothProtocols) {
    const test::TestRedis old_server(test::TestRedis::Persistence::none,
                                     "rename-command HELLO \"\"\n");
    SilentListener listener;
    for (const auto& url : {server_.url(), old_server.url()}) {
        const auto make = [&]() -> StartStopSubject {
            auto tracking = options();
            tracking.endpoint = *parse_url(url);
            tracking.tracking = &listener;
            const auto connection = std::make_shared<Connection>(test::context(), tracking);
            return {.start = [connection] { connection->start(); },
                    .stop = [connection] { test::run(connection->stop()); },
                    .object = connection};
        };
        stress_start_stop(make, {.step = 50us, .count = 60});
    }
}

/// A client on contexts of its own, and what watches its server.
struct Site {
    explicit Site(const ConnectionOptions& options) : client(threads.all(), options) {
        threads.start();
    }
    ~Site() { threads.stop(); }

    IoThreads threads{2};
    Metrics metrics;
    Client client;
    SystemClock wall;
    ServerWatch watch{client, "redis", [](const ServerReport&) { return std::vector<Finding>(); },
                      wall, metrics};
};

TEST_F(RedisStartStop, Client) {
    const auto make = [this]() -> StartStopSubject {
        const auto site = std::make_shared<Site>(options());
        return {.start = [site] { site->client.start(); },
                .stop = [site] { run_blocking(site->threads.background(), site->client.stop()); },
                .object = site};
    };
    stress_start_stop(make, {.step = 50us, .count = 40});
}

Task<> begin(ServerWatch& watch) {
    watch.start();
    co_return;
}

TEST_F(RedisStartStop, ServerWatch) {
    const auto make = [this]() -> StartStopSubject {
        const auto site = std::make_shared<Site>(options());
        return {.start = [site] { run_blocking(site->threads.background(), begin(site->watch)); },
                .stop = [site] { run_blocking(site->threads.background(), site->watch.stop()); },
                .object = site};
    };
    stress_start_stop(make, {.step = 50us, .count = 40});
}

}  // namespace
}  // namespace tripos::redis
