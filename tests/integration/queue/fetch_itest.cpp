// SPDX-License-Identifier: MIT
// Fetching and finishing by script: the effects on every key, without a worker.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

TEST(QueueFetch, LocksCountsAndAnnouncesC042) {
    Site site;
    site.add({.name = "a"});
    EXPECT_EQ(site.fetch("tok", 1), (Texts{"1"}));
    EXPECT_FALSE(site.exists("wait"));
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
    EXPECT_EQ(site.text({"GET", "p:q:1:lock"}), "tok");
    EXPECT_LE(site.number({"PTTL", "p:q:1:lock"}), 30'000);
    EXPECT_EQ(site.field("1", "ats"), "1");
    EXPECT_EQ(site.field("1", "pb"), "w");
    EXPECT_NE(site.field("1", "processedOn"), "");
    EXPECT_TRUE(site.has_event("active jobId 1 prev waiting"));
}

TEST(QueueFetch, NewestActiveJobIsLeftmostC042) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b"});
    EXPECT_EQ(site.fetch("t", 2), (Texts{"1", "2"}));
    EXPECT_EQ(site.list("active"), (Texts{"2", "1"}));
}

TEST(QueueFetch, PromotesWhilePausedButTakesNothingC044) {
    Site site;
    site.add({.name = "a", .options = {.delay = 1ms, .timestamp = from_millis(1000)}});
    run(site.queue.pause());
    EXPECT_TRUE(site.fetch("t", 1).empty());
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
    EXPECT_TRUE(site.has_event("waiting jobId 1 prev delayed"));
    EXPECT_EQ(site.field("1", "delay"), "0");
    EXPECT_FALSE(site.exists("marker") && site.score("marker", "0") == "0");
}

TEST(QueueFetch, PromotesAThousandInDueOrderC045) {
    Site site;
    std::vector<NewJob> jobs;
    for (int i = 0; i < 1100; ++i) {
        const Timestamp at = from_millis(1'000'000 - i);
        jobs.push_back({.name = "a", .options = {.delay = 1ms, .timestamp = at}});
    }
    ASSERT_TRUE(run(site.queue.add_bulk(std::move(jobs))));
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1100"}));
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 100);
    EXPECT_EQ(site.number({"LLEN", "p:q:wait"}), 999);
}

TEST(QueueFetch, AJobThatIsDueHasThePriorityItWasGiven) {
    Site site;
    const Timestamp long_ago = from_millis(1000);
    site.add({.name = "due", .options = {.priority = 2, .delay = 1ms, .timestamp = long_ago}});
    site.add({.name = "more urgent", .options = {.priority = 1}});
    site.add({.name = "less urgent", .options = {.priority = 3}});
    EXPECT_EQ(site.fetch("t", 3), (Texts{"2", "1", "3"}));
}

TEST(QueueFetch, EmptiesTheListBeforePrioritizedJobsC046) {
    Site site;
    site.add({.name = "p", .options = {.job_id = "first", .priority = 1}});
    site.add({.name = "p", .options = {.job_id = "second", .priority = 2}});
    site.add({.name = "w", .options = {.job_id = "a"}});
    site.add({.name = "w", .options = {.job_id = "b"}});
    EXPECT_EQ(site.fetch("t", 1), (std::vector<std::string>{"a"}));
    EXPECT_EQ(site.fetch("t", 2), (std::vector<std::string>{"b", "first"}));
    site.add({.name = "w", .options = {.job_id = "c"}});
    EXPECT_EQ(site.fetch("t", 5), (std::vector<std::string>{"c", "second"}));
}

TEST(QueueFetch, NeverExceedsGlobalConcurrencyC047) {
    Site site;
    site.command({"HSET", "p:q:meta", "concurrency", "2"});
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(5, {.name = "a"}))));
    EXPECT_EQ(site.fetch("t", 5).size(), 2U);
    EXPECT_TRUE(site.fetch("u", 5).empty());
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_EQ(site.fetch("u", 5).size(), 1U);
}

