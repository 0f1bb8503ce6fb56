// SPDX-License-Identifier: MIT
#include "async/task_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "support/run.hpp"
#include "telemetry/log.hpp"

namespace tripos {
namespace {

using test::run;

Task<> sleep_long(bool& cancelled) {
    try {
        co_await sleep_for(std::chrono::hours(1));
    } catch (const boost::system::system_error& aborted) {
        cancelled = aborted.code() == asio::error::operation_aborted;
        throw;
    }
}

Task<> do_nothing() {
    co_return;
}

Task<> throw_at_once() {
    throw std::domain_error("boom");
    co_return;
}

Task<> spawn(TaskGroup& group, std::string name, Task<> task) {
    group.spawn(name, std::move(task));
    co_return;
}

Task<std::size_t> size(TaskGroup& group) {
    co_return group.size();
}

class TaskGroupTest : public testing::Test {
  protected:
    TaskGroup group{test::context().get_executor()};
};

TEST_F(TaskGroupTest, StopsBeforeAnythingWasSpawned) {
    run(group.stop());
    run(group.stop());
}

TEST_F(TaskGroupTest, StopCancelsEveryTaskAndWaitsForIt) {
    const log::Recording log;
    bool first = false;
    bool second = false;
    run(spawn(group, "first", sleep_long(first)));
    run(spawn(group, "second", sleep_long(second)));
    EXPECT_EQ(run(size(group)), 2U);
    run(group.stop());
    EXPECT_TRUE(first && second);
    EXPECT_EQ(run(size(group)), 0U);
    EXPECT_THAT(log.text(), testing::Not(testing::HasSubstr("ended by an exception")));
    run(group.stop());
}

TEST_F(TaskGroupTest, TwoMayStopItAtOnce) {
    bool cancelled = false;
    run(spawn(group, "task", sleep_long(cancelled)));
    auto one = asio::co_spawn(test::context(), group.stop(), asio::use_future);
    auto two = asio::co_spawn(test::context(), group.stop(), asio::use_future);
    one.get();
    two.get();
    EXPECT_TRUE(cancelled);
}

TEST_F(TaskGroupTest, JoinWaitsWithoutCancelling) {
    run(spawn(group, "task", sleep_for(std::chrono::milliseconds(5))));
    run(group.join());
    EXPECT_EQ(run(size(group)), 0U);
}

TEST_F(TaskGroupTest, DropsWhatIsSpawnedAfterStop) {
    run(group.stop());
    run(spawn(group, "late", do_nothing()));
    EXPECT_EQ(run(size(group)), 0U);
}

TEST_F(TaskGroupTest, LogsAnExceptionWithTheTasksNameAndGoesOn) {
    const log::Recording log;
    run(spawn(group, "fragile", throw_at_once()));
    run(group.join());
    EXPECT_THAT(log.text(),
                testing::AllOf(testing::HasSubstr("fragile"), testing::HasSubstr("boom")));
    run(group.stop());
}

}  // namespace
}  // namespace tripos
