// SPDX-License-Identifier: MIT
#include "async/carried.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

#include "async/completion.hpp"
#include "telemetry/tracer.hpp"

namespace tripos {
namespace {

struct Fixture {
    SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    trace::Tracer tracer{*trace::Sampler::named("always_on", 1),
                         {},
                         clock,
                         random,
                         metrics.counter("tripos_test_dropped_total", "x")};
};

/// Resumed by another thread.
Task<int> ask_thread() {
    auto begin = [](Completion<int> completion) {
        std::thread([completion] { completion.complete(7); }).detach();
    };
    co_return co_await suspend<int>(std::move(begin));
}

Task<> look(trace::Context expected, int& seen) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(trace::here().context, expected);
        co_await sleep_for(std::chrono::microseconds(200));
        EXPECT_EQ(trace::here().context, expected);
        co_await ask_thread();
        EXPECT_EQ(trace::here().context, expected);
        ++seen;
    }
}

Task<> look_for_nobody(int& seen) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(trace::here().is_recorded());
        co_await sleep_for(std::chrono::microseconds(300));
        EXPECT_FALSE(trace::here().is_recorded());
        ++seen;
    }
}

TEST(Carried, KeepsEachCoroutineInItsOwnPlaceOverSuspensions) {
    Fixture f;
    asio::io_context context;
    const auto one = f.tracer.begin("one", trace::Kind::server, std::nullopt);
    const auto two = f.tracer.begin("two", trace::Kind::server, std::nullopt);
    int seen = 0;
    asio::co_spawn(carried(context.get_executor(), one.position()),
                   look(one.position().context, seen), asio::detached);
    asio::co_spawn(carried(context.get_executor(), two.position()),
                   look(two.position().context, seen), asio::detached);
    asio::co_spawn(context, look_for_nobody(seen), asio::detached);
    context.run();
    EXPECT_EQ(seen, 60);
    EXPECT_FALSE(trace::here().is_recorded());
}

Task<> throw_within() {
    co_await sleep_for(std::chrono::microseconds(100));
    throw std::runtime_error("within");
}

Task<> await_what_throws(trace::Position position, std::string& caught) {
    auto executor = carried(co_await asio::this_coro::executor, position);
    try {
        co_await asio::co_spawn(executor, throw_within(), asio::use_awaitable);
    } catch (const std::runtime_error& problem) {
        caught = problem.what();
    }
}

TEST(Carried, HandsExceptionsOn) {
    Fixture f;
    asio::io_context context;
    const auto span = f.tracer.begin("one", trace::Kind::server, std::nullopt);
    std::string caught;
    asio::co_spawn(context, await_what_throws(span.position(), caught), asio::detached);
    context.run();
    EXPECT_EQ(caught, "within");
}

}  // namespace
}  // namespace tripos
