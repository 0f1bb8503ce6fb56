// SPDX-License-Identifier: MIT
// PostgreSQL and the network between at their worst: what was answered holds, once.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "sql/database.hpp"
#include "support/postgres_gate.hpp"
#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using namespace std::chrono_literals;
using test::PostgresGate;
using test::PostgresServer;
using test::run;
using Mode = PostgresGate::Mode;

const std::vector<Migration> kHeld{
    {"test", 1, "CREATE TABLE items (id BIGINT PRIMARY KEY, hits BIGINT NOT NULL DEFAULT 0)"}};

/// Adds a row, or hits it when it is there: an effect that happens twice shows.
class Hit {
  public:
    Hit(std::int64_t id, std::shared_ptr<std::atomic<int>> runs)
        : id_(id), runs_(std::move(runs)) {}
    void operator()(Session& session) const {
        ++*runs_;
        session.execute(
            "INSERT INTO items VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET hits = items.hits + 1",
            id_);
    }

  private:
    std::int64_t id_;
    std::shared_ptr<std::atomic<int>> runs_;
};

/// Database of the test's own, and the same one through a gate.
class Site {
  public:
    explicit Site(DatabaseOptions options = {})
        : direct_(Engine::postgres), gate_(direct_.options().url) {
        direct_.migrate(kHeld);
        options.url = gate_.url();
        through_gate_ = Database::open(options);
    }
    PostgresGate& gate() { return gate_; }
    Database& gated() { return *through_gate_; }
    Database& direct() { return direct_.database(); }
    const std::string& url() const { return direct_.options().url; }

    std::future<void> begin(std::int64_t id) {
        return asio::co_spawn(test::context(), gated().write(Hit(id, runs)), asio::use_future);
    }
    /// Rows, and hits in all.
    std::pair<std::int64_t, std::int64_t> effects() {
        const auto ask = [](Session& s) {
            const auto row = *s.query_one("SELECT count(*), coalesce(sum(hits), 0) FROM items");
            return std::pair(row.integer(0), row.integer(1));
        };
        return run(direct().read(ask));
    }

    std::shared_ptr<std::atomic<int>> runs = std::make_shared<std::atomic<int>>(0);

  private:
    test::TestDatabase direct_;
    PostgresGate gate_;
    std::unique_ptr<Database> through_gate_;
};

using Effects = std::pair<std::int64_t, std::int64_t>;

TEST(PostgresFaults, AWriteHoldsWhoseCommitWasDoneButNotAnswered) {
    Site site;
    site.gate().set(Mode::lose_commit_answer);
    site.begin(1).get();
    EXPECT_EQ(site.effects(), Effects(1, 1));
    EXPECT_EQ(*site.runs, 1);
}

TEST(PostgresFaults, AWriteRunsAgainWhoseCommitNeverArrived) {
    Site site;
    site.gate().set(Mode::lose_commit);
    site.begin(1).get();
    EXPECT_EQ(site.effects(), Effects(1, 1));
    EXPECT_EQ(*site.runs, 2);
}

TEST(PostgresFaults, AllWritesOfAGroupHaveOneEffectWhateverHappenedToTheirCommit) {
    Site site;
    for (const auto mode : {Mode::lose_commit_answer, Mode::lose_commit}) {
        site.gate().set(mode);
        std::vector<std::future<void>> all;
        for (std::int64_t id = 0; id < 50; ++id) {
            all.push_back(site.begin(id));
        }
        for (auto& one : all) {
            one.get();
        }
    }
    EXPECT_EQ(site.effects(), Effects(50, 100));
}

TEST(PostgresFaults, SaysThatItDoesNotKnowWhenNobodyCanBeAsked) {
    Site site({.wait_limit = 500ms});
    site.gate().set(Mode::lose_commit_answer, Mode::shut);
    try {
        site.begin(1).get();
        FAIL() << "it was answered";
    } catch (const DatabaseUnavailable& problem) {
        EXPECT_THAT(problem.what(), testing::HasSubstr("may have taken effect"));
    }
    EXPECT_EQ(site.effects(), Effects(1, 1));
    EXPECT_EQ(*site.runs, 1);
}

TEST(PostgresFaults, GivesUpAServerThatIsFrozen) {
    Site site({.wait_limit = 500ms, .statement_timeout = 100ms});
    site.gate().set(Mode::frozen);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_THROW(run(site.gated().ping()), DatabaseUnavailable);
    EXPECT_THROW(site.begin(1).get(), DatabaseUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
    site.gate().set(Mode::open);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    for (;;) {
        try {
            site.begin(2).get();
            break;
        } catch (const Overloaded&) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        }
    }
    EXPECT_EQ(site.effects(), Effects(1, 1));
}

TEST(PostgresFaults, EveryConnectionThatIsTerminatedComesBack) {
    Site site;
    const auto terminate = [](Session& s) {
        s.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    };
    for (std::int64_t round = 0; round < 5; ++round) {
        run(site.direct().read(terminate));
        for (std::int64_t i = 0; i < 5; ++i) {
            site.begin(10 * round + i).get();
            run(site.gated().ping());
        }
    }
    EXPECT_EQ(site.effects(), Effects(25, 25));
}

