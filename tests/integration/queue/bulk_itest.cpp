// SPDX-License-Identifier: MIT
// Calls about many jobs: drain, clean, obliterate, retry and promote all.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

void add_many(Site& site, std::size_t count, JobOptions options = {}) {
    NewJob job{.name = "a", .options = std::move(options)};
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(count, job))));
}

/// A scheduler's current run, as Node leaves it.
void add_iteration(Site& site, const std::string& list) {
    const std::string id = "repeat:s:1795384883499";
    site.command({"ZADD", "p:q:repeat", "1795384883499", "s"});
    site.command({"HSET", "p:q:" + id, "name", "a", "data", "{}", "rjk", "s", "priority", "0"});
    site.command({"RPUSH", "p:q:" + list, id});
}

TEST(Drain, RemovesWhatWaitsC101) {
    Site site;
    add_many(site, 3);
    add_many(site, 1, {.priority = 2});
    add_many(site, 1, {.delay = 1h});
    site.fetch("t", 1);
    site.fetch("u", 1);
    site.finish("1", "t");
    add_iteration(site, "wait");
    EXPECT_EQ(run(site.queue.drain(false)), 2);
    EXPECT_EQ(site.list("wait"), (Texts{"repeat:s:1795384883499"}));
    EXPECT_FALSE(site.exists("prioritized"));
    EXPECT_FALSE(site.exists("3"));
    EXPECT_EQ(site.list("active"), (Texts{"2"}));
    EXPECT_EQ(site.number({"ZCARD", "p:q:completed"}), 1);
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 1);
    EXPECT_EQ(run(site.queue.drain(true)), 1);
    EXPECT_FALSE(site.exists("delayed"));
    EXPECT_FALSE(site.exists("5"));
}

TEST(Drain, EmptiesTheParkedListToo) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4", "paused", "1"});
    add_many(site, 2);
    EXPECT_EQ(run(site.queue.drain(false)), 2);
    EXPECT_FALSE(site.exists("paused"));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Drain, TakesManySlicesAndReportsC101) {
    Site site;
    add_many(site, 1000);
    std::vector<std::int64_t> seen;
    EXPECT_EQ(run(site.queue.drain(false, [&seen](std::int64_t done) { seen.push_back(done); })),
              1000);
    EXPECT_GT(seen.size(), 1U);
    EXPECT_EQ(seen.back(), 1000);
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Drain, TakesAParentOfThisQueueAlongAndReleasesOthers) {
    Site site;
    for (const char* base : {"p:q:", "p:other:"}) {
        const std::string parent = std::string(base) + "P";
        site.command({"HSET", parent, "name", "parent", "priority", "0"});
        site.command({"ZADD", std::string(base) + "waiting-children", "1", "P"});
        const std::string id = site.add({.name = "child"});
        site.command({"SADD", parent + ":dependencies", "p:q:" + id});
        site.command({"HSET", "p:q:" + id, "parentKey", parent});
    }
    EXPECT_EQ(run(site.queue.drain(false)), 2);
    EXPECT_FALSE(site.exists("P"));
    EXPECT_FALSE(site.exists("waiting-children"));
    EXPECT_EQ(site.texts({"LRANGE", "p:other:wait", "0", "-1"}), (Texts{"P"}));
    EXPECT_FALSE(site.number({"EXISTS", "p:other:events"}));
}

TEST(Drain, ReleasesTheDeduplicationKeyOfARemovedOwner) {
    Site site;
    site.add({.name = "a"});
    site.command({"HSET", "p:q:1", "deid", "mine"});
    site.command({"SET", "p:q:de:mine", "1"});
    site.add({.name = "a"});
    site.command({"HSET", "p:q:2", "deid", "other"});
    site.command({"SET", "p:q:de:other", "77"});
    run(site.queue.drain(false));
    EXPECT_FALSE(site.exists("de:mine"));
    EXPECT_TRUE(site.exists("de:other"));
}

TEST(Clean, RemovesTheOldestWaitingJobsC102) {
    Site site;
    add_many(site, 4);
    EXPECT_EQ(run(site.queue.clean(0ms, 2, JobState::waiting)).value(), (Texts{"1", "2"}));
    EXPECT_TRUE(site.has_event("cleaned count 2"));
    EXPECT_EQ(site.list("wait"), (Texts{"4", "3"}));
    EXPECT_FALSE(site.exists("1"));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Clean, LeavesYoungJobsC102) {
    Site site;
    const Timestamp old = from_millis(1'700'000'000'000);
    for (const auto& [state, options] : std::map<JobState, JobOptions>{
             {JobState::waiting, {}},
             {JobState::prioritized, {.priority = 1}},
             {JobState::delayed, {.delay = std::chrono::hours(1'000'000)}}}) {
        const std::string young = site.add({.name = "a", .options = options});
        JobOptions past = options;
        past.timestamp = old;
        const std::string aged = site.add({.name = "a", .options = past});
        EXPECT_EQ(run(site.queue.clean(1h, 0, state)).value(), (Texts{aged})) << to_string(state);
        EXPECT_TRUE(site.exists(young));
    }
}

TEST(Clean, RemovesFinishedJobsByTheirEndC102) {
    Site site;
    add_many(site, 2);
    site.fetch("t", 2);
    site.finish("1", "t");
    site.finish("2", "t", "failed");
    EXPECT_TRUE(run(site.queue.clean(1h, 0, JobState::completed)).value().empty());
    EXPECT_TRUE(site.has_event("cleaned count 0"));
    EXPECT_EQ(run(site.queue.clean(0ms, 0, JobState::completed)).value(), (Texts{"1"}));
    EXPECT_EQ(run(site.queue.clean(0ms, 0, JobState::failed)).value(), (Texts{"2"}));
    EXPECT_FALSE(site.exists("completed"));
    EXPECT_FALSE(site.exists("2"));
}

