// SPDX-License-Identifier: MIT
// Adding jobs: what a foreign worker finds in Redis afterwards.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

NewJob named(const std::string& name, JobOptions options = {}) {
    return {.name = name, .options = std::move(options)};
}

TEST(QueueAdd, CreatesOnlyKeysOfItsQueueC001) {
    Site site;
    site.add(named("a"));
    site.add(named("b", {.priority = 3}));
    site.add(named("c", {.delay = 1h}));
    for (const std::string& key : site.texts({"KEYS", "*"})) {
        EXPECT_TRUE(key.starts_with("p:q:")) << key;
    }
}

TEST(QueueAdd, GivesConsecutiveIdsC002) {
    Site site;
    EXPECT_EQ(site.add(named("a")), "1");
    EXPECT_EQ(site.add(named("b")), "2");
    EXPECT_EQ(site.add(named("c")), "3");
    EXPECT_EQ(site.text({"GET", "p:q:id"}), "3");
}

TEST(QueueAdd, RefusesIdsOfTheCounterC004) {
    Site site;
    for (const char* id : {"0", "0:x", "123", "-5"}) {
        EXPECT_FALSE(run(site.queue.add(named("a", {.job_id = id})))) << id;
    }
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(QueueAdd, RefusesIdsThatAreKeysOfTheQueueC005) {
    Site site;
    for (const char* id : {"a:b",
                           "a:b:c",
                           "wait",
                           "paused",
                           "active",
                           "meta",
                           "id",
                           "delayed",
                           "prioritized",
                           "completed",
                           "failed",
                           "stalled",
                           "stalled-check",
                           "repeat",
                           "limiter",
                           "events",
                           "pc",
                           "marker",
                           "de",
                           "dn",
                           "metrics",
                           "waiting-children"}) {
        EXPECT_FALSE(run(site.queue.add(named("a", {.job_id = id})))) << id;
    }
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(QueueAdd, KeepsTheHashTagOfAPrefixInEveryKeyC008) {
    Site site;
    for (const char* name : {"a", "b"}) {
        Queue queue(site.client, {.name = name, .prefix = "{t}"}, site.clock);
        ASSERT_TRUE(run(queue.add(named("a"))));
        ASSERT_TRUE(run(queue.add(named("b", {.priority = 2}))));
        ASSERT_TRUE(run(queue.add(named("c", {.delay = 1ms}))));
        WorkerOptions tagged = options();
        tagged.queue = name;
        tagged.prefix = "{t}";
        const RunningWorker worker(site, tagged, succeed());
        EXPECT_TRUE(eventually([&] { return run(queue.counts())[JobState::completed] == 3; }));
    }
    for (const std::string& key : site.texts({"KEYS", "*"})) {
        EXPECT_TRUE(key.starts_with("{t}:a:") || key.starts_with("{t}:b:")) << key;
    }
}

TEST(QueueAdd, StoresACustomIdAndCountsItC006) {
    Site site;
    EXPECT_EQ(site.add(named("a", {.job_id = "abc"})), "abc");
    EXPECT_TRUE(site.exists("abc"));
    EXPECT_EQ(site.text({"GET", "p:q:id"}), "1");
}

TEST(QueueAddDeathTest, RefusesAQueueNameWithAColonC007) {
    Site site;
    EXPECT_DEATH(Queue(site.client, {.name = "a:b"}, site.clock), "is_queue_name");
}

TEST(QueueAdd, WritesTheSixBaseFieldsC011) {
    Site site;
    const Timestamp at = from_millis(1'700'000'000'000);
    site.add({.name = "n", .data = R"({"a":"é/\"\n"})", .options = {.timestamp = at}});
    EXPECT_EQ(site.field("1", "name"), "n");
    EXPECT_EQ(site.field("1", "data"), R"({"a":"é/\"\n"})");
    EXPECT_EQ(site.field("1", "opts"), R"({"attempts":0,"timestamp":1700000000000})");
    EXPECT_EQ(site.field("1", "timestamp"), "1700000000000");
    EXPECT_EQ(site.field("1", "delay"), "0");
    EXPECT_EQ(site.field("1", "priority"), "0");
}

TEST(QueueAdd, StandardJobGoesToTheLeftWithMarkerAndEventsC023) {
    Site site;
    site.add(named("a"));
    site.add(named("b"));
    EXPECT_EQ(site.list("wait"), (Texts{"2", "1"}));
    EXPECT_EQ(site.score("marker", "0"), "0");
    EXPECT_EQ(site.events(), (Texts{"added jobId 1 name a", "waiting jobId 1",
                                    "added jobId 2 name b", "waiting jobId 2"}));
}

TEST(QueueAdd, LifoJobIsFetchedBeforeOlderOnesC025) {
    Site site;
    site.add(named("a"));
    site.add(named("b", {.lifo = true}));
    EXPECT_EQ(site.list("wait"), (Texts{"1", "2"}));
    EXPECT_EQ(site.fetch("t", 2), (Texts{"2", "1"}));
}

TEST(QueueAdd, ScoresPrioritiesWithACounterC026) {
    Site site;
    site.add(named("a", {.priority = 10}));
    site.add(named("b", {.priority = 10}));
    EXPECT_EQ(site.score("prioritized", "1"), "42949672961");
    EXPECT_EQ(site.score("prioritized", "2"), "42949672962");
    EXPECT_EQ(site.text({"GET", "p:q:pc"}), "2");
}

TEST(QueueAdd, ServesNoPriorityFirstThenTheSmallestC027) {
    Site site;
    site.add(named("p0"));
    site.add(named("p5", {.priority = 5}));
    site.add(named("p1", {.priority = 1}));
    EXPECT_EQ(site.fetch("t", 3), (Texts{"1", "3", "2"}));
}

TEST(QueueAdd, BoundsThePriorityC029) {
    Site site;
    EXPECT_FALSE(run(site.queue.add(named("a", {.priority = 2'097'152}))));
    EXPECT_FALSE(run(site.queue.add(named("a", {.priority = -1}))));
    site.add(named("a", {.priority = 2'097'151}));
    EXPECT_EQ(site.score("prioritized", "1"), "9007194959773697");
}

TEST(QueueAdd, DelaysByScoreMarkerAndEventC030) {
    Site site;
    const std::int64_t due = 1'800'000'005'000;
    site.add(named("a", {.delay = 5s, .timestamp = from_millis(1'800'000'000'000)}));
    EXPECT_EQ(std::stoll(site.score("delayed", "1")) / 4096, due);
    EXPECT_EQ(site.field("1", "delay"), "5000");
    EXPECT_EQ(site.score("marker", "1"), std::to_string(due));
    EXPECT_TRUE(site.has_event("delayed jobId 1 delay " + std::to_string(due)));
}

TEST(QueueAdd, KeepsTheOrderOfJobsDueAtOnceC031) {
    Site site;
    const JobOptions options{.delay = 5s, .timestamp = from_millis(1'700'000'000'000)};
    for (int i = 0; i < 4; ++i) {
        site.add(named("a", options));
    }
    const std::int64_t base = 1'700'000'005'000 * 4096;
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(site.score("delayed", std::to_string(i + 1)), std::to_string(base + i));
    }
    EXPECT_EQ(site.fetch("t", 4), (Texts{"1", "2", "3", "4"}));
}

