// SPDX-License-Identifier: MIT
// Changing single jobs, and the settings of a queue.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

TEST(ChangePriority, MovesBetweenListAndSetC107) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b"});
    ASSERT_TRUE(run(site.queue.change_priority("1", 3)));
    EXPECT_EQ(site.list("wait"), (Texts{"2"}));
    EXPECT_EQ(site.score("prioritized", "1"), "12884901889");
    EXPECT_EQ(site.field("1", "priority"), "3");
    ASSERT_TRUE(run(site.queue.change_priority("1", 0)));
    EXPECT_EQ(site.list("wait"), (Texts{"1", "2"}));
    EXPECT_FALSE(site.exists("prioritized"));
    EXPECT_EQ(site.score("marker", "0"), "0");
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(ChangePriority, OfADelayedJobChangesTheFieldOnlyC107) {
    Site site;
    site.add({.name = "a", .options = {.delay = 1h}});
    ASSERT_TRUE(run(site.queue.change_priority("1", 3)));
    EXPECT_EQ(run(site.queue.get_state("1")), JobState::delayed);
    EXPECT_EQ(site.field("1", "priority"), "3");
}

TEST(ChangePriority, CanPutAJobBeforeTheOthersC107) {
    Site site;
    for (int i = 0; i < 3; ++i) {
        site.add({.name = "a", .options = {.priority = 3}});
    }
    ASSERT_TRUE(run(site.queue.change_priority("3", 3, true)));
    EXPECT_EQ(site.score("prioritized", "3"), "12884901888");
    ASSERT_TRUE(run(site.queue.change_priority("2", 0)));
    ASSERT_TRUE(run(site.queue.change_priority("1", 0, true)));
    EXPECT_EQ(site.fetch("t", 3), (Texts{"1", "2", "3"}));
}

TEST(ChangePriority, FindsAParkedJob) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4", "paused", "1"});
    site.add({.name = "a"});
    ASSERT_TRUE(run(site.queue.change_priority("1", 1)));
    EXPECT_FALSE(site.exists("paused"));
    EXPECT_NE(site.score("prioritized", "1"), "");
}