TEST(Clean, OfActiveJobsRemovesOnlyUnlockedOnesC102) {
    Site site;
    add_many(site, 2);
    site.fetch("t", 2);
    site.command({"DEL", "p:q:2:lock"});
    EXPECT_EQ(run(site.queue.clean(0ms, 0, JobState::active)).value(), (Texts{"2"}));
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
}

TEST(Clean, LooksBehindManyJobsThatStay) {
    Site site;
    add_many(site, 450);
    const Timestamp old = from_millis(1'700'000'000'000);
    const std::string last = site.add({.name = "a", .options = {.timestamp = old}});
    add_iteration(site, "wait");
    EXPECT_EQ(run(site.queue.clean(1h, 0, JobState::waiting)).value(), (Texts{last}));
    EXPECT_EQ(site.number({"LLEN", "p:q:wait"}), 451);
    EXPECT_EQ(run(site.queue.clean(-1h, 0, JobState::waiting)).value().size(), 450U);
    EXPECT_EQ(site.list("wait"), (Texts{"repeat:s:1795384883499"}));
}

TEST(Clean, RefusesWhatCannotBeCleaned) {
    Site site;
    EXPECT_FALSE(run(site.queue.clean(0ms, 0, JobState::waiting_children)));
    EXPECT_FALSE(run(site.queue.clean(0ms, 0, JobState::unknown)));
}

TEST(Obliterate, NeedsAPausedQueueC103) {
    Site site;
    add_many(site, 1);
    EXPECT_EQ(site.script(detail::scripts().obliterate, {"", "10"}).integer, -1);
    EXPECT_TRUE(site.exists("1"));
}

TEST(Obliterate, RefusesActiveJobsUnlessForcedC103) {
    Site site;
    add_many(site, 2);
    site.fetch("t", 1);
    EXPECT_EQ(run(site.queue.obliterate(false)).error().kind, ErrorKind::conflict);
    EXPECT_TRUE(run(site.queue.is_paused()));
    EXPECT_TRUE(site.exists("2"));
    ASSERT_TRUE(run(site.queue.obliterate(true)));
    EXPECT_EQ(site.texts({"KEYS", "*"}), Texts());
}

TEST(Obliterate, LeavesNoKeyC103) {
    Site site;
    add_many(site, 600);
    add_many(site, 2, {.priority = 1});
    add_many(site, 2, {.delay = 1h});
    site.fetch("t", 2);
    site.finish("1", "t");
    site.finish("2", "t", "failed");
    ASSERT_TRUE(run(site.queue.add_log("3", "line")));
    add_iteration(site, "wait");
    site.command({"HSET", "p:q:repeat:s", "ic", "1"});
    site.command({"HSET", "p:q:metrics:completed", "count", "1"});
    ASSERT_TRUE(run(site.queue.obliterate(false)));
    EXPECT_EQ(site.texts({"KEYS", "*"}), Texts());
}

TEST(RetryAll, RunsFailedJobsAgainInOrderC105) {
    Site site;
    add_many(site, 300);
    for (int i = 1; i <= 300; ++i) {
        site.fetch("t", 1);
        site.finish(std::to_string(i), "t", "failed");
    }
    site.add({.name = "waiting"});
    EXPECT_EQ(run(site.queue.retry_all(JobState::failed)).value(), 300);
    EXPECT_EQ(site.number({"LLEN", "p:q:wait"}), 301);
    EXPECT_EQ(site.list("wait").back(), "301");
    EXPECT_EQ(site.field("7", "failedReason"), "");
    EXPECT_EQ(site.field("7", "atm"), "1");
    EXPECT_TRUE(site.has_event("waiting jobId 7 prev failed"));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(RetryAll, StopsAtItsLimitAndKnowsTwoStatesC105) {
    Site site;
    add_many(site, 3);
    site.fetch("t", 3);
    for (const char* id : {"1", "2", "3"}) {
        site.finish(id, "t");
    }
    EXPECT_EQ(run(site.queue.retry_all(JobState::completed, 2)).value(), 2);
    EXPECT_EQ(site.number({"ZCARD", "p:q:completed"}), 1);
    EXPECT_EQ(site.field("1", "returnvalue"), "");
    EXPECT_FALSE(run(site.queue.retry_all(JobState::waiting)));
}

TEST(RetryAll, AttachesAChildToItsParentAgain) {
    Site site;
    add_many(site, 1);
    site.fetch("t", 1);
    site.finish("1", "t");
    site.command({"HSET", "p:q:P", "name", "parent"});
    site.command({"HSET", "p:q:P:processed", "p:q:1", "null"});
    site.command({"HSET", "p:q:1", "parentKey", "p:q:P"});
    EXPECT_EQ(run(site.queue.retry_all(JobState::completed)).value(), 1);
    EXPECT_EQ(site.texts({"SMEMBERS", "p:q:P:dependencies"}), (Texts{"p:q:1"}));
    EXPECT_FALSE(site.exists("P:processed"));
}

TEST(PromoteAll, EmptiesDelayedInDueOrderC104) {
    Site site;
    add_many(site, 1, {.delay = 2h});
    add_many(site, 1, {.delay = 1h});
    add_many(site, 300, {.delay = 3h});
    EXPECT_EQ(run(site.queue.promote_all()), 302);
    EXPECT_FALSE(site.exists("delayed"));
    EXPECT_TRUE(site.has_event("waiting jobId 1 prev delayed"));
    EXPECT_EQ(site.score("marker", "0"), "0");
    EXPECT_EQ(site.fetch("t", 2), (Texts{"2", "1"}));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

}  // namespace
}  // namespace tripos::queue::test
