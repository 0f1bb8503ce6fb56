// SPDX-License-Identifier: MIT
// What a Redis that freezes, or whose replies are lost, means for the jobs of a worker.

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "integration/queue/site.hpp"
#include "support/redis_gate.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// Locks end soon, and what has lost its own is taken up again soon.
WorkerOptions brief(std::size_t concurrency = 1) {
    WorkerOptions quick = options(concurrency);
    quick.lock_duration = 300ms;
    quick.stalled_interval = 100ms;
    quick.max_stalled_count = 10;
    quick.drain_delay = 100ms;
    return quick;
}

/// Says when its processors have begun, and when one knows that it works for nobody.
struct Watch {
    std::atomic<int> begun = 0;
    std::atomic<bool> may_end = false;
    std::atomic<int> abandoned = 0;
};

Task<Outcome> until_abandoned(Watch& watch, JobContext& job) {
    ++watch.begun;
    while (!job.is_abandoned()) {
        co_await sleep_for(std::chrono::milliseconds(5));
    }
    ++watch.abandoned;
    co_return Completed();
}

Task<Outcome> until_told(Watch& watch) {
    ++watch.begun;
    while (!watch.may_end) {
        co_await sleep_for(std::chrono::milliseconds(5));
    }
    co_return FailPermanently{"as told"};
}

Task<Outcome> step_aside_when_told(Watch& watch, Timestamp until) {
    co_await until_told(watch);
    co_return MoveToDelayed{until};
}

double finished(Site& site, const char* result) {
    const Labels labels{{"queue", "q"}, {"result", result}};
    return static_cast<double>(site.metrics.counter("tripos_queue_jobs_total", "", labels).value());
}

/// Hangs until the client has given up on what it has sent, and then does it all the same.
void lose_the_replies(Site& site, Watch& watch) {
    site.redis.pause();
    watch.may_end = true;
    EXPECT_TRUE(eventually([&] { return !site.client.is_connected(); }));
    site.redis.resume();
}

bool is_safely(const std::function<bool()>& holds) {
    return eventually([&] {
        try {
            return holds();
        } catch (const redis::Unavailable&) {
            return false;
        }
    });
}

/// A site whose worker is behind a gate; what looks at Redis is not.
struct GatedSite : Site {
    GatedSite() { gated.start(); }
    ~GatedSite() {
        gate.let_go();
        run(gated.stop());
    }

    /// What is held back never arrives.
    void lose_replies() {
        gate.cut();
        EXPECT_TRUE(eventually([this] { return !gated.is_connected(); }));
        gate.let_go();
    }

    tripos::test::RedisGate gate{redis.socket_path()};
    redis::Client gated{{&context()}, {.endpoint = redis::parse_url(gate.url()).value()}};
};

/// One job from end to end, so that Redis knows the scripts: asking for one costs a reply.
void run_one(Site& site, Watch& watch) {
    watch.may_end = true;
    site.add({.name = "first"});
    ASSERT_TRUE(eventually([&] { return finished(site, "failed") == 1; }));
    watch.may_end = false;
    watch.begun = 0;
}

/// The end of a job fetches the next, "3", and its worker does not hear of it.
void fetch_unheard(GatedSite& site, Watch& watch) {
    run_one(site, watch);
    site.add({.name = "runs"});
    ASSERT_TRUE(eventually([&] { return watch.begun == 1; }));
    site.add({.name = "waits"});
    site.gate.hold_replies();
    watch.may_end = true;
    ASSERT_TRUE(eventually([&] { return site.list("active") == Texts{"3"}; }));
}

std::int64_t count(Site& site, JobState state) {
    return run(site.queue.counts()).at(state);
}

