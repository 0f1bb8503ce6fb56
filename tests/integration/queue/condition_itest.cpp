// SPDX-License-Identifier: MIT
// What a look at a queue sees.

#include "queue/condition.hpp"

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

TEST(QueueCondition, KnowsOfTheEndOfAJobThatIsNotKept) {
    Site site;
    EXPECT_FALSE(run(look_at(site.client, site.queue, site.clock.now())).newest_end);
    auto counting = options();
    counting.metrics = MetricsOptions{};
    const RunningWorker worker(site, counting, succeed());
    const auto before = std::chrono::floor<std::chrono::milliseconds>(site.clock.now());
    NewJob job{.name = "a"};
    job.options.remove_on_complete = Retention{.count = 0};
    const auto id = site.add(job);
    ASSERT_TRUE(
        eventually([&] { return run(site.queue.metrics(JobState::completed)).count == 1; }));
    EXPECT_EQ(site.field(id, "name"), "");
    const auto seen = run(look_at(site.client, site.queue, site.clock.now()));
    ASSERT_TRUE(seen.newest_end);
    EXPECT_GE(*seen.newest_end, before);
}

}  // namespace
}  // namespace tripos::queue::test
