// SPDX-License-Identifier: MIT
#include "operations/worker_grace.hpp"

#include <gtest/gtest.h>

namespace tripos::operations {
namespace {

using std::chrono::steady_clock;

queue::QueueCondition with_workers(std::int64_t count) {
    queue::QueueCondition seen;
    seen.workers = count;
    return seen;
}

TEST(WorkerGrace, NobodyKnowsOfWorkersBeforeTheyCanHaveStarted) {
    const WorkerGrace grace;
    auto seen = with_workers(0);
    grace.apply(seen, steady_clock::now());
    EXPECT_FALSE(seen.workers);
}

TEST(WorkerGrace, ThoseThatAreThereAreSeenAtOnce) {
    const WorkerGrace grace;
    auto seen = with_workers(1);
    grace.apply(seen, steady_clock::now());
    EXPECT_EQ(seen.workers, 1);
}

TEST(WorkerGrace, ThenNoneAreNone) {
    const WorkerGrace grace;
    auto seen = with_workers(0);
    grace.apply(seen, steady_clock::now() + WorkerGrace::kLength);
    EXPECT_EQ(seen.workers, 0);
}

}  // namespace
}  // namespace tripos::operations
