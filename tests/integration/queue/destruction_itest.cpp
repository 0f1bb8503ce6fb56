// SPDX-License-Identifier: MIT
// Workers and listeners that are destroyed without having been closed, as when an exception passes.

#include <atomic>
#include <stdexcept>

#include "integration/queue/site.hpp"
#include "queue/queue_events.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// A processor counts here while it runs.
struct Running {
    explicit Running(std::atomic<int>& counter) : count(counter) { ++count; }
    ~Running() { --count; }
    std::atomic<int>& count;
};

Task<Outcome> run_for_ever(std::atomic<int>& running) {
    const Running mark(running);
    co_await sleep_for(std::chrono::hours(1));
    co_return Completed();
}

/// Owns all it needs to work and to listen.
struct House {
    House(Site& site, std::atomic<int>& processors)
        : running(processors),
          events(context(), site.client, {.queue = "q", .prefix = "p", .last_event_id = "0"},
                 site.random),
          worker(
              context(), site.client, options(2),
              [this](const Job&, JobContext&) { return run_for_ever(running); }, site.clock,
              site.random, site.metrics) {
        events.on_event([this](const QueueEvent&) { ++heard; });
    }

    void start() {
        events.start();
        worker.start();
    }
    bool is_busy() const { return running == 2 && heard > 0; }

    std::atomic<int>& running;
    std::atomic<int> heard = 0;
    QueueEvents events;
    Worker worker;
};

Task<> start(House& house) {
    house.start();
    co_return;
}

/// The house falls on its own thread.
Task<> throw_while_working(Site& site, std::atomic<int>& running) {
    House house(site, running);
    house.start();
    while (!house.is_busy()) {
        co_await sleep_for(std::chrono::milliseconds(2));
    }
    throw std::runtime_error("the story ends here");
}

void add_two(Site& site) {
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(2, {.name = "a"}))));
}

/// Nobody takes jobs any more, and the two are left as a worker that died leaves them.
void expect_nobody_there(Site& site) {
    site.add({.name = "b"});
    EXPECT_TRUE(eventually([&] { return site.score("marker", "0") == "0"; }));
    EXPECT_EQ(site.list("wait"), (Texts{"3"}));
    EXPECT_EQ(site.list("active").size(), 2U);
    const std::string connections = site.text({"CLIENT", "LIST"});
    EXPECT_EQ(connections.find("bzpopmin"), std::string::npos) << connections;
    EXPECT_EQ(connections.find("xread"), std::string::npos) << connections;
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(Destruction, ByAnExceptionOnTheirThreadEndsWhatWorks) {
    Site site;
    add_two(site);
    std::atomic<int> running = 0;
    EXPECT_THROW(run(throw_while_working(site, running)), std::runtime_error);
    EXPECT_EQ(running, 0);
    expect_nobody_there(site);
}

TEST(Destruction, FromAnotherThreadWaitsForTheProcessors) {
    Site site;
    add_two(site);
    std::atomic<int> running = 0;
    {
        House house(site, running);
        run(start(house));
        ASSERT_TRUE(eventually([&] { return house.is_busy(); }));
    }
    EXPECT_EQ(running, 0);
    expect_nobody_there(site);
}

TEST(Destruction, OfWhatNeverStartedOrIsClosedIsNothing) {
    Site site;
    std::atomic<int> running = 0;
    { const House house(site, running); }
    House closed(site, running);
    run(start(closed));
    run(closed.events.close());
    run(closed.worker.close(1s));
}

TEST(Destruction, WithoutRedisDoesNotWaitForIt) {
    Site site;
    add_two(site);
    std::atomic<int> running = 0;
    const auto begin = [&] {
        House house(site, running);
        run(start(house));
        EXPECT_TRUE(eventually([&] { return house.is_busy(); }));
        site.redis.kill();
        return std::chrono::steady_clock::now();
    }();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
    site.redis.restart();
}

}  // namespace
}  // namespace tripos::queue::test
