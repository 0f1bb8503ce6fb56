// SPDX-License-Identifier: MIT
// Jobs counted per minute.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Points = std::vector<std::int64_t>;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kStart = 1'800'000'000'000;  // a full minute

/// Adds `number` jobs and finishes them in one call at this time, `points` minutes being kept.
void finish_at(Site& site, std::int64_t now, int number, const std::string& points,
               const std::string& state = "completed") {
    ASSERT_TRUE(run(
        site.queue.add_bulk(std::vector<NewJob>(static_cast<std::size_t>(number), {.name = "a"}))));
    const std::vector<std::string> ids = site.fetch("t", number);
    const std::size_t many = static_cast<std::size_t>(number);
    std::vector<std::string> arguments{std::to_string(now),    "n",   "30000", "", "0",   points,
                                       std::to_string(number), state, "0",     "", "1000"};
    arguments.insert(arguments.end(), ids.begin(), ids.end());
    for (const char* column : {"t", "null", "1"}) {
        arguments.insert(arguments.end(), many, column);
    }
    if (state == "failed") {
        arguments.insert(arguments.end(), many, "[]");
        arguments.insert(arguments.end(), many, "1");
    }
    site.script(detail::scripts().finish_jobs, std::move(arguments));
}

QueueMetrics completed(Site& site) {
    return run(site.queue.metrics(JobState::completed));
}

TEST(QueueMetrics, PutsTheJobsOfAFullMinuteInOnePointC083) {
    Site site;
    finish_at(site, kStart + 1, 2, "4");
    EXPECT_EQ(completed(site).per_minute, Points());
    finish_at(site, kStart + kMinute, 3, "4");
    EXPECT_EQ(completed(site).per_minute, Points{2});
    EXPECT_EQ(completed(site).count, 5);
    EXPECT_EQ(completed(site).counted_before, 2);
    EXPECT_EQ(completed(site).last_counted, from_millis(kStart + kMinute));
}

TEST(QueueMetrics, ShowsIdleMinutesAsZerosBeforeTheLastBusyOneC083) {
    Site site;
    finish_at(site, kStart, 2, "10");
    finish_at(site, kStart + kMinute, 1, "10");
    finish_at(site, kStart + 4 * kMinute, 1, "10");
    EXPECT_EQ(completed(site).per_minute, (Points{0, 0, 1, 2}));
}

TEST(QueueMetrics, KeepsNoMoreMinutesThanAsked) {
    Site site;
    for (int minute = 0; minute < 5; ++minute) {
        finish_at(site, kStart + minute * kMinute, minute + 1, "3");
    }
    EXPECT_EQ(completed(site).per_minute, (Points{4, 3, 2}));
    finish_at(site, kStart + 60 * 24 * kMinute, 1, "3");
    EXPECT_EQ(completed(site).per_minute, (Points{0, 0, 5}));
    EXPECT_EQ(run(site.queue.metrics(JobState::completed, 1)).per_minute, Points{0});
}

TEST(QueueMetrics, CountsAWeekOfIdleMinutesAtOnce) {
    Site site;
    finish_at(site, kStart, 1, "10080");
    finish_at(site, kStart + 20'000 * kMinute, 1, "10080");
    EXPECT_EQ(site.number({"LLEN", "p:q:metrics:completed:data"}), 10'080);
}

TEST(QueueMetrics, CountsFailedJobsApart) {
    Site site;
    finish_at(site, kStart, 2, "4", "failed");
    finish_at(site, kStart + kMinute, 1, "4", "failed");
    EXPECT_EQ(run(site.queue.metrics(JobState::failed)).per_minute, Points{2});
    EXPECT_EQ(completed(site).count, 0);
    EXPECT_FALSE(completed(site).last_counted);
}

TEST(QueueMetrics, AreCountedByAWorkerThatIsToldTo) {
    Site site;
    WorkerOptions counting = options();
    counting.metrics = MetricsOptions{};
    const RunningWorker worker(site, counting, succeed());
    site.add({.name = "a"});
    EXPECT_TRUE(eventually([&] { return completed(site).count == 1; }));
}

TEST(QueueMetrics, CostNothingUnlessAskedFor) {
    Site site;
    const RunningWorker worker(site, options(), succeed());
    const std::string id = site.add({.name = "a"});
    ASSERT_TRUE(eventually([&] { return run(site.queue.get_state(id)) == JobState::completed; }));
    EXPECT_FALSE(site.exists("metrics:completed"));
}

}  // namespace
}  // namespace tripos::queue::test