TEST(FrozenRedis, LetsNoJobFailThatNeverRan) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(20, {.name = "a"}))));
    const RunningWorker worker(site, brief(), take_a_while);
    ASSERT_TRUE(eventually([&] { return count(site, JobState::completed) > 2; }));
    // The job that runs ends meanwhile; what its end fetches arrives after its lock has expired.
    site.redis.pause();
    std::this_thread::sleep_for(700ms);
    site.redis.resume();
    EXPECT_TRUE(eventually([&] { return count(site, JobState::completed) == 20; }));
    EXPECT_EQ(count(site, JobState::failed), 0);
    for (int id = 1; id <= 20; ++id) {
        EXPECT_EQ(site.field(std::to_string(id), "atm"), "1") << id;
    }
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(FrozenRedis, LetsNoJobStartUnderALockThatHasEnded) {
    GatedSite site;
    WorkerOptions slow = brief();
    slow.stalled_interval = 1min;
    Watch watch;
    const RunningWorker worker(site, site.gated, slow,
                               [&watch](const Job&, JobContext&) { return until_told(watch); });
    fetch_unheard(site, watch);  // until its lock has ended
    ASSERT_TRUE(eventually([&] { return !site.exists("3:lock"); }));
    EXPECT_EQ(watch.begun, 1);
    site.gate.let_go();
    // Given back at once, not when it is found stalled, it runs once and fails as it was told to.
    EXPECT_TRUE(eventually([&] { return count(site, JobState::failed) == 3; }));
    EXPECT_EQ(watch.begun, 2);
    EXPECT_EQ(site.field("3", "ats"), "1");
    EXPECT_EQ(site.field("3", "stc"), "");
    EXPECT_EQ(finished(site, "lost"), 0);
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(FrozenRedis, IsNoticedByAProcessorWhenItsLockMayHaveEnded) {
    Site site;
    site.add({.name = "a"});
    Watch watch;
    const RunningWorker worker(site, brief(), [&watch](const Job&, JobContext& job) {
        return until_abandoned(watch, job);
    });
    ASSERT_TRUE(eventually([&] { return watch.begun == 1; }));
    std::this_thread::sleep_for(400ms);
    EXPECT_EQ(watch.abandoned, 0);  // renewed meanwhile
    site.redis.pause();
    EXPECT_TRUE(eventually([&] { return watch.abandoned == 1; }, 1200ms));
    site.redis.resume();
}

TEST(LostReplies, OfAFinishAreFoundOutAndToldOnce) {
    GatedSite site;
    Watch watch;
    std::atomic<int> told = 0;
    RunningWorker running(site, site.gated, options(2),
                          [&watch](const Job&, JobContext&) { return until_told(watch); });
    run_one(site, watch);
    site.add({.name = "kept"});
    site.add({.name = "removed", .options = {.remove_on_fail = Retention{.count = 0}}});
    const auto handler = [&told](const Job&, const std::string& reason) {
        told += reason == "as told" ? 1 : 100;
        return sleep_for(0ms);
    };
    running.worker.on_failed(handler);
    ASSERT_TRUE(eventually([&] { return watch.begun == 2; }));
    site.gate.hold_replies();
    watch.may_end = true;
    // Both have ended there, and the worker will never hear it.
    ASSERT_TRUE(
        eventually([&] { return count(site, JobState::failed) == 2 && !site.exists("3"); }));
    EXPECT_EQ(finished(site, "failed"), 1);
    site.lose_replies();
    EXPECT_TRUE(eventually([&] { return finished(site, "failed") == 3; }));
    EXPECT_EQ(finished(site, "lost"), 0);
    EXPECT_TRUE(eventually([&] { return told == 2; }));
    EXPECT_EQ(count(site, JobState::failed), 2);
}

TEST(LostReplies, OfAFetchDoNotKeepItsJobsUntilTheirLocksEnd) {
    GatedSite site;
    Watch watch;
    const RunningWorker worker(site, site.gated, options(),
                               [&watch](const Job&, JobContext&) { return until_told(watch); });
    fetch_unheard(site, watch);  // for good
    site.lose_replies();
    EXPECT_TRUE(eventually([&] { return count(site, JobState::failed) == 3; }));
    EXPECT_EQ(watch.begun, 2);
    EXPECT_EQ(site.field("3", "ats"), "1");
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(LostReplies, OfSomebodyElsesEndAreNotOurs) {
    Site site;
    site.add({.name = "a"});
    Watch watch;
    const RunningWorker running(site, options(),
                                [&watch](const Job&, JobContext&) { return until_told(watch); });
    ASSERT_TRUE(eventually([&] { return watch.begun == 1; }));
    // Another worker has taken the job over and completed it.
    site.command({"SET", "p:q:1:lock", "other"});
    EXPECT_EQ(site.finish("1", "other"), 0);
    lose_the_replies(site, watch);
    EXPECT_TRUE(eventually([&] { return finished(site, "lost") == 1; }));
    EXPECT_EQ(finished(site, "failed"), 0);
}

TEST(LostRequests, ToHandAJobBackAreMadeUpForWhileTheWorkerCloses) {
    GatedSite site;
    Watch ends;
    Watch stays;
    RunningWorker running(site, site.gated, options(2), [&](const Job& job, JobContext&) {
        return until_told(job.name == "stays" ? stays : ends);
    });
    run_one(site, ends);
    site.add({.name = "ends"});
    site.add({.name = "stays"});
    ASSERT_TRUE(eventually([&] { return ends.begun == 1 && stays.begun == 1; }));
    site.add({.name = "waits"});
    site.gate.hold_replies();
    ends.may_end = true;
    ASSERT_TRUE(eventually([&] { return site.list("active") == Texts{"4", "3"}; }));
    auto closed = asio::co_spawn(context(), running.worker.close(1min), asio::use_future);
    run(sleep_for(0ms));  // on the worker's only thread: it has begun to close
    // The job it hears of now goes back, but that does not get through.
    site.gate.lose_next_request();
    site.gate.let_go();
    EXPECT_TRUE(eventually([&] { return site.list("wait") == Texts{"4"}; }));
    EXPECT_EQ(site.field("4", "ats"), "0");
    stays.may_end = true;
    closed.get();
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(AbsentRedis, DoesNotPutOffAJobThatWaitsUntilATime) {
    Site site(TestRedis::Persistence::append_only);
    site.add({.name = "a"});
    Watch watch;
    const Timestamp until = site.clock.now() + 1h;
    const RunningWorker running(site, options(), [&](const Job&, JobContext&) {
        return step_aside_when_told(watch, until);
    });
    ASSERT_TRUE(eventually([&] { return watch.begun == 1; }));
    site.redis.kill();
    watch.may_end = true;
    std::this_thread::sleep_for(3s);  // what is sent is held back for two
    site.redis.restart();
    ASSERT_TRUE(is_safely([&] { return site.score("delayed", "1") != ""; }));
    EXPECT_EQ(std::stoll(site.score("delayed", "1")) / 4096, to_millis(until));
}

}  // namespace
}  // namespace tripos::queue::test