TEST(PostgresFaults, WhatWasAnsweredSurvivesACrashOfTheServer) {
    Site site({.wait_limit = 60s, .outage_patience = 60s});
    std::vector<std::future<void>> all;
    for (std::int64_t id = 0; id < 300; ++id) {
        all.push_back(site.begin(id));
        if (id == 150) {
            all.front().get();
            PostgresServer::instance().stop_at_once();
        }
    }
    PostgresServer::instance().start();
    std::int64_t answered = 1;
    for (std::size_t i = 1; i < all.size(); ++i) {
        try {
            all[i].get();
            ++answered;
        } catch (const Overloaded&) {  // a clear error; it may have happened, and then once
        }
    }
    const auto [rows, hits] = site.effects();
    EXPECT_EQ(rows, hits);
    EXPECT_GE(rows, answered);
    EXPECT_GT(answered, 150);
}

/// Takes two rows one after the other; the first time it waits in between for its adversary.
class TakeBoth {
  public:
    TakeBoth(std::int64_t first, std::int64_t second, std::shared_ptr<std::atomic<int>> arrived)
        : first_(first), second_(second), arrived_(std::move(arrived)) {}
    void operator()(Session& session) const {
        hit(session, first_);
        ++*arrived_;
        while (*arrived_ < 2) {
            std::this_thread::yield();
        }
        hit(session, second_);
    }

  private:
    static void hit(Session& session, std::int64_t id) {
        session.execute("UPDATE items SET hits = hits + 1 WHERE id = $1", id);
    }
    std::int64_t first_;
    std::int64_t second_;
    std::shared_ptr<std::atomic<int>> arrived_;
};

TEST(PostgresFaults, ADeadlockIsRunAgainUnseen) {
    Site site({.lock_timeout = 10s});
    site.begin(1).get();
    site.begin(2).get();
    const auto arrived = std::make_shared<std::atomic<int>>(0);
    auto one = asio::co_spawn(test::context(), site.gated().write(TakeBoth(1, 2, arrived)),
                              asio::use_future);
    auto other = asio::co_spawn(test::context(), site.direct().write(TakeBoth(2, 1, arrived)),
                                asio::use_future);
    one.get();
    other.get();
    EXPECT_EQ(site.effects(), Effects(2, 6));
    EXPECT_EQ(*arrived, 3);
}

/// Looks for a row, and adds it if it is not there; the first time it waits in between for a rival.
class AddOnce {
  public:
    explicit AddOnce(std::shared_ptr<std::atomic<int>> looked) : looked_(std::move(looked)) {}
    bool operator()(Session& session) const {
        const bool is_there = session.query_one("SELECT 1 FROM items WHERE id = 1").has_value();
        ++*looked_;
        while (*looked_ < 2) {
            std::this_thread::yield();
        }
        if (!is_there) {
            session.execute("INSERT INTO items VALUES (1, 1)");
        }
        return !is_there;
    }

  private:
    std::shared_ptr<std::atomic<int>> looked_;
};

TEST(PostgresFaults, OneOfTwoProcessesThatAddTheSameRowSeesThatOfTheOther) {
    Site site;
    const auto looked = std::make_shared<std::atomic<int>>(0);
    auto one =
        asio::co_spawn(test::context(), site.gated().write(AddOnce(looked)), asio::use_future);
    auto other =
        asio::co_spawn(test::context(), site.direct().write(AddOnce(looked)), asio::use_future);
    EXPECT_NE(one.get(), other.get());
    EXPECT_EQ(site.effects(), Effects(1, 1));
    EXPECT_EQ(*looked, 3);
}

TEST(PostgresFaults, AWriteWaitsForALockNoLongerThanItsLimit) {
    Site site({.lock_timeout = 100ms});
    site.begin(1).get();
    std::promise<void> release;
    std::promise<void> taken;
    auto hold = [&](Session& s) {
        s.execute("UPDATE items SET hits = 7 WHERE id = 1");
        taken.set_value();
        release.get_future().wait();
    };
    auto holder =
        asio::co_spawn(test::context(), site.direct().write(std::ref(hold)), asio::use_future);
    taken.get_future().wait();
    EXPECT_THROW(site.begin(1).get(), DatabaseUnavailable);
    release.set_value();
    holder.get();
    EXPECT_EQ(site.effects(), Effects(1, 7));
}

TEST(PostgresFaults, OfAGroupOnlyWhatIsHeldByAnotherProcessWaitsForIt) {
    Site site({.lock_timeout = 10s});
    for (const std::int64_t id : {1, 2, 3}) {
        site.begin(id).get();
    }
    std::promise<void> taken;
    std::promise<void> release;
    auto hold = [&](Session& s) {
        s.execute("UPDATE items SET hits = 7 WHERE id = 1");
        taken.set_value();
        release.get_future().wait();
    };
    auto holder =
        asio::co_spawn(test::context(), site.direct().write(std::ref(hold)), asio::use_future);
    taken.get_future().wait();
    std::promise<void> entered;
    std::promise<void> open;
    auto keep_the_lane = [&](Session&) {
        entered.set_value();
        open.get_future().wait();
    };
    auto lane = asio::co_spawn(test::context(), site.gated().write(std::ref(keep_the_lane)),
                               asio::use_future);
    entered.get_future().wait();
    auto before = site.begin(2);
    auto waiting = site.begin(1);
    auto behind = site.begin(3);
    run(sleep_for(0ms));  // queued: the context works in order
    open.set_value();
    lane.get();
    before.get();
    behind.get();
    EXPECT_EQ(waiting.wait_for(0s), std::future_status::timeout);
    release.set_value();
    holder.get();
    waiting.get();
    EXPECT_EQ(site.effects(), Effects(3, 12));
}

}  // namespace
}  // namespace tripos::sql
