// SPDX-License-Identifier: MIT
#include "redis/connection.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "async/io_threads.hpp"
#include "async/with_timeout.hpp"
#include "redis/client.hpp"
#include "support/test_redis.hpp"
#include "telemetry/log.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::TestRedis;

ConnectionOptions options_for(const TestRedis& server) {
    ConnectionOptions options;
    options.endpoint = *parse_url(server.url());
    options.client_name = "itest";
    options.connect_limit = 10s;  // a machine that is busy is not an outage
    options.command_limit = 10s;
    return options;
}

/// For those that wait for a limit to pass.
ConnectionOptions impatient_options_for(const TestRedis& server) {
    auto options = options_for(server);
    options.connect_limit = 300ms;
    options.command_limit = 300ms;
    return options;
}

/// A connection on a context that a thread runs.
class Bundle {
  public:
    explicit Bundle(ConnectionOptions options) : threads_(1) {
        connection_ = std::make_unique<Connection>(threads_.background(), std::move(options));
        threads_.start();
        connection_->start();
    }
    ~Bundle() {
        run_blocking(context(), connection_->stop());
        threads_.stop();
    }
    Bundle(const Bundle&) = delete;
    Bundle& operator=(const Bundle&) = delete;

    asio::io_context& context() { return threads_.background(); }
    Connection& connection() { return *connection_; }
    Reply command(Arguments arguments) {
        return run_blocking(context(), connection_->command(std::move(arguments)));
    }

    std::future<Reply> begin(Arguments arguments) {
        return asio::co_spawn(context(), connection_->command(std::move(arguments)),
                              asio::use_future);
    }
    std::future<Reply> begin(Arguments arguments, std::chrono::milliseconds limit) {
        return asio::co_spawn(context(), connection_->blocking_command(std::move(arguments), limit),
                              asio::use_future);
    }

    /// Repeats PING until it succeeds.
    void await_recovery() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < deadline) {
            try {
                command({"PING"});
                return;
            } catch (const Unavailable&) {
                std::this_thread::sleep_for(5ms);
            }
        }
        FAIL() << "not connected again";
    }

  private:
    IoThreads threads_;
    std::unique_ptr<Connection> connection_;
};

TEST(Connection, AnswersCommandsIssuedBeforeItIsConnected) {
    TestRedis server;
    Bundle bundle(options_for(server));
    EXPECT_EQ(bundle.command({"SET", "k", "v"}).text, "OK");
    EXPECT_EQ(bundle.command({"GET", "k"}).text, "v");
    EXPECT_TRUE(bundle.command({"GET", "absent"}).is_null());
    EXPECT_TRUE(bundle.command({"HGET", "k", "f"}).is_error());
    EXPECT_EQ(bundle.command({"CLIENT", "GETNAME"}).text, "itest");
    EXPECT_TRUE(bundle.connection().is_connected());
}

Task<int> get_many(Connection& connection, int begin, int end) {
    int right = 0;
    for (int i = begin; i < end; ++i) {
        Arguments set;
        set.push_back("SET");
        set.push_back("key" + std::to_string(i));
        set.push_back(std::to_string(i));
        co_await connection.command(std::move(set));
        Arguments get;
        get.push_back("GET");
        get.push_back("key" + std::to_string(i));
        const Reply reply = co_await connection.command(std::move(get));
        right += reply.text == std::to_string(i) ? 1 : 0;
    }
    co_return right;
}

TEST(Connection, GivesEachOfManyCoroutinesItsOwnReplies) {
    TestRedis server;
    Bundle bundle(options_for(server));
    std::vector<std::future<int>> all;
    for (int i = 0; i < 100; ++i) {
        all.push_back(asio::co_spawn(bundle.context(),
                                     get_many(bundle.connection(), i * 20, i * 20 + 20),
                                     asio::use_future));
    }
    for (auto& one : all) {
        EXPECT_EQ(one.get(), 20);
    }
}

TEST(Connection, PipelineAnswersInOrderWithErrorsAsReplies) {
    TestRedis server;
    Bundle bundle(options_for(server));
    std::vector<Arguments> commands{{"SET", "a", "1"}, {"INCR", "a"}, {"NOSUCH"}, {"GET", "a"}};
    const auto replies =
        run_blocking(bundle.context(), bundle.connection().pipeline(std::move(commands)));
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_EQ(replies[0].text, "OK");
    EXPECT_EQ(replies[1].integer, 2);
    EXPECT_TRUE(replies[2].is_error());
    EXPECT_EQ(replies[3].text, "2");
    EXPECT_TRUE(run_blocking(bundle.context(), bundle.connection().pipeline({})).empty());
}

TEST(Connection, CarriesValuesOfSeveralMegabytes) {
    TestRedis server;
    Bundle bundle(options_for(server));
    const std::string big(8U << 20, 'x');
    EXPECT_EQ(bundle.command({"SET", "big", big}).text, "OK");
    EXPECT_EQ(bundle.command({"GET", "big"}).text, big);
}

