// SPDX-License-Identifier: MIT
// A worker's limits, backoff of one's own, blocking processors and typed payloads.

#include <atomic>
#include <boost/json/value.hpp>

#include "integration/queue/site.hpp"
#include "queue/blocking.hpp"
#include "queue/typed_queue.hpp"

namespace tripos::queue::test {

struct Mail {
    std::string to;
    std::int64_t copies = 0;
};

void tag_invoke(boost::json::value_from_tag, boost::json::value& json, const Mail& mail) {
    json = {{"to", mail.to}, {"copies", mail.copies}};
}

Mail tag_invoke(boost::json::value_to_tag<Mail>, const boost::json::value& json) {
    return {.to = boost::json::value_to<std::string>(json.at("to")),
            .copies = json.at("copies").to_number<std::int64_t>()};
}

namespace {

using Texts = std::vector<std::string>;

Task<Outcome> always_fail(const Job&, JobContext&) {
    co_return Retry{"again"};
}

Task<Outcome> slow_down_once(std::atomic<int>& started) {
    if (++started == 1) {
        co_return SlowDown{std::chrono::milliseconds(800)};
    }
    co_return Completed();
}

TEST(WorkerLimiter, StartsNoMoreThanItsLimitPerWindowC048) {
    Site site;
    WorkerOptions limited = options(4);
    limited.limiter = RateLimit{.max = 3, .duration = 60s};
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(8, {.name = "a"}))));
    const RunningWorker one(site, limited, succeed());
    const RunningWorker two(site, limited, succeed());
    ASSERT_TRUE(eventually([&] { return count_events(site, "completed") == 3; }));
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(count_events(site, "active"), 3);
    EXPECT_EQ(site.text({"GET", "p:q:limiter"}), "3");
    EXPECT_LE(site.number({"PTTL", "p:q:limiter"}), 60'000);
}

TEST(WorkerLimiter, GoesOnByItselfWhenTheWindowEndsC049) {
    Site site;
    WorkerOptions limited = options(4);
    limited.limiter = RateLimit{.max = 2, .duration = 300ms};
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(6, {.name = "a"}))));
    const auto begin = std::chrono::steady_clock::now();
    const RunningWorker worker(site, limited, succeed());
    ASSERT_TRUE(eventually([&] { return count_events(site, "completed") == 6; }));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 580ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(WorkerLimiter, TheQueuesMaxBeatsTheWorkersC050) {
    Site site;
    run(site.queue.set_global_rate_limit({.max = 1, .duration = 60s})).value();
    const redis::Reply first =
        site.script(detail::scripts().fetch_jobs, {site.now(), "t", "30000", "", "5 4 2000"});
    EXPECT_EQ(first.elements.at(2).integer, 0);
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(3, {.name = "a"}))));
    const redis::Reply taken =
        site.script(detail::scripts().fetch_jobs, {site.now(), "t", "30000", "", "5 4 2000"});
    EXPECT_EQ(taken.elements.at(2).integer, 1);
    EXPECT_LE(site.number({"PTTL", "p:q:limiter"}), 2'000);  // the worker's window
}

TEST(WorkerLimiter, ObeysADynamicLimitC049) {
    Site site;
    WorkerOptions limited = options();
    limited.limiter = RateLimit{.max = 100, .duration = 1s};
    run(site.queue.rate_limit(400ms)).value();
    site.add({.name = "a"});
    const auto begin = std::chrono::steady_clock::now();
    const RunningWorker worker(site, limited, succeed());
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 350ms);
}

TEST(WorkerLimiter, SlowsTheWholeQueueDownWhenOneWorkerAsksForIt) {
    Site site;
    WorkerOptions limited = options();
    limited.limiter = RateLimit{.max = 100, .duration = 100ms};
    std::atomic<int> started = 0;
    const auto once = [&started](const Job&, JobContext&) -> Task<Outcome> {
        return slow_down_once(started);
    };
    const RunningWorker one(site, limited, once);
    const RunningWorker other(site, limited, once);
    const auto begin = std::chrono::steady_clock::now();
    site.add({.name = "a"});
    ASSERT_TRUE(eventually([&] { return count_events(site, "waiting jobId 1 prev active") == 1; }));
    site.add({.name = "b"});
    ASSERT_TRUE(reaches(site, "2", JobState::completed));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 800ms);
    EXPECT_TRUE(reaches(site, "1", JobState::completed));
}

TEST(WorkerBackoff, AsksTheStrategyForTypesOfOnesOwnC070) {
    Site site;
    std::atomic<int> asked{0};
    WorkerOptions own = options();
    own.backoff_strategy =
        [&asked](const Job& job, int made,
                 const std::string& reason) -> std::optional<std::chrono::milliseconds> {
        const bool is_expected = job.options.backoff->type == "mine" && reason == "again";
        asked += is_expected ? 1 : 100;
        if (made >= 3) {
            return std::nullopt;
        }
        return made == 1 ? 100ms : 0ms;
    };
    const RunningWorker worker(site, own, always_fail);
    site.add({.name = "a", .options = {.attempts = 9, .backoff = Backoff{.type = "mine"}}});
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(site.field("1", "atm"), "3");
    EXPECT_EQ(count_events(site, "delayed jobId 1"), 1);
    EXPECT_EQ(count_events(site, "waiting jobId 1 prev active"), 1);
}