TEST(QueueFetch, ObeysTheRateLimitOfMetaC048) {
    Site site;
    site.command({"HSET", "p:q:meta", "max", "3", "duration", "60000"});
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(5, {.name = "a"}))));
    EXPECT_EQ(site.fetch("t", 5).size(), 3U);
    EXPECT_EQ(site.text({"GET", "p:q:limiter"}), "3");
    const redis::Reply limited =
        site.script(detail::scripts().fetch_jobs, {site.now(), "t", "30000", "", "5"});
    EXPECT_GT(limited.elements.at(1).integer, 0);
    EXPECT_LE(limited.elements.at(1).integer, 60'000);
    EXPECT_EQ(limited.elements.at(2).integer, 0);
}

TEST(QueueFetch, DropsIdsThatAreNoJobsC052) {
    Site site;
    site.command({"RPUSH", "p:q:wait", "ghost", "0:123", "meta", "wait"});
    site.add({.name = "a"});
    EXPECT_EQ(site.fetch("t", 3), (Texts{"1"}));
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
    EXPECT_FALSE(site.exists("ghost"));
    EXPECT_FALSE(site.exists("ghost:lock"));
}

TEST(QueueFetch, WakesTheNextWorkerWhileJobsAreLeftC053) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b"});
    site.command({"DEL", "p:q:marker"});
    site.fetch("t", 1);
    EXPECT_EQ(site.score("marker", "0"), "0");
    site.command({"DEL", "p:q:marker"});
    site.fetch("t", 1);
    EXPECT_FALSE(site.exists("marker"));
}

TEST(QueueFetch, ForgetsThePriorityCounterWhenNothingIsLeft) {
    Site site;
    site.add({.name = "a", .options = {.priority = 2}});
    site.fetch("t", 2);
    EXPECT_FALSE(site.exists("pc"));
}

TEST(QueueFetch, LosesNothingToAForeignValueInItsKeysC143) {
    Site site;
    site.add({.name = "a"});
    site.command({"SET", "p:q:active", "text"});
    EXPECT_THROW(site.fetch("t", 1), redis::CommandFailed);
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
}

TEST(QueueFinish, CompletesC058) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_FALSE(site.exists("active"));
    EXPECT_FALSE(site.exists("1:lock"));
    EXPECT_EQ(site.score("completed", "1"), site.field("1", "finishedOn"));
    EXPECT_EQ(site.field("1", "returnvalue"), "null");
    EXPECT_EQ(site.field("1", "atm"), "1");
    const Texts events = site.events();
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events[events.size() - 2], "completed jobId 1 returnvalue null prev active");
    EXPECT_EQ(events.back(), "drained");
}

TEST(QueueFinish, NeedsTheLockC061) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "other"), -6);
    site.command({"DEL", "p:q:1:lock"});
    EXPECT_EQ(site.finish("1", "t"), -2);
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
    EXPECT_FALSE(site.exists("completed"));
    EXPECT_EQ(site.finish("77", "t"), -1);
}

TEST(QueueFinish, NeedsAnActiveJobC062) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    site.command({"DEL", "p:q:active"});
    EXPECT_EQ(site.finish("1", "t"), -3);
    EXPECT_FALSE(site.exists("completed"));
}

TEST(QueueFinish, WaitsForChildrenC063) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    site.command({"SADD", "p:q:1:dependencies", "p:q:9"});
    EXPECT_EQ(site.finish("1", "t"), -4);
    site.command({"DEL", "p:q:1:dependencies"});
    site.command({"ZADD", "p:q:1:unsuccessful", "1", "p:q:9"});
    EXPECT_EQ(site.finish("1", "t"), -9);
    EXPECT_TRUE(site.exists("1:lock"));
}

