// SPDX-License-Identifier: MIT
// A worker at work: outcomes, retries, retention, waking up.

#include <atomic>

#include "integration/queue/site.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// Answers what the job's name says.
Task<Outcome> obey(const Job& job, JobContext& job_context) {
    if (job.name == "retry") {
        co_return Retry{"again"};
    }
    if (job.name == "throw") {
        throw std::runtime_error("boom é");
    }
    if (job.name == "fatal") {
        co_return FailPermanently{"never"};
    }
    if (job.name == "aside" && job.attempts_started == 1) {
        co_return MoveToDelayed{from_millis(to_millis(job.timestamp) + 300)};
    }
    if (job.name == "slow-down" && job.attempts_started == 1) {
        co_return SlowDown{std::chrono::milliseconds(300)};
    }
    if (job.name == "garbage") {
        co_return Completed{"{"};
    }
    if (job.name == "report") {
        co_await job_context.log("line 1");
        co_await job_context.log("line 2");
        co_await job_context.update_progress("50");
    }
    co_return Completed{job.data};
}

std::string add(Site& site, const std::string& name, JobOptions options = {}) {
    return site.add({.name = name, .data = R"({"n":1})", .options = std::move(options)});
}

TEST(Worker, CompletesWithItsValueC058) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "x");
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(run(site.queue.get_job("1"))->return_value, R"({"n":1})");
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Worker, MarksTheSpanOfWhatEndsBadly) {
    Site site;
    trace::Tracer tracer(*trace::Sampler::named("always_on", 1),
                         {.limit = 100, .batch = 10, .delay = 1ms}, site.clock, site.random,
                         site.metrics.counter("tripos_test_dropped_total", "x"));
    auto wanted = options();
    wanted.tracer = &tracer;
    const RunningWorker worker(site, wanted, obey);
    for (const auto* name : {"throw", "fatal", "x"}) {
        add(site, name);
    }
    ASSERT_TRUE(reaches(site, "3", JobState::completed));
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    std::vector<bool> marks;
    ASSERT_TRUE(eventually([&] {
        for (const auto& span : tracer.take()) {
            if (span->name == "process q") {
                marks.push_back(span->has_failed);
            }
        }
        return marks.size() == 3;
    }));
    EXPECT_EQ(std::count(marks.begin(), marks.end(), true), 2);
}

TEST(Worker, RetriesAtOnceUntilItsAttemptsAreUsedUpC065) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "throw", {.attempts = 3});
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(count_events(site, "waiting jobId 1 prev active"), 2);
    const auto job = run(site.queue.get_job("1"));
    EXPECT_EQ(job->attempts_made, 3);
    EXPECT_EQ(job->attempts_started, 3);
    EXPECT_EQ(job->failed_reason, "boom é");
    EXPECT_EQ(job->stacktrace.size(), 3U);
    EXPECT_TRUE(site.has_event("retries-exhausted jobId 1 attemptsMade 3"));
}

TEST(Worker, WaitsForItsBackoffC068) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    const auto begin = std::chrono::steady_clock::now();
    add(site, "retry", {.attempts = 2, .backoff = Backoff{.delay = 500ms}});
    ASSERT_TRUE(reaches(site, "1", JobState::delayed));
    EXPECT_EQ(site.field("1", "delay"), "500");
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 500ms);
    EXPECT_LT(took, 2s);
}

TEST(Worker, FailsPermanentlyWithAttemptsLeftC071) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "fatal", {.attempts = 3});
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "atm"), "1");
    EXPECT_EQ(count_events(site, "retries-exhausted"), 0);
}

TEST(Worker, SlowsDownWithoutUsingAnAttemptC072) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    const auto begin = std::chrono::steady_clock::now();
    add(site, "slow-down");
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 300ms);
    EXPECT_EQ(site.field("1", "atm"), "1");
    EXPECT_EQ(site.field("1", "ats"), "2");
    EXPECT_EQ(count_events(site, "waiting jobId 1 prev active"), 1);
}