TEST(WorkerBackoff, AStrategyThatThrowsFailsTheJob) {
    Site site;
    WorkerOptions own = options();
    own.backoff_strategy = [](const Job&, int,
                              const std::string&) -> std::optional<std::chrono::milliseconds> {
        throw std::runtime_error("boom");
    };
    const RunningWorker worker(site, own, always_fail);
    site.add({.name = "a", .options = {.attempts = 9, .backoff = Backoff{.type = "mine"}}});
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    EXPECT_EQ(site.field("1", "failedReason"), "the backoff strategy failed: boom");
}

TEST(WorkerMaxStarted, FailsAJobThatWasStartedTooOften) {
    Site site;
    WorkerOptions strict = options();
    strict.max_started_attempts = 2;
    site.add({.name = "a", .options = {.attempts = 9}});
    site.add({.name = "b", .options = {.attempts = 9}});
    site.command({"HSET", "p:q:2", "ats", "2"});
    const RunningWorker worker(site, strict, always_fail);
    ASSERT_TRUE(reaches(site, "1", JobState::failed));
    ASSERT_TRUE(reaches(site, "2", JobState::failed));
    EXPECT_EQ(site.field("1", "ats"), "2");
    EXPECT_EQ(site.field("1", "failedReason"), "again");
    EXPECT_EQ(site.field("2", "failedReason"), "job started more than allowable limit");
}

TEST(BlockingProcessor, RunsOnThePoolWhileLocksAreRenewed) {
    Site site;
    ThreadPool pool({.name = "work", .threads = 2});
    WorkerOptions brief = options(2);
    brief.lock_duration = 200ms;
    brief.stalled_interval = 100ms;
    const auto sleepy = [](const Job&, BlockingContext& work) -> Outcome {
        work.log("begin");
        std::this_thread::sleep_for(500ms);
        work.update_progress("100");
        return work.is_abandoned() ? Outcome(Retry{"abandoned"}) : Outcome(Completed{"7"});
    };
    const RunningWorker worker(site, brief, blocking(pool, sleepy));
    site.add({.name = "a"});
    site.add({.name = "b"});
    for (const char* id : {"1", "2"}) {
        ASSERT_TRUE(reaches(site, id, JobState::completed));
        EXPECT_EQ(site.field(id, "returnvalue"), "7");
        EXPECT_EQ(site.field(id, "ats"), "1");
        EXPECT_EQ(site.field(id, "progress"), "100");
        EXPECT_EQ(run(site.queue.get_logs(id)), (Texts{"begin"}));
    }
}

TEST(BlockingProcessor, AnExceptionMeansAnotherTry) {
    Site site;
    ThreadPool pool({.name = "work"});
    const auto throwing = [](const Job& job, BlockingContext&) -> Outcome {
        if (job.attempts_made == 0) {
            throw std::runtime_error("boom");
        }
        return Completed{};
    };
    const RunningWorker worker(site, options(), blocking(pool, throwing));
    site.add({.name = "a", .options = {.attempts = 2}});
    ASSERT_TRUE(reaches(site, "1", JobState::completed));
    EXPECT_EQ(site.field("1", "failedReason"), "boom");
}

Task<Mail> answer_mail(const Mail& mail, const Job&, JobContext&) {
    Mail more = mail;
    more.copies += 1;
    co_return more;
}

Task<> accept_mail(const Mail&, const Job&, JobContext&) {
    co_return;
}

TEST(TypedQueue, CarriesStructsBothWays) {
    Site site;
    TypedQueue<Mail> mails(site.queue);
    const std::string id = run(mails.add("mail", {.to = "é@x", .copies = 2})).value();
    EXPECT_EQ(site.field(id, "data"), R"({"to":"é@x","copies":2})");
    EXPECT_EQ(run(mails.get_payload(id)).value().to, "é@x");
    const RunningWorker worker(site, options(), typed_processor<Mail>(answer_mail));
    ASSERT_TRUE(reaches(site, id, JobState::completed));
    EXPECT_EQ(site.field(id, "returnvalue"), R"({"to":"é@x","copies":3})");
    const auto ids = run(mails.add_bulk("mail", std::vector<Mail>(3, {.to = "a"}))).value();
    EXPECT_EQ(ids.size(), 3U);
    EXPECT_TRUE(reaches(site, ids.back(), JobState::completed));
}

TEST(TypedQueue, AMalformedPayloadFailsForGood) {
    Site site;
    const RunningWorker worker(site, options(), typed_processor<Mail>(accept_mail));
    for (const char* data : {R"({"to":7,"copies":1})", "[]", R"({"to":"a"})", "null"}) {
        const std::string id = site.add({.name = "mail", .data = data, .options = {.attempts = 5}});
        ASSERT_TRUE(reaches(site, id, JobState::failed)) << data;
        EXPECT_TRUE(site.field(id, "failedReason").starts_with("malformed payload: ")) << data;
        EXPECT_EQ(site.field(id, "atm"), "1");
    }
    const std::string fine =
        site.add({.name = "mail", .data = R"({"to":"a","copies":1,"more":2})"});
    ASSERT_TRUE(reaches(site, fine, JobState::completed));
    EXPECT_EQ(site.field(fine, "returnvalue"), "null");
}

}  // namespace
}  // namespace tripos::queue::test
