// SPDX-License-Identifier: MIT
// Long work: every row once, whoever does it and whoever dies; what one item has is not the
// others'.
#include "work/runner.hpp"

#include <thread>

#include "redis/client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/start_stop.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"
#include "work/item_store.hpp"

namespace tripos::work {
namespace {

using std::chrono::milliseconds;

constexpr RunnerOptions kQuick{.interval = milliseconds(10)};

class RunnerTest : public test::OnBothEngines {
  protected:
    void SetUp() override {
        auto steps = migrations();
        // A row that is done twice would violate the key.
        steps.push_back({.module = "test",
                         .number = 1,
                         .statements = "CREATE TABLE numbers (item TEXT, number BIGINT, "
                                       "PRIMARY KEY (item, number))"});
        test_database().migrate(steps);
        redis::ConnectionOptions options;
        options.endpoint = *redis::parse_url(redis_.url());
        client_ = std::make_unique<redis::Client>(std::vector<asio::io_context*>{&test::context()},
                                                  options);
        client_->start();
        cache_ = std::make_unique<cache::Cache>(*client_, cache::CacheOptions(), metrics_);
    }

    void TearDown() override {
        for (auto& runner : runners_) {
            run(runner->stop());
        }
        runners_.clear();
        run(cache_->stop());
        cache_.reset();
        run(client_->stop());
    }

    /// Writes the numbers from 0 to below the subject's into a table.
    Kind counting() {
        return {.name = "count",
                .prepare = [this](Item item, std::int64_t rows) { return prepare(item, rows); }};
    }

    Task<PageWrite> prepare(Item item, std::int64_t rows) {
        if (is_waiting) {
            co_return nullptr;
        }
        const std::int64_t from = item.cursor.empty() ? 0 : std::stoll(item.cursor);
        const auto to = std::min<std::int64_t>(std::stoll(item.subject), from + rows);
        PageWrite write = [this, item, from, to](sql::Session& session, Writes&) {
            if (item.id == broken) {
                session.execute("INSERT INTO nowhere VALUES (1)");
            }
            for (auto number = from; number < to; ++number) {
                session.execute("INSERT INTO numbers VALUES ($1, $2)", item.id, number);
            }
            return Page{.cursor = std::to_string(to),
                        .done = to - from,
                        .changed = to - from,
                        .is_last = to == std::stoll(item.subject)};
        };
        co_return write;
    }

    std::unique_ptr<Runner> make_runner() {
        const Parts parts{.database = db(),
                          .cache = *cache_,
                          .clock = clock,
                          .wall = clock,
                          .random = random,
                          .metrics = metrics_,
                          .background = test::context()};
        auto runner = std::make_unique<Runner>(parts, kQuick);
        runner->add(counting());
        return runner;
    }

    Runner& start_runner() {
        runners_.push_back(make_runner());
        runners_.back()->start();
        return *runners_.back();
    }

    void put_item(const std::string& id, std::int64_t numbers, const std::string& kind = "count") {
        const Item item{.id = id,
                        .kind = kind,
                        .subject = std::to_string(numbers),
                        .total = numbers,
                        .created_at = clock.now()};
        run(db().write([item](sql::Session& session) { put(session, item); }));
    }

    /// As an act does it.
    void put_item(Runner& runner, const std::string& id, std::int64_t numbers) {
        const Item item{.id = id,
                        .kind = "count",
                        .subject = std::to_string(numbers),
                        .total = numbers,
                        .created_at = clock.now()};
        run(db().write([&runner, item](sql::Session& session) { runner.put(session, item); }));
    }

    Item item(const std::string& id) {
        return *run(db().read([id](sql::Session& session) { return find(session, id); }));
    }

    template <class Condition>
    void await(const std::string& id, Condition holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds(item(id))) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << id;
            std::this_thread::sleep_for(milliseconds(2));
        }
    }

    void await_end(const std::string& id) {
        await(id, [](const Item& now) { return now.finished_at.has_value(); });
    }

    std::int64_t count(const std::string& id) {
        return run(db().read([id](sql::Session& session) {
            return session.query_one("SELECT COUNT(*) FROM numbers WHERE item = $1", id)
                ->integer(0);
        }));
    }

    test::FakeClock clock;
    test::SeededRandom random;
    std::atomic<bool> is_waiting = false;
    std::string broken;  ///< the item whose pages fail

  private:
    test::TestRedis redis_;
    Metrics metrics_;
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<cache::Cache> cache_;
    std::vector<std::unique_ptr<Runner>> runners_;
};

