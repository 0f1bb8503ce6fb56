// SPDX-License-Identifier: MIT
// Locks, stalled jobs, closing, and a Redis that goes away or forgets.

#include <atomic>

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

Task<Outcome> take_a_second(const Job&, JobContext&) {
    co_await sleep_for(std::chrono::seconds(1));
    co_return Completed();
}

Task<Outcome> never_end(const Job&, JobContext&) {
    co_await sleep_for(std::chrono::hours(1));
    co_return Completed();
}

/// One scan that the gate does not stop.
Texts scan(Site& site, int limit = 1) {
    site.command({"DEL", "p:q:stalled-check"});
    Texts ids;
    const redis::Reply reply = site.script(detail::scripts().recover_stalled,
                                           {site.now(), "60000", std::to_string(limit)});
    for (const redis::Reply& id : reply.elements) {
        ids.push_back(id.text);
    }
    return ids;
}

TEST(Locks, AreRenewedWhileAJobRunsC084) {
    Site site;
    WorkerOptions brief = options();
    brief.lock_duration = 300ms;
    brief.stalled_interval = 100ms;
    const RunningWorker worker(site, brief, take_a_second);
    site.add({.name = "a"});
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(site.field("1", "ats"), "1");
    EXPECT_EQ(site.field("1", "stc"), "");
}

TEST(Locks, AreNotRenewedByAnotherTokenC085) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    const redis::Reply lost =
        site.script(detail::scripts().extend_locks, {"90000", "1", "other", "7", "t"});
    ASSERT_EQ(lost.elements.size(), 2U);
    EXPECT_EQ(site.text({"GET", "p:q:1:lock"}), "t");
    EXPECT_LE(site.number({"PTTL", "p:q:1:lock"}), 30'000);
}

TEST(Locks, RenewalClearsTheSuspicionC086) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    scan(site);
    EXPECT_EQ(site.texts({"SMEMBERS", "p:q:stalled"}), (Texts{"1"}));
    site.script(detail::scripts().extend_locks, {"30000", "1", "t"});
    EXPECT_FALSE(site.exists("stalled"));
}

TEST(StalledJobs, RunAgainInFrontC093) {
    Site site;
    site.add({.name = "a", .options = {.priority = 4}});
    site.fetch("t", 1);
    site.add({.name = "b"});
    EXPECT_EQ(scan(site), Texts());
    site.command({"DEL", "p:q:1:lock", "p:q:marker"});
    EXPECT_EQ(scan(site), (Texts{"1"}));
    EXPECT_EQ(site.list("wait"), (Texts{"2", "1"}));
    EXPECT_EQ(site.field("1", "stc"), "1");
    EXPECT_EQ(site.score("marker", "0"), "0");
    EXPECT_TRUE(site.has_event("stalled jobId 1"));
    EXPECT_TRUE(site.has_event("waiting jobId 1 prev active"));
}

TEST(StalledJobs, FailAtTheSecondStallC089) {
    Site site;
    site.add({.name = "a"});
    for (int i = 0; i < 2; ++i) {
        site.fetch("t", 1);
        scan(site);
        site.command({"DEL", "p:q:1:lock"});
        EXPECT_EQ(scan(site), (Texts{"1"}));
    }
    EXPECT_EQ(site.field("1", "defa"), "job stalled more than allowable limit");
    const RunningWorker worker(site, options(), succeed());
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "failedReason"), "job stalled more than allowable limit");
}

TEST(StalledJobs, AreLookedForOncePerIntervalC090) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    scan(site);
    site.command({"DEL", "p:q:1:lock"});
    const redis::Reply again =
        site.script(detail::scripts().recover_stalled, {site.now(), "60000", "1"});
    EXPECT_TRUE(again.elements.empty());
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
}

TEST(StalledJobs, AreNotThoseWithALockC091) {
    Site site;
    site.add({.name = "a"});
    site.fetch("t", 1);
    scan(site);
    EXPECT_EQ(scan(site), Texts());
    EXPECT_EQ(site.list("active"), (Texts{"1"}));
}

