// SPDX-License-Identifier: MIT
// The writer lane under load: shared commits, isolation of neighbours, bounds.
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "sql/database.hpp"
#include "support/gate.hpp"
#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using test::Gate;
using test::OnBothEngines;

class GroupCommitTest : public OnBothEngines {
  protected:
    template <class T>
    std::future<T> start(Task<T> task) {
        return asio::co_spawn(test::context(), std::move(task), asio::use_future);
    }

    std::future<void> start_insert(Database& database, int id) {
        return start(database.write([id](Session& s) {
            s.execute("INSERT INTO items (id, amount) VALUES ($1, 1)", std::to_string(id));
        }));
    }

    std::int64_t count(Database& database) {
        return run(database.read(
            [](Session& s) { return s.query_one("SELECT count(*) FROM items")->integer(0); }));
    }

    static std::vector<Migration> schema() {
        return {{"test", 1, "CREATE TABLE items (id TEXT PRIMARY KEY, amount BIGINT)"}};
    }

    void SetUp() override { test_database().migrate(schema()); }

    Gate gate;
};

TEST_P(GroupCommitTest, SharesOneCommitAmongWritesThatWait) {
    auto held = start(db().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    const auto before = db().stats();
    std::vector<std::future<void>> writes;
    for (int i = 0; i < 100; ++i) {
        writes.push_back(start_insert(db(), i));
    }
    gate.open();
    for (auto& write : writes) {
        write.get();
    }
    held.get();
    EXPECT_EQ(count(db()), 100);
    EXPECT_EQ(db().stats().writes - before.writes, 101U);
    EXPECT_LT(db().stats().commits - before.commits, 20U);
}

TEST_P(GroupCommitTest, LeavesNeighboursOfAFailedWriteIntact) {
    auto held = start(db().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    std::vector<std::future<void>> good;
    std::vector<std::future<void>> twins;
    std::vector<std::future<void>> throwers;
    for (int i = 0; i < 30; ++i) {
        good.push_back(start_insert(db(), i));
        twins.push_back(start_insert(db(), i));
        throwers.push_back(start(db().write([i](Session& s) {
            s.execute("INSERT INTO items (id) VALUES ($1)", std::to_string(1000 + i));
            throw std::runtime_error("no");
        })));
    }
    gate.open();
    held.get();
    for (int i = 0; i < 30; ++i) {
        const auto at = static_cast<std::size_t>(i);
        EXPECT_NO_THROW(good[at].get());
        EXPECT_THROW(twins[at].get(), ConstraintViolation);
        EXPECT_THROW(throwers[at].get(), std::runtime_error);
    }
    EXPECT_EQ(count(db()), 30);
}

TEST_P(GroupCommitTest, CallsWhatFollowsACommitOncePerWriteThatWasKept) {
    std::atomic<int> kept{0};
    std::atomic<int> undone{0};
    auto held = start(db().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    std::vector<std::future<void>> good;
    std::vector<std::future<void>> bad;
    for (int i = 0; i < 10; ++i) {
        good.push_back(start(db().write([i, &kept](Session& s) {
            s.execute("INSERT INTO items (id, amount) VALUES ($1, 1)", std::to_string(i));
            s.on_commit(&kept, [&kept] { ++kept; });
            s.on_commit(&kept, [&kept] { ++kept; });
        })));
        bad.push_back(start(db().write([&undone](Session& s) {
            s.on_commit(&undone, [&undone] { ++undone; });
            s.execute("INSERT INTO items (id, amount) VALUES ('0', 1)");
        })));
    }
    gate.open();
    held.get();
    for (std::size_t i = 0; i < good.size(); ++i) {
        good[i].get();
        EXPECT_GT(kept, static_cast<int>(i));  // before the caller hears of it
        EXPECT_THROW(bad[i].get(), ConstraintViolation);
    }
    EXPECT_EQ(kept, 10);
    EXPECT_EQ(undone, 0);
}

TEST_P(GroupCommitTest, SurvivesAStatementThatCannotBePrepared) {
    auto held = start(db().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    auto first = start_insert(db(), 1);
    auto broken = start(db().write([](Session& s) { s.execute("SELEKT 1"); }));
    auto empty = start(db().write([](Session&) {}));
    auto last = start_insert(db(), 2);
    gate.open();
    held.get();
    first.get();
    EXPECT_THROW(broken.get(), SystemError);
    empty.get();
    last.get();
    EXPECT_EQ(count(db()), 2);
}

TEST_P(GroupCommitTest, FinishesWaitingWritesWhenItCloses) {
    auto held = start(db().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    auto waiting = start_insert(db(), 1);
    auto all_queued = start(db().read([](Session&) {}));
    all_queued.get();
    auto closing = std::async(std::launch::async, [this] { db().close(); });
    gate.open();
    closing.get();
    held.get();
    waiting.get();
    test_database().reopen();
    EXPECT_EQ(count(db()), 1);
}

TEST_P(GroupCommitTest, RefusesWritesBeyondTheQueueLimit) {
    DatabaseOptions options;
    options.queue_limit = 2;
    test::TestDatabase small(GetParam(), options);
    small.migrate(schema());
    auto held = start(small.database().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    std::vector<std::future<void>> writes;
    for (int i = 0; i < 5; ++i) {
        writes.push_back(start_insert(small.database(), i));
    }
    EXPECT_THROW(writes[2].get(), Overloaded);
    EXPECT_THROW(writes[3].get(), Overloaded);
    EXPECT_THROW(writes[4].get(), Overloaded);
    gate.open();
    held.get();
    writes[0].get();
    writes[1].get();
}

TEST_P(GroupCommitTest, RefusesAWriteThatWaitedTooLong) {
    DatabaseOptions options;
    options.wait_limit = std::chrono::milliseconds(500);
    test::TestDatabase impatient(GetParam(), options);
    impatient.migrate(schema());
    auto held = start(impatient.database().write([this](Session&) { gate.hold(); }));
    gate.await_entered();
    auto late = start_insert(impatient.database(), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    gate.open();
    held.get();
    EXPECT_THROW(late.get(), Overloaded);
    EXPECT_EQ(count(impatient.database()), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, GroupCommitTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::sql