TEST_P(RunnerTest, DoesAllPagesAndSaysHowMuchThatWas) {
    auto& runner = start_runner();
    put_item(runner, "a", 3'000);
    await_end("a");
    const auto end = item("a");
    EXPECT_EQ(count("a"), 3'000);
    EXPECT_EQ(end.done, 3'000);
    EXPECT_EQ(end.changed, 3'000);
    EXPECT_EQ(end.total, 3'000);
    EXPECT_EQ(end.finished_at, clock.now());
}

TEST_P(RunnerTest, SeveralProcessesDoEachRowOnce) {
    put_item("a", 2'000);
    put_item("b", 2'000);
    for (int i = 0; i < 3; ++i) {
        start_runner();
    }
    await_end("a");
    await_end("b");
    EXPECT_EQ(count("a"), 2'000);
    EXPECT_EQ(count("b"), 2'000);
}

TEST_P(RunnerTest, NextOneGoesOnWhereOneWasStopped) {
    put_item("a", 20'000);
    std::int64_t before = 0;
    for (int i = 0; i < 5; ++i) {
        const auto runner = make_runner();
        runner->start();
        await("a", [&](const Item& now) { return now.done > before; });
        run(runner->stop());
        before = item("a").done;
    }
    EXPECT_EQ(count("a"), item("a").done);
    start_runner();
    await_end("a");
    EXPECT_EQ(count("a"), 20'000);
}

TEST_P(RunnerTest, ItemThatFailsSaysWhyAndHoldsNobodyUp) {
    broken = "broken";
    put_item("broken", 10);
    put_item("sound", 100);
    start_runner();
    await_end("sound");
    await("broken", [](const Item& now) { return !now.problem.empty(); });
    EXPECT_NE(item("broken").problem.find("nowhere"), std::string::npos);
    EXPECT_EQ(item("broken").done, 0);
}

TEST_P(RunnerTest, ItemThatFailedGoesOnWhenTheCauseIsGone) {
    put_item("a", 100);
    run(db().write([](sql::Session& session) { set_problem(session, "a", "no room"); }));
    start_runner();
    await_end("a");
    EXPECT_EQ(item("a").problem, "");
    EXPECT_EQ(count("a"), 100);
}

TEST_P(RunnerTest, WaitsForWhatItsKindWaitsFor) {
    is_waiting = true;
    put_item("a", 10);
    start_runner();
    put_item("unknown", 10, "of a later version");
    is_waiting = false;
    await_end("a");
    EXPECT_EQ(item("unknown").done, 0);
    EXPECT_EQ(item("unknown").problem, "");
}

TEST_P(RunnerTest, SmallWorkMayBeOverWhenItIsPut) {
    Item small{.id = "a", .kind = "count", .subject = "2", .total = 5, .created_at = clock.now()};
    advance(small, {.cursor = "2", .done = 2, .changed = 1, .is_last = true}, clock.now());
    run(db().write([&small](sql::Session& session) { put(session, small); }));
    EXPECT_EQ(item("a").total, 2);
    EXPECT_TRUE(item("a").finished_at.has_value());
    EXPECT_TRUE(
        run(db().read([](sql::Session& session) { return list_open(session, 10); })).empty());
}

TEST_P(RunnerTest, OldItemsGo) {
    Item old{.id = "old", .kind = "count", .subject = "0", .created_at = clock.now()};
    old.finished_at = clock.now();
    run(db().write([&old](sql::Session& session) { put(session, old); }));
    put_item("open", 5);
    clock.advance(std::chrono::hours(31 * 24));
    put_item("new", 5);
    run(db().read([](sql::Session& session) {
        EXPECT_FALSE(find(session, "old").has_value());
        EXPECT_TRUE(find(session, "open").has_value());
    }));
}

TEST_P(RunnerTest, IsStoppedAtAnyMoment) {
    put_item("a", 1'000'000);
    const auto make = [this]() -> test::StartStopSubject {
        const std::shared_ptr<Runner> runner = make_runner();
        const auto start = [](Runner& which) -> Task<> {
            which.start();
            co_return;
        };
        return {.start = [runner, start] { test::run(start(*runner)); },
                .stop = [runner] { test::run(runner->stop()); },
                .object = runner};
    };
    test::stress_start_stop(make, {.step = std::chrono::microseconds(500), .count = 20});
    EXPECT_EQ(count("a"), item("a").done);
}

INSTANTIATE_TEST_SUITE_P(Engines, RunnerTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::work
