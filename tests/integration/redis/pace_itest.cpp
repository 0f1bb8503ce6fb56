// SPDX-License-Identifier: MIT
// How often a connection speaks that has nothing to say, and one that is not let in.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <thread>

#include "core/text.hpp"
#include "redis/detail/connection_impl.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::TestRedis;

constexpr const char* kOneUser = "user app on >pw ~* &* +@all\n";

class Paced {
  public:
    Paced(const TestRedis& server, const char* password, ConnectionPace pace) {
        ConnectionOptions options;
        options.endpoint = *parse_url(server.url());
        options.endpoint.user = "app";
        options.endpoint.password = Secret(password);
        impl_ = std::make_shared<Connection::Impl>(test::context(), options, pace);
        asio::post(test::context(), [impl = impl_] { impl->begin(); });
    }
    ~Paced() { run(impl_->stop()); }
    Paced(const Paced&) = delete;
    Paced& operator=(const Paced&) = delete;

    bool is_connected() const { return impl_->is_connected(); }

  private:
    std::shared_ptr<Connection::Impl> impl_;
};

/// How often the server was told `command`, by INFO.
std::int64_t calls_of(const TestRedis& server, const std::string& command) {
    const auto report = server.raw({"INFO", "commandstats"});
    const auto name = "cmdstat_" + command + ":calls=";
    const auto begin = report.find(name);
    if (begin == std::string::npos) {
        return 0;
    }
    const auto digits = std::string_view(report).substr(begin + name.size());
    return parse_int(digits.substr(0, digits.find(','))).value_or(0);
}

template <class Condition>
bool comes_true(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(2ms);
    }
    return condition();
}

TEST(Pace, ConnectionWithNothingToSaySaysPing) {
    const TestRedis server(TestRedis::Persistence::none, kOneUser);
    const Paced connection(server, "pw", {.idle = 10ms});
    ASSERT_TRUE(comes_true([&] { return connection.is_connected(); }));
    const auto before = calls_of(server, "ping");
    EXPECT_TRUE(comes_true([&] { return calls_of(server, "ping") > before + 5; }));
    EXPECT_EQ(calls_of(server, "hello"), 1) << "on one connection";
}

TEST(Pace, RefusedLogInsComeAtAPaceOfTheirOwn) {
    const TestRedis server(TestRedis::Persistence::none, kOneUser);
    const Paced connection(server, "else", {.shut_out = 1ms});
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(comes_true([&] { return calls_of(server, "hello") > 20; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s) << "the usual pauses come to 30 s";
    server.raw({"ACL", "SETUSER", "app", ">else"});
    EXPECT_TRUE(comes_true([&] { return connection.is_connected(); }));
}

}  // namespace
}  // namespace tripos::redis