TEST(StalledJobs, OfASchedulerAreNeverFailedC092) {
    Site site;
    site.add({.name = "a"});
    site.command({"HSET", "p:q:1", "rjk", "s"});
    site.command({"ZADD", "p:q:repeat", "1", "s"});
    site.fetch("t", 1);
    scan(site, 0);
    site.command({"DEL", "p:q:1:lock"});
    EXPECT_EQ(scan(site, 0), (Texts{"1"}));
    EXPECT_EQ(site.field("1", "defa"), "");
}

TEST(StalledJobs, FinishOnceC094) {
    Site site;
    site.add({.name = "a"});
    site.fetch("old", 1);
    scan(site);
    site.command({"DEL", "p:q:1:lock"});
    scan(site);
    EXPECT_EQ(site.finish("1", "old"), -2);
    site.fetch("new", 1);
    EXPECT_EQ(site.finish("1", "old"), -6);
    EXPECT_EQ(site.finish("1", "new"), 0);
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Closing, WaitsForRunningJobsC146) {
    Site site;
    {
        RunningWorker worker(site, options(5), take_a_while);
        ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(50, {.name = "a"}))));
        ASSERT_TRUE(eventually([&] { return site.number({"ZCARD", "p:q:completed"}) > 5; }));
        run(worker.worker.close(5s));
        run(worker.worker.close(5s));
    }
    EXPECT_FALSE(site.exists("active"));
    EXPECT_EQ(site.texts({"KEYS", "*:lock"}), Texts());
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Closing, GivesUpAfterItsGraceAndAnotherWorkerTakesOver) {
    Site site;
    WorkerOptions brief = options();
    brief.lock_duration = 200ms;
    brief.stalled_interval = 100ms;
    site.add({.name = "a"});
    {
        RunningWorker worker(site, brief, never_end);
        ASSERT_TRUE(reaches(site, "1", JobState::active));
        const auto begin = std::chrono::steady_clock::now();
        run(worker.worker.close(50ms));
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    }
    const RunningWorker other(site, brief, succeed());
    EXPECT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(site.field("1", "stc"), "1");
}

TEST(Outage, ARestartedRedisIsUsedAgainC145) {
    Site site(TestRedis::Persistence::append_only);
    WorkerOptions brief = options(4);
    brief.lock_duration = 1s;
    brief.stalled_interval = 200ms;
    const RunningWorker worker(site, brief, take_a_while);
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(40, {.name = "a"}))));
    ASSERT_TRUE(eventually([&] { return site.number({"ZCARD", "p:q:completed"}) > 4; }));
    site.redis.kill();
    std::this_thread::sleep_for(200ms);
    site.redis.restart();
    const auto all_done = [&] { return run(site.queue.counts()).at(JobState::completed) == 40; };
    const auto safely = [&] {
        try {
            return all_done();
        } catch (const redis::Unavailable&) {
            return false;
        }
    };
    EXPECT_TRUE(eventually(safely, 20s));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Outage, AFetchWithoutAnAnswerIsHandedBack) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b", .options = {.priority = 2}});
    site.fetch("lost", 2);
    site.add({.name = "c"});
    site.fetch("kept", 1);
    const redis::Reply ids = site.script(detail::scripts().reclaim_jobs, {"lost", "other"});
    EXPECT_EQ(ids.elements.size(), 2U);
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
    EXPECT_EQ(site.score("prioritized", "2"), std::to_string(2LL << 32));
    EXPECT_EQ(site.list("active"), (Texts{"3"}));
    EXPECT_EQ(site.field("1", "ats"), "0");
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Outage, WhatIsHandedBackRunsBeforeWhatWaits) {
    Site site;
    site.add({.name = "a"});
    site.fetch("lost", 1);
    site.add({.name = "b"});
    site.script(detail::scripts().reclaim_jobs, {"lost"});
    EXPECT_EQ(site.fetch("t", 2), (Texts{"1", "2"}));
}