TEST(Worker, MovesAsideWithoutUsingAnAttemptC073) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "aside");
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(site.field("1", "atm"), "1");
    EXPECT_EQ(site.field("1", "ats"), "2");
    EXPECT_GE(std::stoll(site.field("1", "processedOn")),
              std::stoll(site.field("1", "timestamp")) + 300);
}

TEST(Worker, KeepsTheLastTracesC074) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "retry", {.attempts = 5, .stack_trace_limit = 2});
    add(site, "retry", {.attempts = 5, .stack_trace_limit = 0});
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    ASSERT_TRUE(reaches(site, "2", JobState::failed));
    EXPECT_EQ(site.field("1", "stacktrace"), R"(["Error: again","Error: again"])");
    EXPECT_EQ(site.field("2", "stacktrace"), "[]");
}

TEST(Worker, RemovesOnCompletionC075) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "report", {.remove_on_complete = Retention{.count = 0}});
    ASSERT_TRUE(eventually([&] { return count_events(site, "completed jobId 1") == 1; }));
    EXPECT_FALSE(site.exists("1"));
    EXPECT_FALSE(site.exists("1:logs"));
    EXPECT_FALSE(site.exists("completed"));
}

TEST(Worker, KeepsTheNewestByNumberC076) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    for (int i = 0; i < 6; ++i) {
        add(site, "x", {.remove_on_complete = Retention{.count = 3}});
        ASSERT_TRUE(eventually([&] { return count_events(site, "completed") == i + 1; }));
    }
    EXPECT_EQ(site.texts({"ZRANGE", "p:q:completed", "0", "-1"}), (Texts{"4", "5", "6"}));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Worker, RemovesByAgeC077) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "x");
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    site.command({"ZADD", "p:q:completed", std::to_string(std::stoll(site.now()) - 1100), "1"});
    add(site, "x", {.remove_on_complete = Retention{.age = 1s}});
    ASSERT_TRUE(reaches(site, "2", JobState::completed));
    EXPECT_FALSE(site.exists("1"));
    EXPECT_EQ(site.number({"ZCARD", "p:q:completed"}), 1);
}

TEST(Worker, JobRetentionBeatsTheWorkersC078) {
    Site site;
    WorkerOptions strict = options();
    strict.remove_on_complete = Retention{.count = 0};
    const RunningWorker worker(site, strict, obey);
    add(site, "x", {.remove_on_complete = Retention{.count = -1}});
    add(site, "x");
    ASSERT_TRUE(eventually([&] { return count_events(site, "completed") == 2; }));
    EXPECT_TRUE(site.exists("1"));
    EXPECT_FALSE(site.exists("2"));
}

TEST(Worker, FailsAJobMarkedToFailC051) {
    Site site;
    add(site, "x", {.attempts = 3});
    site.command({"HSET", "p:q:1", "defa", "told so"});
    const RunningWorker worker(site, options(), obey);
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "failedReason"), "told so");
    EXPECT_EQ(site.field("1", "defa"), "");
    EXPECT_EQ(site.field("1", "atm"), "1");
}

TEST(Worker, FailsAJobWhoseDataIsNoJsonC143) {
    Site site;
    add(site, "x", {.attempts = 3});
    site.command({"HSET", "p:q:1", "data", "{broken"});
    const RunningWorker worker(site, options(), obey);
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "failedReason"), "the job's data is not valid JSON");
}

TEST(Worker, NeverWritesAnInvalidReturnValueC060) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "garbage");
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "failedReason"), "the processor returned malformed JSON");
}

TEST(Worker, ReadsAJobWithNameAndDataOnlyC020) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    site.command({"HSET", "p:q:x", "name", "foreign", "data", "7"});
    site.command({"LPUSH", "p:q:wait", "x"});
    site.command({"ZADD", "p:q:marker", "0", "0"});
    ASSERT_TRUE(reaches(site, "x", JobState::completed));
    EXPECT_EQ(site.field("x", "returnvalue"), "7");
}

