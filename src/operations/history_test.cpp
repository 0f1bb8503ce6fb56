// SPDX-License-Identifier: MIT
#include "operations/history.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "operations/history_figures.hpp"

namespace tripos::operations {
namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

Sample sample_at(std::int64_t second) {
    return {.at = from_millis(second * 1000), .figures = {}};
}

std::vector<std::int64_t> seconds_of(const std::vector<Sample>& samples) {
    std::vector<std::int64_t> found;
    for (const auto& sample : samples) {
        found.push_back(to_millis(sample.at) / 1000);
    }
    return found;
}

TEST(History, IsEmptyAtFirst) {
    EXPECT_TRUE(History().after(Timestamp{}).empty());
}

TEST(History, KeepsTheNewestInOrderHoweverManyCome) {
    History history;
    constexpr std::int64_t kCount = 3 * kSamplesKept + 7;
    for (std::int64_t i = 1; i <= kCount; ++i) {
        history.add(sample_at(i));
    }
    const auto kept = seconds_of(history.after(Timestamp{}));
    ASSERT_EQ(kept.size(), kSamplesKept);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        EXPECT_EQ(kept[i], kCount - static_cast<std::int64_t>(kSamplesKept - 1 - i));
    }
}

TEST(History, TellsOnlyWhatIsLater) {
    History history;
    for (std::int64_t i = 1; i <= 5; ++i) {
        history.add(sample_at(i));
    }
    EXPECT_EQ(seconds_of(history.after(from_millis(3'000))), (std::vector<std::int64_t>{4, 5}));
    EXPECT_TRUE(history.after(from_millis(5'000)).empty());
}

TEST(HistoryQuantile, LiesBetweenTheBoundsOfItsBucket) {
    const Buckets before{{0.1, 10}, {1, 10}, {kForEver, 10}};
    const Buckets now{{0.1, 60}, {1, 110}, {kForEver, 110}};
    EXPECT_DOUBLE_EQ(quantile_between(before, now, 0.25).value(), 0.05);
    EXPECT_DOUBLE_EQ(quantile_between(before, now, 0.75).value(), 0.1 + 0.9 / 2);
}

TEST(HistoryQuantile, IsNothingWithoutDurations) {
    const Buckets same{{1, 5}, {kForEver, 5}};
    EXPECT_FALSE(quantile_between(same, same, 0.5));
    EXPECT_FALSE(quantile_between({}, {}, 0.5));
}

TEST(HistoryQuantile, IsTheLastBoundForWhatIsBeyondIt) {
    const Buckets now{{1, 0}, {60, 0}, {kForEver, 8}};
    EXPECT_DOUBLE_EQ(quantile_between({}, now, 0.99).value(), 60);
}

TEST(HistoryFigures, AreOfWhatHappenedInBetween) {
    Totals before{.requests = 100, .errors = 50, .hits = 10, .lookups = 100};
    Totals now{.requests = 400, .errors = 53, .hits = 100, .lookups = 200};
    now.taken = before.taken + std::chrono::seconds(60);
    now.redis_memory = 1'000;
    now.queue_jobs = 4;
    const auto sample = sample_between(before, now);
    EXPECT_EQ(sample[Figure::requests], 5);
    EXPECT_EQ(sample[Figure::error_share], 0.01);
    EXPECT_EQ(sample[Figure::hit_rate], 0.9);
    EXPECT_EQ(sample[Figure::queue_jobs], 4);
    EXPECT_FALSE(sample[Figure::p95]);
    EXPECT_FALSE(sample[Figure::lane_wait]);
}

TEST(HistoryFigures, TellTheTimesOfEachClassAndWhatRedisDid) {
    Totals before{.class_times = {{"saves", {{0.01, 5}, {kForEver, 5}}}},
                  .redis_commands = 100,
                  .redis_evicted = 900};
    Totals now{.class_times = {{"saves", {{0.01, 5}, {kForEver, 5}}},
                               {"login", {{0.1, 0}, {0.2, 10}, {kForEver, 10}}}},
               .redis_clients = 14,
               .redis_keys = 60,
               .redis_commands = 700,
               .redis_evicted = 0,  // it began anew
               .log_bytes = 4'096};
    now.taken = before.taken + std::chrono::seconds(60);
    now.redis_memory = 1'000;
    const auto sample = sample_between(before, now);
    EXPECT_FALSE(sample[Figure::p95_saves]) << "none in between";
    EXPECT_FALSE(sample[Figure::p95_papers]);
    EXPECT_NEAR(sample[Figure::p95_login].value(), 0.195, 0.01);
    EXPECT_EQ(sample[Figure::redis_clients], 14);
    EXPECT_EQ(sample[Figure::redis_keys], 60);
    EXPECT_EQ(sample[Figure::redis_commands], 10);
    EXPECT_EQ(sample[Figure::redis_evicted], 0);
    EXPECT_EQ(sample[Figure::log_bytes], 4'096);
}

TEST(HistoryFigures, TellOfExamsMailsAndEngines) {
    const Totals before{.mail_times = {{"security", {{0.1, 3}, {kForEver, 3}}}},
                        .commit_times = {{0.01, 1}, {kForEver, 1}},
                        .saves = 10};
    Totals now{.mail_times = {{"security", {{0.1, 3}, {kForEver, 3}}},
                              {"notice", {{0.1, 0}, {0.2, 10}, {kForEver, 10}}}},
               .commit_times = {{0.01, 11}, {kForEver, 11}},
               .saves = 130,
               .running = 40,
               .disk_free = 0.25,
               .redis_latency = 0.002};
    now.taken = before.taken + std::chrono::seconds(60);
    EXPECT_FALSE(sample_between(before, now)[Figure::redis_latency]) << "no server was reached";
    now.redis_memory = 1'000;
    const auto sample = sample_between(before, now);
    EXPECT_EQ(sample[Figure::saves], 2);
    EXPECT_EQ(sample[Figure::running], 40);
    EXPECT_EQ(sample[Figure::disk_free], 0.25);
    EXPECT_EQ(sample[Figure::redis_latency], 0.002);
    EXPECT_FALSE(sample[Figure::mail_security]) << "none in between";
    EXPECT_NEAR(sample[Figure::mail_notice].value(), 0.195, 0.01);
    EXPECT_FALSE(sample[Figure::mail_bulk]);
    EXPECT_NEAR(sample[Figure::commits].value(), 0.0095, 0.001);
}

TEST(HistoryFigures, AreNothingWhereNothingWasToBeSeen) {
    Totals before;
    Totals now{.queue_jobs = 7};
    now.taken = before.taken + std::chrono::seconds(60);
    const auto sample = sample_between(before, now);
    EXPECT_EQ(sample[Figure::requests], 0);
    EXPECT_FALSE(sample[Figure::error_share]);
    EXPECT_FALSE(sample[Figure::hit_rate]);
    EXPECT_FALSE(sample[Figure::redis_memory]);
    EXPECT_FALSE(sample[Figure::queue_jobs]);  // as old as Redis is away
    EXPECT_FALSE(sample[Figure::running]);
    EXPECT_FALSE(sample[Figure::disk_free]);
}

TEST(HistoryFigures, AreReadFromTheMetrics) {
    Metrics metrics;
    const auto answered = [&metrics](const char* status) -> Counter& {
        return metrics.counter("tripos_http_requests_total", "", {{"status", status}});
    };
    answered("2xx").add(8);
    answered("5xx").add(2);
    metrics.histogram("tripos_http_request_seconds", "").observe(0.003);
    metrics.histogram("tripos_mail_delivery_seconds", "", {{"class", "bulk"}}).observe(1);
    metrics.gauge("tripos_queue_jobs", "", {{"queue", "a"}, {"state", "waiting"}}).set(3);
    metrics.gauge("tripos_queue_jobs", "", {{"queue", "b"}, {"state", "prioritized"}}).set(4);
    metrics.gauge("tripos_queue_jobs", "", {{"queue", "b"}, {"state", "failed"}}).set(9);
    metrics.gauge("tripos_queue_oldest_seconds", "", {{"queue", "a"}}).set(5);
    metrics.gauge("tripos_queue_oldest_seconds", "", {{"queue", "b"}}).set(2);
    metrics.gauge("tripos_redis_up", "", {{"use", "redis"}}).set(1);
    metrics.gauge("tripos_redis_memory_used_bytes", "", {{"use", "redis"}}).set(1'024);
    metrics.histogram("tripos_http_request_seconds", "", {{"class", "saves"}}).observe(0.003);
    metrics.gauge("tripos_redis_keys", "", {{"use", "cache"}}).set(2);
    metrics.gauge("tripos_redis_keys", "", {{"use", "queue"}}).set(3);
    metrics.counter("tripos_exams_saves_total", "").add(9);
    metrics.gauge("tripos_exams_running_attempts", "").set(6);
    metrics.gauge("tripos_disk_free_ratio", "").set(0.5);
    metrics.histogram("tripos_sql_commit_seconds", "").observe(0.003);
    metrics.gauge("tripos_redis_latency_seconds", "", {{"use", "cache"}}).set(0.001);
    metrics.gauge("tripos_redis_latency_seconds", "", {{"use", "queue"}}).set(0.004);
    const auto totals = read_totals(metrics.read(history_metrics()), {}, {});
    EXPECT_EQ(totals.saves, 9);
    EXPECT_EQ(totals.running, 6);
    EXPECT_EQ(totals.disk_free, 0.5);
    EXPECT_EQ(totals.commit_times.rbegin()->second, 1);
    EXPECT_EQ(totals.mail_times.at("bulk").rbegin()->second, 1);
    EXPECT_EQ(totals.redis_latency, 0.004);
    EXPECT_EQ(totals.requests, 10);
    EXPECT_EQ(totals.errors, 2);
    EXPECT_EQ(totals.request_times.rbegin()->second, 2);
    EXPECT_EQ(totals.class_times.at("saves").rbegin()->second, 1);
    EXPECT_EQ(totals.redis_keys, 5);
    EXPECT_TRUE(totals.delivery_times.empty());
    EXPECT_EQ(totals.queue_jobs, 7);
    EXPECT_EQ(totals.queue_oldest, 5);
    EXPECT_EQ(totals.redis_memory, 1'024);
    metrics.gauge("tripos_redis_up", "", {{"use", "redis"}}).set(0);
    EXPECT_FALSE(read_totals(metrics.read(history_metrics()), {}, {}).redis_memory);
}

}  // namespace
}  // namespace tripos::operations