TEST(QueueAdd, ADelayedJobKeepsItsPriorityC032) {
    Site site;
    site.add(named("a", {.priority = 3, .delay = 1h}));
    EXPECT_EQ(site.field("1", "priority"), "3");
    EXPECT_FALSE(site.exists("prioritized"));
    ASSERT_TRUE(run(site.queue.promote("1")));
    EXPECT_NE(site.score("prioritized", "1"), "");
    EXPECT_EQ(site.field("1", "delay"), "0");
}

TEST(QueueAdd, ALaterDelayedJobDoesNotRaiseTheMarkerC033) {
    Site site;
    site.add(named("a", {.delay = 1h}));
    const std::string first = site.score("marker", "1");
    site.add(named("b", {.delay = 2h}));
    EXPECT_EQ(site.score("marker", "1"), first);
}

TEST(QueueAdd, AddingAnIdAgainChangesNothingC034) {
    Site site;
    site.add({.name = "a", .data = "1", .options = {.job_id = "x"}});
    EXPECT_EQ(site.add({.name = "b", .data = "2", .options = {.job_id = "x"}}), "x");
    EXPECT_EQ(site.field("x", "name"), "a");
    EXPECT_EQ(site.text({"GET", "p:q:id"}), "2");
    EXPECT_TRUE(site.has_event("duplicated jobId x"));
    EXPECT_EQ(site.list("wait"), (Texts{"x"}));
}

TEST(QueueAdd, WakesNobodyWhilePausedC037) {
    Site site;
    run(site.queue.pause());
    site.add(named("a"));
    EXPECT_FALSE(site.exists("marker"));
    EXPECT_TRUE(site.fetch("t", 1).empty());
}

TEST(QueueAdd, WakesNobodyAtGlobalConcurrencyC038) {
    Site site;
    site.command({"HSET", "p:q:meta", "concurrency", "1"});
    site.add(named("a"));
    ASSERT_EQ(site.fetch("t", 1).size(), 1U);
    site.command({"DEL", "p:q:marker"});
    site.add(named("b"));
    EXPECT_FALSE(site.exists("marker"));
}

TEST(QueueAdd, RefusesTooMuchDataC039) {
    Site site;
    const NewJob job{.name = "a", .data = R"("ééé")", .options = {.size_limit = 7}};
    EXPECT_FALSE(run(site.queue.add(job)));
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(QueueAdd, AddsAThousandInOrderC040) {
    Site site;
    std::vector<NewJob> jobs(1000, named("a"));
    const auto ids = run(site.queue.add_bulk(std::move(jobs))).value();
    ASSERT_EQ(ids.size(), 1000U);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        ASSERT_EQ(ids[i], std::to_string(i + 1));
    }
    EXPECT_EQ(site.number({"LLEN", "p:q:wait"}), 1000);
    EXPECT_EQ(site.number({"XLEN", "p:q:events"}), 2000);
    EXPECT_TRUE(site.inconsistencies().empty());
}

TEST(QueueAdd, PutsNothingWhenOneOfManyIsBad) {
    Site site;
    std::vector<NewJob> jobs(3, named("a"));
    jobs[2].data = "{";
    EXPECT_FALSE(run(site.queue.add_bulk(std::move(jobs))));
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(QueueAdd, ParksJobsOnlyOnAPausedQueueOfBullMq5C098) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4", "paused", "1"});
    site.add(named("a"));
    EXPECT_EQ(site.list("paused"), (Texts{"1"}));
    site.command({"HSET", "p:q:meta", "version", "bullmq:6.7.0"});
    site.add(named("b"));
    EXPECT_EQ(site.list("wait"), (Texts{"2"}));
}

}  // namespace
}  // namespace tripos::queue::test
