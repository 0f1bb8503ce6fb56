// SPDX-License-Identifier: MIT
// Every long-lived object of src/async stands being stopped at any moment.
#include "support/start_stop.hpp"

#include <gtest/gtest.h>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "support/run.hpp"

namespace tripos {
namespace {

using namespace std::chrono_literals;
using test::StartStopSubject;
using test::stress_start_stop;

/// Stopped by its owner alone: from one thread.
TEST(StartStop, IoThreads) {
    for (int i = 0; i < 40; ++i) {
        IoThreads threads(2);
        threads.stop();
        threads.start();
        threads.start();
        std::this_thread::sleep_for(i * 20us);  // the moment is what is tested
        threads.stop();
        threads.stop();
        threads.start();
        EXPECT_NO_THROW(run_blocking(threads.background(), sleep_for(0ms))) << "it goes on";
    }
}

Task<> tick() {
    for (;;) {
        co_await sleep_for(100us);
    }
}

Task<> spawn(TaskGroup& group) {
    group.spawn("tick", tick());
    group.spawn("tick", tick());
    co_return;
}

TEST(StartStop, TaskGroup) {
    const auto make = []() -> StartStopSubject {
        const auto group = std::make_shared<TaskGroup>(test::context().get_executor());
        return {.start = [group] { test::run(spawn(*group)); },
                .stop = [group] { test::run(group->stop()); },
                .object = group};
    };
    stress_start_stop(make, {.step = 50us, .count = 60});
}

}  // namespace
}  // namespace tripos