TEST(ChangePriority, RefusesUnknownJobsAndPriorities) {
    Site site;
    EXPECT_EQ(run(site.queue.change_priority("1", 1)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(site.queue.change_priority("1", -1)).error().kind, ErrorKind::invalid);
    EXPECT_EQ(run(site.queue.change_priority("1", 2'097'152)).error().kind, ErrorKind::invalid);
}

TEST(ChangeDelay, CountsFromNowAndTellsC108) {
    Site site;
    site.add({.name = "a", .options = {.delay = 1h}});
    const std::int64_t before = std::stoll(site.now());
    ASSERT_TRUE(run(site.queue.change_delay("1", 5s)));
    const std::int64_t due = std::stoll(site.score("delayed", "1")) / 4096;
    EXPECT_GE(due, before + 5000);
    EXPECT_LE(due, before + 6000);
    EXPECT_EQ(site.field("1", "delay"), "5000");
    EXPECT_EQ(site.score("marker", "1"), std::to_string(due));
    EXPECT_TRUE(site.has_event("delayed jobId 1 delay " + std::to_string(due)));
}

TEST(ChangeDelay, NeedsADelayedJobC108) {
    Site site;
    site.add({.name = "a"});
    EXPECT_EQ(run(site.queue.change_delay("1", 5s)).error().kind, ErrorKind::conflict);
    EXPECT_EQ(run(site.queue.change_delay("2", 5s)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(site.queue.change_delay("1", -5s)).error().kind, ErrorKind::invalid);
}

TEST(UpdateJob, ChangesDataAndProgressC109) {
    Site site;
    site.add({.name = "a"});
    ASSERT_TRUE(run(site.queue.update_data("1", R"({"n":2})")));
    ASSERT_TRUE(run(site.queue.update_progress("1", R"({"done":7})")));
    const auto job = run(site.queue.get_job("1"));
    EXPECT_EQ(job->data, R"({"n":2})");
    EXPECT_EQ(job->progress, R"({"done":7})");
    EXPECT_TRUE(site.has_event(R"(progress jobId 1 data {"done":7})"));
}

TEST(UpdateJob, RefusesMissingJobsAndMalformedJsonC109) {
    Site site;
    EXPECT_EQ(run(site.queue.update_data("1", "1")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(site.queue.update_progress("1", "1")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(site.queue.add_log("1", "line")).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(site.queue.update_data("1", "{")).error().kind, ErrorKind::invalid);
    EXPECT_EQ(run(site.queue.update_progress("1", "{")).error().kind, ErrorKind::invalid);
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(JobLog, KeepsTheLastRowsC110) {
    Site site;
    site.add({.name = "a"});
    for (int i = 1; i <= 5; ++i) {
        EXPECT_EQ(run(site.queue.add_log("1", "row " + std::to_string(i), 3)).value(),
                  std::min(i, 3));
    }
    EXPECT_EQ(run(site.queue.get_logs("1")), (Texts{"row 3", "row 4", "row 5"}));
    EXPECT_EQ(run(site.queue.add_log("1", "row 6")).value(), 4);
    EXPECT_FALSE(run(site.queue.add_log("1", "row 7", 0)));
}

TEST(GlobalConcurrency, IsSetReadAndRemovedC047) {
    Site site;
    EXPECT_FALSE(run(site.queue.global_concurrency()));
    EXPECT_FALSE(run(site.queue.is_maxed()));
    ASSERT_TRUE(run(site.queue.set_global_concurrency(1)));
    EXPECT_EQ(run(site.queue.global_concurrency()), 1);
    EXPECT_FALSE(run(site.queue.is_maxed()));
    site.add({.name = "a"});
    site.add({.name = "b"});
    EXPECT_EQ(site.fetch("t", 2), (Texts{"1"}));
    EXPECT_TRUE(run(site.queue.is_maxed()));
    run(site.queue.remove_global_concurrency());
    EXPECT_FALSE(run(site.queue.is_maxed()));
    EXPECT_EQ(site.fetch("t", 2), (Texts{"2"}));
    EXPECT_FALSE(run(site.queue.set_global_concurrency(0)));
}

TEST(GlobalRateLimit, IsSetReadAndRemovedC048) {
    Site site;
    EXPECT_FALSE(run(site.queue.global_rate_limit()));
    EXPECT_FALSE(run(site.queue.set_global_rate_limit({.max = 0})));
    EXPECT_FALSE(run(site.queue.set_global_rate_limit({.max = 1, .duration = 0ms})));
    const RateLimit limit{.max = 2, .duration = 60s};
    ASSERT_TRUE(run(site.queue.set_global_rate_limit(limit)));
    EXPECT_EQ(run(site.queue.global_rate_limit()), limit);
    EXPECT_EQ(run(site.queue.rate_limit_ttl()), 0ms);
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(4, {.name = "a"}))));
    EXPECT_EQ(site.fetch("t", 4).size(), 2U);
    EXPECT_GT(run(site.queue.rate_limit_ttl()), 0ms);
    EXPECT_LE(run(site.queue.rate_limit_ttl()), 60s);
    EXPECT_EQ(run(site.queue.rate_limit_ttl(5)), 0ms);
    run(site.queue.remove_rate_limit());
    EXPECT_EQ(run(site.queue.rate_limit_ttl()), 0ms);
    EXPECT_EQ(site.fetch("t", 1).size(), 1U);
    run(site.queue.remove_global_rate_limit());
    EXPECT_FALSE(run(site.queue.global_rate_limit()));
}

TEST(RateLimit, ClosesTheWindowForAWhileC049) {
    Site site;
    site.add({.name = "a"});
    ASSERT_TRUE(run(site.queue.set_global_rate_limit({.max = 100, .duration = 1s})));
    ASSERT_TRUE(run(site.queue.rate_limit(60s)));
    EXPECT_TRUE(site.fetch("t", 1).empty());
    EXPECT_GT(run(site.queue.rate_limit_ttl()), 50s);
    EXPECT_FALSE(run(site.queue.rate_limit(0ms)));
}

TEST(Getters, CountPerPriorityC112) {
    Site site;
    site.add({.name = "a"});
    for (const std::int64_t priority : {1, 5, 5, 2'097'151}) {
        site.add({.name = "a", .options = {.priority = priority}});
    }
    const std::map<std::int64_t, std::int64_t> expected = {
        {0, 1}, {1, 1}, {4, 0}, {5, 2}, {2'097'151, 1}};
    EXPECT_EQ(run(site.queue.counts_per_priority({0, 1, 4, 5, 2'097'151})), expected);
}

TEST(TrimEvents, ShortensTheStream) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(500, {.name = "a"}))));
    const std::int64_t before = site.number({"XLEN", "p:q:events"});
    const std::int64_t removed = run(site.queue.trim_events(0));
    EXPECT_EQ(site.number({"XLEN", "p:q:events"}), before - removed);
    EXPECT_GT(removed, 0);
}

}  // namespace
}  // namespace tripos::queue::test
