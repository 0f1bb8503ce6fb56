// SPDX-License-Identifier: MIT
// Hearing what happens on a queue, and waiting for the end of a job.

#include "queue/queue_events.hpp"

#include <mutex>

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

Task<> start(QueueEvents& events) {
    events.start();
    co_return;
}

/// Read where it is written.
Task<std::string> last_event_id(const QueueEvents& events) {
    co_return events.last_event_id();
}

QueueEventsOptions listening(std::string last_event_id = {}) {
    return {.queue = "q", .prefix = "p", .last_event_id = std::move(last_event_id)};
}

/// Listens for the time of its scope and remembers each event as one line.
struct Listener {
    Listener(Site& site, QueueEventsOptions options)
        : events(context(), site.client, std::move(options), site.random) {
        events.on_event([this](const QueueEvent& event) { note(event); });
        run(start(events));
    }
    ~Listener() { run(events.close()); }

    void note(const QueueEvent& event) {
        std::string line = event.name;
        line += event.job_id.empty() ? "" : " jobId " + event.job_id;
        for (const auto& [name, value] : event.fields) {
            line += " " + name + " " + value;
        }
        const std::lock_guard lock(mutex);
        heard.push_back(line);
        last_id = event.id;
    }
    Texts lines() {
        const std::lock_guard lock(mutex);
        return heard;
    }
    bool hears(const std::string& line) {
        return eventually([&] {
            const Texts all = lines();
            return std::find(all.begin(), all.end(), line) != all.end();
        });
    }

    std::mutex mutex;
    Texts heard;
    std::string last_id;
    QueueEvents events;
};

Result<JobResult> wait_for(Site& site, QueueEvents& events, const std::string& id,
                           std::chrono::milliseconds limit = 10s) {
    return run(wait_until_finished(site.queue, events, id, limit));
}

TEST(QueueEvents, HearsEverythingInOrderC113) {
    Site site;
    Listener listener(site, listening("0"));
    const RunningWorker worker(site, options(), succeed());
    site.add({.name = "a"});
    site.add({.name = "b", .options = {.priority = 2}});
    site.add({.name = "c", .options = {.job_id = "own"}});
    site.add({.name = "c", .options = {.job_id = "own"}});
    site.add({.name = "d", .options = {.delay = 10ms}});
    run(site.queue.update_progress("1", R"({"n":1})")).value();
    run(site.queue.pause());
    run(site.queue.resume());
    site.add({.name = "last", .options = {.job_id = "last"}});
    ASSERT_TRUE(listener.hears(R"(completed jobId last returnvalue {"ok":true} prev active)"));
    ASSERT_TRUE(eventually([&] { return listener.lines() == site.events(); }));
    EXPECT_TRUE(listener.hears("duplicated jobId own"));
    EXPECT_TRUE(listener.hears("paused"));
    EXPECT_TRUE(listener.hears(R"(progress jobId 1 data {"n":1})"));
}

TEST(QueueEvents, GoesOnAfterAStoredIdC113) {
    Site site;
    std::string last;
    {
        Listener first(site, listening("0"));
        site.add({.name = "a"});
        ASSERT_TRUE(first.hears("waiting jobId 1"));
        last = first.last_id;
    }
    site.add({.name = "b"});
    Listener second(site, listening(last));
    ASSERT_TRUE(second.hears("waiting jobId 2"));
    EXPECT_EQ(second.lines(), (Texts{"added jobId 2 name b", "waiting jobId 2"}));
}

TEST(QueueEvents, HearsFromNowOnByDefault) {
    Site site;
    site.add({.name = "a"});
    Listener listener(site, listening());
    ASSERT_TRUE(eventually([&] { return !run(last_event_id(listener.events)).empty(); }));
    site.add({.name = "b"});
    ASSERT_TRUE(listener.hears("waiting jobId 2"));
    EXPECT_EQ(listener.lines().front(), "added jobId 2 name b");
}

TEST(QueueEvents, PassesUnknownEventsAndFieldsOnC115) {
    Site site;
    Listener listener(site, listening("0"));
    site.command({"XADD", "p:q:events", "*", "event", "mine", "a", "1", "jobId", "7"});
    site.command({"XADD", "p:q:events", "*", "nameless", "x"});
    site.command({"XADD", "p:q:events", "*", "event", "completed", "returnvalue", "{", "new", "x"});
    ASSERT_TRUE(listener.hears("completed returnvalue { new x"));
    EXPECT_EQ(listener.lines().front(), "mine jobId 7 a 1");
    EXPECT_EQ(listener.lines().size(), 2U);
}

TEST(QueueEvents, AHandlerThatThrowsMissesNothing) {
    Site site;
    std::atomic<int> calls{0};
    QueueEvents events(context(), site.client, listening("0"), site.random);
    events.on_event([&calls](const QueueEvent&) {
        ++calls;
        throw std::runtime_error("boom");
    });
    run(start(events));
    site.add({.name = "a"});
    EXPECT_TRUE(eventually([&] { return calls == 2; }));
    run(events.close());
}

