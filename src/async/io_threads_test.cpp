// SPDX-License-Identifier: MIT
#include "async/io_threads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>

#include "async/task.hpp"

namespace tripos {
namespace {

using namespace std::chrono_literals;

Task<> rest(bool& has_rested) {
    co_await sleep_for(5ms);
    has_rested = true;
}

TEST(FinishOn, WaitsAndLeavesTheContextRunningAfterAHandlerThatHasPostedMuch) {
    IoThreads threads(1);
    threads.start();
    asio::io_context& context = threads.background();
    std::promise<bool> finished;
    auto destroy = [&] {
        for (int i = 0; i < 100; ++i) {
            asio::post(context, [] {});
        }
        bool first = false;
        finish_on(context, rest(first));
        bool second = false;
        finish_on(context, rest(second));
        finished.set_value(first && second);
    };
    asio::post(context, destroy);
    EXPECT_TRUE(finished.get_future().get()) << "it did not wait for the end";
    std::promise<void> later;
    asio::post(context, [&later] { later.set_value(); });
    EXPECT_EQ(later.get_future().wait_for(5s), std::future_status::ready);
    EXPECT_FALSE(context.stopped());
}

}  // namespace
}  // namespace tripos