TEST(QueueFinish, FailsFinallyC064) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "t", "failed"), 0);
    EXPECT_EQ(site.field("1", "failedReason"), "broken");
    EXPECT_EQ(site.field("1", "stacktrace"), R"(["Error: broken"])");
    EXPECT_NE(site.score("failed", "1"), "");
    EXPECT_TRUE(site.has_event("failed jobId 1 failedReason broken prev active"));
    EXPECT_TRUE(site.has_event("retries-exhausted jobId 1 attemptsMade 1"));
}

TEST(QueueFinish, OneRefusedJobDoesNotStopTheOthers) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(2, {.name = "a"}))));
    site.fetch("t", 2);
    const redis::Reply reply =
        site.script(detail::scripts().finish_jobs,
                    {site.now(), "n", "30000", "", "0", "0", "2", "completed", "", "", "1000", "1",
                     "2", "wrong", "t", "null", "null", "1", "1"});
    EXPECT_EQ(reply.elements.at(0).elements.at(0).integer, -6);
    EXPECT_EQ(reply.elements.at(0).elements.at(1).integer, 0);
}

TEST(QueueFinish, ReleasesAParentWithItsLastChildC133) {
    Site site;
    site.add({.name = "child"});
    site.command({"HSET", "p:q:P", "name", "parent", "data", "{}", "priority", "0", "delay", "0"});
    site.command({"ZADD", "p:q:waiting-children", "1", "P"});
    site.command({"SADD", "p:q:P:dependencies", "p:q:1"});
    site.command(
        {"HSET", "p:q:1", "parentKey", "p:q:P", "parent", R"({"id":"P","queueKey":"p:q"})"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"P"}));
    EXPECT_EQ(site.text({"HGET", "p:q:P:processed", "p:q:1"}), "null");
    EXPECT_TRUE(site.has_event("waiting jobId P prev waiting-children"));
}

TEST(QueueFinish, FailsAParentThatAsksForItC134) {
    Site site;
    site.add({.name = "child"});
    site.command({"HSET", "p:q:P", "name", "parent", "data", "{}", "priority", "0", "delay", "0"});
    site.command({"ZADD", "p:q:waiting-children", "1", "P"});
    site.command({"SADD", "p:q:P:dependencies", "p:q:1", "p:q:2"});
    site.command({"HSET", "p:q:1", "parentKey", "p:q:P", "parent",
                  R"({"id":"P","queueKey":"p:q","fpof":true})"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "t", "failed"), 0);
    EXPECT_EQ(site.field("P", "defa"), "child p:q:1 failed");
    EXPECT_EQ(site.list("wait"), (Texts{"P"}));
    EXPECT_NE(site.score("P:unsuccessful", "p:q:1"), "");
}

TEST(QueueFinish, LeavesAParentAloneWithoutAFlagC137) {
    Site site;
    site.add({.name = "child"});
    site.command({"HSET", "p:q:P", "name", "parent", "data", "{}"});
    site.command({"ZADD", "p:q:waiting-children", "1", "P"});
    site.command({"SADD", "p:q:P:dependencies", "p:q:1"});
    site.command(
        {"HSET", "p:q:1", "parentKey", "p:q:P", "parent", R"({"id":"P","queueKey":"p:q"})"});
    site.fetch("t", 1);
    EXPECT_EQ(site.finish("1", "t", "failed"), 0);
    EXPECT_NE(site.score("waiting-children", "P"), "");
    EXPECT_EQ(site.texts({"SMEMBERS", "p:q:P:dependencies"}), (Texts{"p:q:1"}));
}

TEST(QueueFinish, ReleasesTheDeduplicationItOwnsC121) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b"});
    site.command({"HSET", "p:q:1", "deid", "D"});
    site.command({"HSET", "p:q:2", "deid", "E"});
    site.command({"SET", "p:q:de:D", "1"});
    site.command({"SET", "p:q:de:E", "9"});
    site.fetch("t", 2);
    site.finish("1", "t");
    site.finish("2", "t");
    EXPECT_FALSE(site.exists("de:D"));
    EXPECT_EQ(site.text({"GET", "p:q:de:E"}), "9");
}

}  // namespace
}  // namespace tripos::queue::test