TEST(Outage, AJobIsNotHeldUpByAnAnswerThatNeverCame) {
    Site site;
    WorkerOptions polling = options();
    polling.drain_delay = 50ms;
    const RunningWorker worker(site, polling, succeed());
    site.command({"HSET", "p:q:x", "name", "a", "data", "1"});
    site.redis.pause();
    std::thread adding([&site] {
        try {
            site.command({"LPUSH", "p:q:wait", "x"});
        } catch (const redis::Unavailable&) {
        }
    });
    adding.join();  // by now the worker has given up on its own call, too
    site.redis.resume();
    // The push fails unsent when the connection broke first.
    const auto is_pushed = [&site] {
        try {
            if (run(site.queue.get_state("x")) == JobState::unknown) {
                site.command({"LPUSH", "p:q:wait", "x"});
            }
            return true;
        } catch (const redis::Unavailable&) {
            return false;
        }
    };
    ASSERT_TRUE(eventually(is_pushed));
    const auto is_done = [&site] {
        try {
            return run(site.queue.get_state("x")) == JobState::completed;
        } catch (const redis::Unavailable&) {
            return false;
        }
    };
    EXPECT_TRUE(eventually(is_done, 8s));
    EXPECT_EQ(site.field("x", "ats"), "1");
}

TEST(Outage, AWorkerStartsWithoutRedis) {
    Site site;
    site.redis.kill();
    const RunningWorker worker(site, options(), succeed());
    std::this_thread::sleep_for(100ms);
    site.redis.restart();
    const auto added = [&] {
        try {
            site.add({.name = "a"});
            return true;
        } catch (const redis::Unavailable&) {
            return false;
        }
    };
    ASSERT_TRUE(eventually(added));
    EXPECT_TRUE(reaches(site, "1", JobState::completed));
}

TEST(Outage, ForgottenScriptsAreSentAgainC144) {
    Site site;
    const RunningWorker worker(site, options(), succeed());
    site.add({.name = "a"});
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    site.command({"SCRIPT", "FLUSH"});
    site.add({.name = "b"});
    EXPECT_TRUE(reaches(site, "2", JobState::completed));
}

TEST(Outage, AFlushedRedisIsJustAnEmptyQueue) {
    Site site;
    const RunningWorker worker(site, options(), take_a_second);
    site.add({.name = "a", .options = {.job_id = "lost"}});
    ASSERT_TRUE(reaches(site, "lost", JobState::active));
    site.redis.flush();
    site.add({.name = "b", .options = {.job_id = "new"}});
    EXPECT_TRUE(reaches(site, "new", JobState::completed));
    EXPECT_FALSE(site.exists("lost"));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Outage, ForeignValuesDoNotStopTheWorkerC143) {
    Site site;
    WorkerOptions polling = options();
    polling.drain_delay = 200ms;
    site.command({"SET", "p:q:active", "text"});
    site.command({"SET", "p:q:marker", "text"});
    const RunningWorker worker(site, polling, succeed());
    std::this_thread::sleep_for(300ms);
    site.command({"DEL", "p:q:active", "p:q:marker"});
    site.add({.name = "a"});
    EXPECT_TRUE(reaches(site, "1", JobState::completed));
}

TEST(Outage, OneResultThatRedisRefusesDoesNotHoldUpTheOthers) {
    Site site;
    std::vector<NewJob> jobs(10, {.name = "a"});
    ASSERT_TRUE(run(site.queue.add_bulk(std::move(jobs))));
    site.command({"SET", "p:q:4:unsuccessful", "text"});
    const RunningWorker worker(site, options(10), take_a_while);
    const auto finished = [&](const char* result) {
        const Labels labels{{"queue", "q"}, {"result", result}};
        return site.metrics.counter("tripos_queue_jobs_total", "", labels).value();
    };
    EXPECT_TRUE(eventually([&] { return finished("completed") == 9; }));
    EXPECT_TRUE(eventually([&] { return finished("lost") == 1; }));
}

}  // namespace
}  // namespace tripos::queue::test
