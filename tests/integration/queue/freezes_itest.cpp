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

}  // namespace
}  // namespace tripos::queue::test