TEST(QueueEvents, SurvivesARestartOfRedisC145) {
    Site site(TestRedis::Persistence::append_only);
    Listener listener(site, listening("0"));
    site.add({.name = "a"});
    ASSERT_TRUE(listener.hears("waiting jobId 1"));
    site.redis.restart();
    const auto is_added = [&site] {
        try {
            return run(site.queue.add({.name = "b", .options = {.job_id = "b"}})).has_value();
        } catch (const SystemError&) {
            return false;
        }
    };
    ASSERT_TRUE(eventually(is_added));
    ASSERT_TRUE(listener.hears("waiting jobId b"));
    EXPECT_EQ(listener.lines().front(), "added jobId 1 name a");
}

TEST(QueueEvents, HearsARedisThatHasLostItsDataAndCountsFromAnEarlierTime) {
    Site site;
    Listener listener(site, listening("0"));
    site.add({.name = "a"});
    ASSERT_TRUE(listener.hears("waiting jobId 1"));
    site.redis.restart();
    const auto is_announced = [&site] {
        try {
            site.command({"XADD", "p:q:events", "5-1", "event", "early", "jobId", "x"});
            return true;
        } catch (const SystemError&) {
            return false;
        }
    };
    ASSERT_TRUE(eventually(is_announced));
    EXPECT_TRUE(listener.hears("early jobId x"));
}

TEST(QueueEvents, ShowsUpInTheListOfConnectionsC009) {
    Site site;
    Listener listener(site, listening());
    EXPECT_TRUE(eventually([&] {
        return site.text({"CLIENT", "LIST"}).find("name=p:cQ==:qe ") != std::string::npos;
    }));
}

TEST(WaitUntilFinished, GivesTheValueOfAJobThatRuns) {
    Site site;
    Listener listener(site, listening());
    const std::string id = site.add({.name = "a"});
    const RunningWorker worker(site, options(), succeed());
    const auto result = wait_for(site, listener.events, id);
    ASSERT_TRUE(result);
    EXPECT_EQ(std::get<Completed>(*result).return_value, R"({"ok":true})");
}

TEST(WaitUntilFinished, KnowsAJobThatHasEnded) {
    Site site;
    Listener listener(site, listening());
    site.add({.name = "a"});
    site.add({.name = "b"});
    site.fetch("t", 2);
    site.finish("1", "t");
    site.finish("2", "t", "failed");
    EXPECT_EQ(std::get<Completed>(*wait_for(site, listener.events, "1")).return_value, "null");
    EXPECT_EQ(std::get<Failed>(*wait_for(site, listener.events, "2")).reason, "broken");
}

TEST(WaitUntilFinished, HearsOfAJobThatIsRemovedAtItsEnd) {
    Site site;
    Listener listener(site, listening("0"));
    WorkerOptions strict = options();
    strict.remove_on_complete = Retention{.count = 0};
    const std::string id = site.add({.name = "a", .options = {.delay = 200ms}});
    const RunningWorker worker(site, strict, succeed());
    const auto result = wait_for(site, listener.events, id);
    ASSERT_TRUE(result);
    EXPECT_TRUE(std::holds_alternative<Completed>(*result));
}

TEST(WaitUntilFinished, GivesUpOnTimeAndOnUnknownJobs) {
    Site site;
    Listener listener(site, listening());
    site.add({.name = "a"});
    EXPECT_EQ(wait_for(site, listener.events, "1", 50ms).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(wait_for(site, listener.events, "99").error().kind, ErrorKind::not_found);
}

TEST(WaitUntilFinished, EndsWhenTheJobIsRemovedOrTheEventsClose) {
    Site site;
    auto listener = std::make_unique<Listener>(site, listening());
    site.add({.name = "a"});
    site.add({.name = "b"});
    std::thread removing([&site] {
        EXPECT_TRUE(eventually([&] { return run(site.queue.remove("1")).has_value(); }));
    });
    EXPECT_EQ(wait_for(site, listener->events, "1").error().kind, ErrorKind::not_found);
    removing.join();
    std::thread closing([&listener] {
        std::this_thread::sleep_for(100ms);
        run(listener->events.close());
    });
    EXPECT_EQ(wait_for(site, listener->events, "2").error().kind, ErrorKind::unavailable);
    closing.join();
}

TEST(WaitUntilFinished, OutlastsAnOutageOfRedis) {
    Site site(TestRedis::Persistence::append_only);
    Listener listener(site, listening());
    const std::string id = site.add({.name = "a", .options = {.delay = 500ms}});
    const RunningWorker worker(site, options(), succeed());
    std::optional<Result<JobResult>> result;
    std::thread waiting([&] { result = wait_for(site, listener.events, id, 20s); });
    site.redis.restart();
    waiting.join();
    ASSERT_TRUE(*result);
    EXPECT_TRUE(std::holds_alternative<Completed>(**result));
}

}  // namespace
}  // namespace tripos::queue::test
