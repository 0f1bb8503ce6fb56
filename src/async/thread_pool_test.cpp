// SPDX-License-Identifier: MIT
#include "async/thread_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "core/error.hpp"
#include "support/gate.hpp"
#include "support/run.hpp"

namespace tripos {
namespace {

using test::Gate;
using test::run;

template <class T>
std::future<T> start(Task<T> task) {
    return asio::co_spawn(test::context(), std::move(task), asio::use_future);
}

TEST(ThreadPool, RunsWorkOnAnotherThreadAndReturnsItsResult) {
    ThreadPool pool({.threads = 2});
    auto where = [] { return std::this_thread::get_id(); };
    EXPECT_NE(run(pool.run(where)), std::this_thread::get_id());
    bool ran = false;
    run(pool.run([&ran] { ran = true; }));
    EXPECT_TRUE(ran);
}

TEST(ThreadPool, PassesOnAnException) {
    ThreadPool pool({});
    EXPECT_THROW(run(pool.run([]() -> int { throw std::domain_error("no"); })), std::domain_error);
    EXPECT_EQ(run(pool.run([] { return 1; })), 1);
}

TEST(ThreadPool, RefusesWorkBeyondItsQueue) {
    ThreadPool pool({.name = "small", .threads = 1, .queue_limit = 1});
    Gate gate;
    auto running = start(pool.run([&gate] { gate.hold(); }));
    gate.await_entered();
    auto waiting = start(pool.run([] { return 1; }));
    auto refused = start(pool.run([] { return 2; }));
    try {
        refused.get();
        ADD_FAILURE() << "it was accepted";
    } catch (const Overloaded& overloaded) {
        EXPECT_EQ(overloaded.operation(), "small");
    }
    EXPECT_EQ(pool.waiting(), 1U);
    gate.open();
    running.get();
    EXPECT_EQ(waiting.get(), 1);
}

TEST(ThreadPool, RefusesWorkThatWaitedTooLong) {
    ThreadPool pool({.threads = 1, .wait_limit = std::chrono::milliseconds(200)});
    Gate gate;
    auto running = start(pool.run([&gate] { gate.hold(); }));
    gate.await_entered();
    auto late = start(pool.run([] {}));
    run(sleep_for(std::chrono::milliseconds(250)));
    gate.open();
    running.get();
    EXPECT_THROW(late.get(), Overloaded);
}

TEST(ThreadPool, AnswersWaitingWorkWhenItIsDestroyed) {
    Gate gate;
    auto pool = std::make_unique<ThreadPool>(ThreadPoolOptions{.threads = 1});
    auto running = start(pool->run([&gate] { gate.hold(); }));
    gate.await_entered();
    auto waiting = start(pool->run([] {}));
    run(sleep_for(std::chrono::milliseconds(0)));  // it is queued now
    auto destroyed = std::async(std::launch::async, [&pool] { pool.reset(); });
    EXPECT_THROW(waiting.get(), Overloaded);
    gate.open();
    running.get();
    destroyed.get();
}

}  // namespace
}  // namespace tripos