TEST(Connection, ComesBackAfterARestartAndLogsTheOutageOnce) {
    TestRedis server;
    const log::Recording recording;
    Bundle bundle(impatient_options_for(server));
    bundle.command({"PING"});
    server.kill();
    EXPECT_THROW(bundle.command({"PING"}), Unavailable);
    server.restart();
    bundle.await_recovery();
    const std::string lines = recording.text();
    const auto count = [&](const std::string& what) {
        int found = 0;
        for (std::size_t at = lines.find(what); at != std::string::npos;
             at = lines.find(what, at + 1)) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(count("server unreachable"), 1) << lines;
    EXPECT_EQ(count("server reachable again"), 1) << lines;
}

TEST(Connection, ShortOutageIsWaitedOut) {
    TestRedis server;
    Bundle bundle(options_for(server));
    bundle.command({"PING"});
    server.kill();
    std::future<Reply> waiting;
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (bundle.connection().is_connected() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    waiting = bundle.begin({"PING"});
    server.restart();
    EXPECT_EQ(waiting.get().text, "PONG");
}

TEST(Connection, FailsAtOnceWhenTheOutageIsLongerThanTheLimit) {
    TestRedis server;
    Bundle bundle(impatient_options_for(server));
    bundle.command({"PING"});
    server.kill();
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (bundle.connection().is_connected() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_THROW(bundle.command({"PING"}), Unavailable);  // at the latest one limit after the loss
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) {
        EXPECT_THROW(bundle.command({"PING"}), Unavailable);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1'500ms) << "ten limits would be 3 s";
}

TEST(Connection, PausedServerFailsWithinTheLimitAndRecovers) {
    TestRedis server;
    Bundle bundle(impatient_options_for(server));
    bundle.command({"PING"});
    server.pause();
    const auto begun = std::chrono::steady_clock::now();
    auto first = bundle.begin({"PING"});
    auto second = bundle.begin({"PING"});
    EXPECT_THROW(first.get(), Unavailable);
    EXPECT_THROW(second.get(), Unavailable);
    const auto waited = std::chrono::steady_clock::now() - begun;
    EXPECT_GE(waited, 290ms);
    EXPECT_LT(waited, 2s);
    server.resume();
    bundle.await_recovery();
}

TEST(Connection, ClientKillFailsWhatIsInFlightAndTheNextCommandWorks) {
    TestRedis server;
    Bundle bundle(options_for(server));
    bundle.command({"PING"});
    auto blocked = bundle.begin({"BLPOP", "nothing", "0"}, 30s);
    while (server.raw({"CLIENT", "LIST"}).find("cmd=blpop") == std::string::npos) {
        std::this_thread::sleep_for(1ms);
    }
    server.raw({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    EXPECT_THROW(blocked.get(), Unavailable);
    EXPECT_EQ(bundle.command({"PING"}).text, "PONG");
}

TEST(Connection, LoadsAScriptAgainThatTheServerForgot) {
    TestRedis server;
    Bundle bundle(options_for(server));
    const Script script("add", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
    const auto add = [&] {
        return run_blocking(bundle.context(), bundle.connection().eval(script, {"sum"}, {"5"}))
            .integer;
    };
    EXPECT_EQ(add(), 5);
    EXPECT_EQ(add(), 10);
    server.raw({"SCRIPT", "FLUSH"});
    EXPECT_EQ(add(), 15);
}

TEST(Connection, EvalThrowsTheServersError) {
    TestRedis server;
    Bundle bundle(options_for(server));
    const Script script("bad", "return redis.error_reply('BAD thing')");
    try {
        run_blocking(bundle.context(), bundle.connection().eval(script, {}, {}));
        FAIL() << "no exception";
    } catch (const CommandFailed& failure) {
        EXPECT_EQ(failure.message(), "BAD thing");
    }
}

Task<> wait_for_element(Connection& connection) {
    Arguments pop;
    pop.push_back("BLPOP");
    pop.push_back("list");
    pop.push_back("0.3");
    co_await connection.blocking_command(std::move(pop), 5s);
}

Task<std::string> cancelled_then_get(Connection& connection) {
    const bool finished = co_await with_timeout(20ms, wait_for_element(connection));
    Arguments get;
    get.push_back("ECHO");
    get.push_back("mine");
    const Reply reply = co_await connection.command(std::move(get));
    co_return finished ? "not cancelled" : reply.text;
}

TEST(Connection, CancelledWaiterDoesNotDisturbTheNextReplies) {
    TestRedis server;
    Bundle bundle(options_for(server));
    EXPECT_EQ(run_blocking(bundle.context(), cancelled_then_get(bundle.connection())), "mine");
}

TEST(Connection, BlockingCommandOutlivesTheCommandLimit) {
    TestRedis server;
    Bundle bundle(impatient_options_for(server));
    bundle.command({"PING"});
    auto blocked = bundle.begin({"BLPOP", "list", "0.6"}, 5s);
    auto behind = bundle.begin({"PING"});
    EXPECT_TRUE(blocked.get().is_null());
    EXPECT_EQ(behind.get().text, "PONG");
}

TEST(Connection, SilenceIsNoticedInTimeAfterManyBlockingCommandsAnsweredEarly) {
    TestRedis server;
    Bundle bundle(impatient_options_for(server));
    for (int i = 0; i < 50; ++i) {
        bundle.command({"RPUSH", "list", "x"});
        EXPECT_FALSE(bundle.begin({"BLPOP", "list", "1"}, 2s).get().is_null());
    }
    server.pause();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_THROW(bundle.command({"PING"}), Unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
    server.resume();
    bundle.await_recovery();
}

TEST(Connection, CommandBehindABlockingOneGetsItsOwnLimitFromTheAnswer) {
    TestRedis server;
    Bundle bundle(impatient_options_for(server));
    bundle.command({"PING"});
    auto blocked = bundle.begin({"BLPOP", "list", "0"}, 60s);
    auto behind = bundle.begin({"BLPOP", "other", "0"}, 500ms);
    const auto begun = std::chrono::steady_clock::now();
    server.raw({"RPUSH", "list", "x"});
    EXPECT_FALSE(blocked.get().is_null());
    EXPECT_THROW(behind.get(), Unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s) << "60 s are not added";
}

TEST(Connection, StopEndsABlockedCommandPromptly) {
    TestRedis server;
    Bundle bundle(options_for(server));
    bundle.command({"PING"});
    auto blocked = bundle.begin({"BLPOP", "list", "0"}, 60s);
    const auto begun = std::chrono::steady_clock::now();
    run_blocking(bundle.context(), bundle.connection().stop());
    EXPECT_THROW(blocked.get(), Unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    EXPECT_THROW(bundle.command({"PING"}), Unavailable);
}

TEST(Connection, LogsInAndSelectsItsDatabase) {
    TestRedis server(TestRedis::Persistence::none, "user app on >pw ~* &* +@all\n");
    auto options = options_for(server);
    options.endpoint.user = "app";
    options.endpoint.password = Secret("pw");
    options.endpoint.database = 3;
    Bundle bundle(options);
    EXPECT_EQ(bundle.command({"ACL", "WHOAMI"}).text, "app");
    EXPECT_NE(bundle.command({"CLIENT", "INFO"}).text.find(" db=3 "), std::string::npos);
}

TEST(Connection, WrongPasswordIsUnavailableAndNotLogged) {
    TestRedis server(TestRedis::Persistence::none, "user app on >pw ~* &* +@all\n");
    const log::Recording recording;
    auto options = impatient_options_for(server);
    options.endpoint.user = "app";
    options.endpoint.password = Secret("hunter2");
    Bundle bundle(options);
    EXPECT_THROW(bundle.command({"PING"}), Unavailable);
    EXPECT_NE(recording.text().find("WRONGPASS"), std::string::npos);
    EXPECT_EQ(recording.text().find("hunter2"), std::string::npos);
}

TEST(Connection, FallsBackToTheOldProtocolWhenHelloIsUnknown) {
    TestRedis server(TestRedis::Persistence::none, "rename-command HELLO \"\"\nrequirepass pw\n");
    auto options = options_for(server);
    options.endpoint.password = Secret("pw");
    Bundle bundle(options);
    EXPECT_EQ(bundle.command({"CLIENT", "GETNAME"}).text, "itest");
    EXPECT_EQ(bundle.command({"HSET", "h", "f", "v"}).integer, 1);
    EXPECT_EQ(bundle.command({"HGETALL", "h"}).type, Reply::Type::array);
}

TEST(Connection, RefusesMoreCommandsThanThePendingLimit) {
    TestRedis server;
    auto options = options_for(server);
    options.pending_limit = 2;
    Bundle bundle(options);
    bundle.command({"PING"});
    std::vector<Arguments> commands(3, Arguments{"PING"});
    EXPECT_THROW(run_blocking(bundle.context(), bundle.connection().pipeline(std::move(commands))),
                 Unavailable);
}

TEST(Connection, StopBeforeStartAndTwiceIsFine) {
    IoThreads threads(1);
    ConnectionOptions options;
    options.endpoint = *parse_url("unix:///nonexistent/redis.sock");
    Connection connection(threads.background(), options);
    threads.start();
    run_blocking(threads.background(), connection.stop());
    connection.start();
    run_blocking(threads.background(), connection.stop());
    threads.stop();
}

TEST(Client, ServesEveryContextAndForeignOnes) {
    TestRedis server;
    IoThreads threads(2);
    IoThreads foreign(1);
    Client client(threads.all(), options_for(server));
    threads.start();
    foreign.start();
    client.start();
    for (auto* context : threads.all()) {
        EXPECT_EQ(run_blocking(*context, client.command({"PING"})).text, "PONG");
    }
    EXPECT_EQ(run_blocking(foreign.background(), client.command({"ECHO", "far"})).text, "far");
    const Script script("one", "return 1");
    EXPECT_EQ(run_blocking(foreign.background(), client.eval(script, {}, {})).integer, 1);
    EXPECT_TRUE(client.is_connected());
    run_blocking(foreign.background(), client.stop());
    threads.stop();
    foreign.stop();
}

}  // namespace
}  // namespace tripos::redis
