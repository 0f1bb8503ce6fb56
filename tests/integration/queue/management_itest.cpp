// SPDX-License-Identifier: MIT
// Pause and resume, remove, promote, retry, and reading.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// Jobs of these numbers at the left end of a list, the last one leftmost.
void push_many(Site& site, const std::string& list, int first, int last) {
    for (int next = first; next <= last; next += 5'000) {
        redis::Arguments push(1, "LPUSH");
        push.push_back("p:q:" + list);
        for (int id = next; id <= std::min(next + 4'999, last); ++id) {
            push.push_back(std::to_string(id));
        }
        site.command(std::move(push));
    }
}

/// How often Redis was held longer than that, and forgets it.
std::int64_t slow_calls(Site& site) {
    const std::int64_t found = site.number({"SLOWLOG", "LEN"});
    site.command({"SLOWLOG", "RESET"});
    return found;
}

TEST(Pause, HoldsRedisForMomentsHoweverManyJobsWaitOnAQueueOfBullMq5) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4"});
    push_many(site, "paused", 1, 6'000);
    push_many(site, "wait", 6'001, 200'000);
    site.command({"CONFIG", "SET", "slowlog-log-slower-than", "60000"});
    site.command({"SLOWLOG", "RESET"});
    run(site.queue.pause());
    EXPECT_EQ(slow_calls(site), 0);
    EXPECT_FALSE(site.exists("wait"));
    push_many(site, "wait", 200'001, 200'007);  // as BullMQ 6 adds while the queue is paused
    run(site.queue.resume());
    EXPECT_EQ(slow_calls(site), 0);
    EXPECT_FALSE(site.exists("paused"));
    EXPECT_FALSE(run(site.queue.is_paused()));
    const Texts wait = site.list("wait");
    ASSERT_EQ(wait.size(), 200'007U);
    for (std::size_t i = 0; i < wait.size(); ++i) {
        ASSERT_EQ(wait[i], std::to_string(wait.size() - i));
    }
    EXPECT_EQ(site.events(), (Texts{"paused", "resumed"}));
}

TEST(Pause, ThatBreaksOffMidwayIsGoneOnWith) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4"});
    push_many(site, "paused", 1, 6'000);
    push_many(site, "wait", 6'001, 20'000);
    EXPECT_EQ(site.script(detail::scripts().pause, {}).integer, 1);
    EXPECT_TRUE(run(site.queue.is_paused()));
    EXPECT_TRUE(site.fetch("t", 1).empty());
    EXPECT_EQ(site.script(detail::scripts().resume, {}).integer, 1);
    EXPECT_TRUE(run(site.queue.is_paused()));
    run(site.queue.resume());
    const Texts wait = site.list("wait");
    ASSERT_EQ(wait.size(), 20'000U);
    EXPECT_EQ(wait.front(), "20000");
    EXPECT_EQ(wait.back(), "1");
    EXPECT_TRUE(std::is_sorted(wait.begin(), wait.end(), [](const auto& a, const auto& b) {
        return std::stoi(a) > std::stoi(b);
    }));
}

TEST(Pause, StopsFetchingUntilResumedC095) {
    Site site;
    const RunningWorker worker(site, options(), succeed());
    run(site.queue.pause());
    EXPECT_TRUE(run(site.queue.is_paused()));
    site.add({.name = "a"});
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(run(site.queue.get_state("1")), JobState::waiting);
    const auto begin = std::chrono::steady_clock::now();
    run(site.queue.resume());
    EXPECT_TRUE(eventually([&] { return run(site.queue.get_state("1")) == JobState::completed; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
    EXPECT_TRUE(site.has_event("paused"));
    EXPECT_TRUE(site.has_event("resumed"));
}

TEST(Pause, ResumeMergesBothListsC097) {
    Site site;
    site.command({"HSET", "p:q:meta", "paused", "1"});
    site.command({"RPUSH", "p:q:wait", "c"});
    site.command({"RPUSH", "p:q:paused", "b", "a"});
    run(site.queue.resume());
    EXPECT_EQ(site.list("wait"), (Texts{"c", "b", "a"}));
    EXPECT_FALSE(site.exists("paused"));
    EXPECT_FALSE(run(site.queue.is_paused()));
    EXPECT_EQ(site.score("marker", "0"), "0");
}

TEST(Pause, ParksTheWaitingJobsOfABullMq5QueueInOrder) {
    Site site;
    site.command({"HSET", "p:q:meta", "version", "bullmq:5.66.4"});
    site.add({.name = "a"});
    site.add({.name = "b"});
    run(site.queue.pause());
    EXPECT_EQ(site.list("paused"), (Texts{"2", "1"}));
    EXPECT_FALSE(site.exists("wait"));
    EXPECT_EQ(run(site.queue.counts()).at(JobState::waiting), 2);
    EXPECT_EQ(run(site.queue.get_state("1")), JobState::waiting);
    run(site.queue.resume());
    EXPECT_EQ(site.list("wait"), (Texts{"2", "1"}));
}

TEST(Remove, RefusesALockedJobC099) {
    Site site;
    site.add({.name = "a"});
    site.add({.name = "b"});
    site.fetch("t", 1);
    EXPECT_FALSE(run(site.queue.remove("1")));
    EXPECT_TRUE(site.exists("1"));
    EXPECT_TRUE(run(site.queue.remove("2")));
    EXPECT_TRUE(site.has_event("removed jobId 2 prev wait"));
    EXPECT_FALSE(site.exists("2"));
    EXPECT_EQ(run(site.queue.remove("99")).error().kind, ErrorKind::not_found);
}

TEST(Remove, RefusesTheCurrentRunOfASchedulerC100) {
    Site site;
    site.command({"ZADD", "p:q:repeat", "1795384883499", "s"});
    site.command({"HSET", "p:q:repeat:s:1795384883499", "name", "a", "rjk", "s"});
    const redis::Reply reply =
        site.script(detail::scripts().remove_job, {site.now(), "repeat:s:1795384883499"});
    EXPECT_EQ(reply.integer, -8);
}

TEST(Remove, LeavesTheQueuesOwnKeysAlone) {
    Site site;
    site.add({.name = "a"});
    for (const char* id : {"meta", "wait", "events"}) {
        EXPECT_EQ(run(site.queue.remove(id)).error().kind, ErrorKind::not_found) << id;
        EXPECT_TRUE(site.exists(id)) << id;
    }
}

TEST(Pause, ResumeWakesTheWorkersC096) {
    Site site;
    run(site.queue.pause());
    site.add({.name = "a", .options = {.priority = 1}});
    EXPECT_FALSE(site.exists("marker"));
    run(site.queue.resume());
    EXPECT_EQ(site.score("marker", "0"), "0");
}

TEST(Promote, NeedsADelayedJobC104) {
    Site site;
    site.add({.name = "a", .options = {.delay = 1h}});
    EXPECT_TRUE(run(site.queue.promote("1")));
    EXPECT_TRUE(site.has_event("waiting jobId 1 prev delayed"));
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
    EXPECT_FALSE(run(site.queue.promote("1")));
}

TEST(RetryFinished, RunsAFailedJobAgainC105) {
    Site site;
    site.add({.name = "a"});
    EXPECT_EQ(run(site.queue.retry("1")).error().kind, ErrorKind::conflict);
    EXPECT_EQ(run(site.queue.retry("9")).error().kind, ErrorKind::not_found);
    site.fetch("t", 1);
    site.finish("1", "t", "failed");
    ASSERT_TRUE(run(site.queue.retry("1")));
    for (const char* name : {"finishedOn", "processedOn", "failedReason"}) {
        EXPECT_EQ(site.field("1", name), "") << name;
    }
    EXPECT_EQ(site.field("1", "atm"), "1");
    EXPECT_TRUE(site.has_event("waiting jobId 1 prev failed"));
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
}

TEST(RetryFinished, ReturnsToItsPriorityC106) {
    Site site;
    site.add({.name = "a", .options = {.priority = 7}});
    site.fetch("t", 1);
    site.finish("1", "t");
    ASSERT_TRUE(run(site.queue.retry("1")));
    EXPECT_NE(site.score("prioritized", "1"), "");
}

TEST(Getters, TellEveryStateC111) {
    Site site;
    site.add({.name = "completed"});
    site.add({.name = "failed"});
    site.add({.name = "active"});
    site.fetch("t", 3);
    site.finish("1", "t");
    site.finish("2", "t", "failed");
    site.add({.name = "waiting"});
    site.add({.name = "delayed", .options = {.delay = 1h}});
    site.add({.name = "prioritized", .options = {.priority = 1}});
    const std::vector<JobState> expected = {JobState::completed, JobState::failed,
                                            JobState::active,    JobState::waiting,
                                            JobState::delayed,   JobState::prioritized};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::string id = std::to_string(i + 1);
        EXPECT_EQ(run(site.queue.get_state(id)), expected[i]);
        EXPECT_EQ(run(site.queue.counts()).at(expected[i]), 1);
        const auto jobs = run(site.queue.get_jobs(expected[i], 0, -1, true));
        ASSERT_EQ(jobs.size(), 1U);
        EXPECT_EQ(jobs.front().name, to_string(expected[i]));
    }
    EXPECT_EQ(run(site.queue.get_state("nobody")), JobState::unknown);
    EXPECT_FALSE(run(site.queue.get_job("nobody")));
}

TEST(Getters, GiveWindowsOldestOrNewestFirstC112) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(5, {.name = "a"}))));
    const auto ids = [&site](std::int64_t start, std::int64_t end, bool ascending) {
        std::string all;
        for (const Job& job : run(site.queue.get_jobs(JobState::waiting, start, end, ascending))) {
            all += job.id;
        }
        return all;
    };
    EXPECT_EQ(ids(0, 1, true), "12");
    EXPECT_EQ(ids(1, 2, true), "23");
    EXPECT_EQ(ids(0, -1, true), "12345");
    EXPECT_EQ(ids(0, 1, false), "54");
    EXPECT_EQ(ids(3, 9, false), "21");
}

}  // namespace
}  // namespace tripos::queue::test
