// SPDX-License-Identifier: MIT
// What a Redis that freezes, or whose replies are lost, means for the jobs of a worker.

#include <atomic>

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// Locks end soon, and what has lost its own is taken up again soon.
WorkerOptions brief(std::size_t concurrency = 1) {
    WorkerOptions quick = options(concurrency);
    quick.lock_duration = 300ms;
    quick.stalled_interval = 100ms;
    quick.max_stalled_count = 10;
    quick.drain_delay = 100ms;
    return quick;
}

Task<Outcome> take_a_while(const Job&, JobContext&) {
    co_await sleep_for(std::chrono::milliseconds(20));
    co_return Completed();
}

/// Says when its processors have begun, and when one knows that it works for nobody.
struct Watch {
    std::atomic<int> begun = 0;
    std::atomic<int> abandoned = 0;
};

Task<Outcome> until_abandoned(Watch& watch, JobContext& job) {
    ++watch.begun;
    while (!job.is_abandoned()) {
        co_await sleep_for(std::chrono::milliseconds(5));
    }
    ++watch.abandoned;
    co_return Completed();
}

std::int64_t count(Site& site, JobState state) {
    return run(site.queue.counts()).at(state);
}

TEST(FrozenRedis, LetsNoJobFailThatNeverRan) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(20, {.name = "a"}))));
    const RunningWorker worker(site, brief(), take_a_while);
    ASSERT_TRUE(eventually([&] { return count(site, JobState::completed) > 2; }));
    // The job that runs ends meanwhile; what its end fetches arrives after its lock has expired.
    site.redis.pause();
    std::this_thread::sleep_for(700ms);
    site.redis.resume();
    EXPECT_TRUE(eventually([&] { return count(site, JobState::completed) == 20; }));
    EXPECT_EQ(count(site, JobState::failed), 0);
    for (int id = 1; id <= 20; ++id) {
        EXPECT_EQ(site.field(std::to_string(id), "atm"), "1") << id;
    }
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(FrozenRedis, IsNoticedByAProcessorWhenItsLockMayHaveEnded) {
    Site site;
    site.add({.name = "a"});
    Watch watch;
    const RunningWorker worker(site, brief(), [&watch](const Job&, JobContext& job) {
        return until_abandoned(watch, job);
    });
    ASSERT_TRUE(eventually([&] { return watch.begun == 1; }));
    std::this_thread::sleep_for(400ms);
    EXPECT_EQ(watch.abandoned, 0);  // renewed meanwhile
    site.redis.pause();
    EXPECT_TRUE(eventually([&] { return watch.abandoned == 1; }, 1200ms));
    site.redis.resume();
}

}  // namespace
}  // namespace tripos::queue::test