TEST(Worker, KeepsUnknownFieldsC021) {
    Site site;
    add(site, "retry", {.attempts = 2});
    site.command({"HSET", "p:q:1", "tm", "trace", "custom", "kept"});
    const RunningWorker worker(site, options(), obey);
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "tm"), "trace");
    EXPECT_EQ(site.field("1", "custom"), "kept");
}

TEST(Worker, LogsAndReportsProgressC109) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "report", {.keep_logs = 1});
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(run(site.queue.get_logs("1")), (Texts{"line 2"}));
    EXPECT_EQ(run(site.queue.get_job("1"))->progress, "50");
    EXPECT_TRUE(site.has_event("progress jobId 1 data 50"));
}

TEST(Worker, StartsAJobAtOnceWhenIdleC024) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "x");
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    for (int i = 2; i < 5; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const std::string id = add(site, "x");
        ASSERT_TRUE(reaches(site, id, JobState::completed));
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
    }
}

TEST(Worker, PollsForAJobWithoutAMarkerC054) {
    Site site;
    WorkerOptions polling = options();
    polling.drain_delay = 200ms;
    const RunningWorker worker(site, polling, obey);
    site.command({"HSET", "p:q:x", "name", "foreign", "data", "7"});
    site.command({"LPUSH", "p:q:wait", "x"});
    EXPECT_TRUE(reaches(site, "x", JobState::completed));
}

TEST(Worker, RunsADelayedJobOnTimeC055) {
    Site site;
    const RunningWorker worker(site, options(), obey);
    add(site, "x", {.delay = 400ms});
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    const auto late =
        std::stoll(site.field("1", "processedOn")) - std::stoll(site.field("1", "timestamp")) - 400;
    EXPECT_GE(late, 0);
    EXPECT_LE(late, 100);
}

TEST(Worker, WaitsForTheRateLimitToEndC049) {
    Site site;
    site.command({"HSET", "p:q:meta", "max", "2", "duration", "400"});
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(4, {.name = "a"}))));
    const auto begin = std::chrono::steady_clock::now();
    const RunningWorker worker(site, options(4), obey);
    ASSERT_TRUE(eventually([&] { return count_events(site, "completed") == 4; }));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 380ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(Worker, CallsTheHandlerOfFinalFailures) {
    Site site;
    std::atomic<int> calls{0};
    RunningWorker worker(site, options(), obey);
    const auto handler = [&calls](const Job& job, const std::string& reason) -> Task<> {
        const bool expected = job.name == "retry" && reason == "again";
        calls += expected ? 1 : 100;
        return sleep_for(std::chrono::milliseconds(0));
    };
    worker.worker.on_failed(handler);
    add(site, "retry", {.attempts = 2});
    ASSERT_TRUE(eventually([&] { return calls > 0; }));
    EXPECT_EQ(calls, 1);
}

TEST(Worker, ShowsUpInTheListOfConnectionsC009) {
    Site site;
    WorkerOptions with_name = options();
    with_name.name = "w-one";
    const RunningWorker worker(site, with_name, obey);
    EXPECT_TRUE(eventually([&] {
        return site.text({"CLIENT", "LIST"}).find("name=p:cQ==:w:w-one ") != std::string::npos;
    }));
}

TEST(Worker, FinishesTwoThousandJobsOnceEach) {
    Site site;
    std::atomic<int> calls{0};
    const auto counting = [&calls](const Job& job, JobContext& job_context) -> Task<Outcome> {
        ++calls;
        return obey(job, job_context);
    };
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(2000, {.name = "a"}))));
    {
        const RunningWorker worker(site, options(50), counting);
        ASSERT_TRUE(eventually(
            [&] {
                return site.number({"ZCARD", "p:q:completed"}) == 2000;
            },
            60s));
    }
    EXPECT_EQ(calls, 2000);
    EXPECT_EQ(site.inconsistencies(), Texts());
    EXPECT_FALSE(site.exists("active"));
}

}  // namespace
}  // namespace tripos::queue::test
