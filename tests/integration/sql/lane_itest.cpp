// SPDX-License-Identifier: MIT
// Whose turn it is on the writer lane: urgent writes before bulk ones, and bulk work not for ever
// after them.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <future>

#include "async/this_thread.hpp"
#include "sql/database.hpp"
#include "support/gate.hpp"
#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using test::Gate;
using test::OnBothEngines;

class LaneTest : public OnBothEngines {
  protected:
    /// `patience`: of bulk writes; long enough that a busy machine does not change the order.
    explicit LaneTest(std::chrono::milliseconds patience = std::chrono::hours(1)) {
        DatabaseOptions options;
        options.bulk_patience = patience;
        database_ = std::make_unique<test::TestDatabase>(GetParam(), options);
    }

    Database& db() { return database_->database(); }

    template <class Work>
    std::future<void> start(Work work, Turn turn) {
        return asio::co_spawn(test::context(), db().write(std::move(work), turn), asio::use_future);
    }

    /// A write that holds the lane until the gate opens.
    std::future<void> hold(Turn turn) {
        auto held = start([this](Session&) { gate.hold(); }, turn);
        gate.await_entered();
        return held;
    }

    /// A write that notes when its turn came.
    void add(const std::string& name, Turn turn) {
        writes.push_back(start(
            [this, name](Session& session) {
                session.execute("SELECT 1");
                order.push_back(name);  // on the lane's thread only
            },
            turn));
    }

    /// Lets go when all that was added has come to the lane.
    void open(std::future<void>& held) {
        run(sleep_for(std::chrono::milliseconds(0)));  // the context works in order
        gate.open();
        held.get();
        for (auto& write : writes) {
            write.get();
        }
    }

    Gate gate;
    std::vector<std::future<void>> writes;
    std::vector<std::string> order;

  private:
    std::unique_ptr<test::TestDatabase> database_;
};

class BusyLaneTest : public LaneTest {
  protected:
    BusyLaneTest() : LaneTest(DatabaseOptions().bulk_patience) {}
};

TEST_P(LaneTest, SaysForHowLongTheWriteInHandHasWaited) {
    EXPECT_EQ(db().stats().oldest_write.count(), 0);
    auto held = hold(Turn::urgent);
    run(sleep_for(std::chrono::milliseconds(20)));
    EXPECT_GE(db().stats().oldest_write, std::chrono::milliseconds(20));
    open(held);
    while (db().stats().oldest_write.count() > 0) {  // the lane answers first
        std::this_thread::yield();
    }
}

TEST_P(LaneTest, UrgentWritesGoBeforeBulkOnesThatCameFirst) {
    auto held = hold(Turn::urgent);
    add("page", Turn::bulk);
    add("save", Turn::urgent);
    add("log-in", Turn::urgent);
    open(held);
    EXPECT_EQ(order, (std::vector<std::string>{"save", "log-in", "page"}));
}

TEST_P(LaneTest, UrgentWriteGoesBetweenTwoPages) {
    auto held = hold(Turn::bulk);
    add("second page", Turn::bulk);
    add("third page", Turn::bulk);
    add("save", Turn::urgent);
    open(held);
    EXPECT_EQ(order, (std::vector<std::string>{"save", "second page", "third page"}));
}

TEST_P(LaneTest, EachPageIsACommitOfItsOwn) {
    auto held = hold(Turn::urgent);
    const auto before = db().stats().commits;
    for (int i = 0; i < 5; ++i) {
        add("page", Turn::bulk);
    }
    open(held);
    EXPECT_GE(db().stats().commits - before, 5U);
}

int niceness() {
    return getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)));
}

/// The niceness of the thread that did the read.
int niceness_of_a_read(Database& db, Turn turn) {
    auto ask = [](Session& session) {
        session.execute("SELECT 1");
        return niceness();
    };
    return test::run(db.read(std::move(ask), turn));
}

TEST_P(LaneTest, LongReadsTakeNoReaderAndNoCore) {
    auto reads_all = [this](Session&) { gate.hold(); };
    auto held = asio::co_spawn(test::context(), db().read(std::move(reads_all), Turn::bulk),
                               asio::use_future);
    gate.await_entered();
    EXPECT_EQ(niceness_of_a_read(db(), Turn::urgent), niceness());
    gate.open();
    held.get();
    EXPECT_EQ(niceness_of_a_read(db(), Turn::bulk), niceness() + kPatient);
}

TEST_P(BusyLaneTest, BulkGoesOnWhileUrgentWritesNeverEnd) {
    std::atomic<bool> is_over = false;
    std::promise<void> ended;
    // Each is followed by the next before the lane looks again.
    std::function<void(Session&)> save = [&](Session& session) {
        session.execute("SELECT 1");
        if (!is_over) {
            db().post_write(save, [](const std::exception_ptr&) {});
        } else {
            ended.set_value();
        }
    };
    db().post_write(save, [](const std::exception_ptr&) {});
    for (int i = 0; i < 3; ++i) {
        add("page", Turn::bulk);
    }
    for (auto& write : writes) {
        EXPECT_EQ(write.wait_for(std::chrono::seconds(8)), std::future_status::ready);
    }
    is_over = true;
    ended.get_future().get();
}

TEST_P(LaneTest, WriteThatKeepsTheLaneTooLongIsCounted) {
    const auto before = db().stats().long_writes;
    db().take_longest_write();
    const auto slow = 20 * kWriteLimit;
    run(db().write([slow](Session&) { std::this_thread::sleep_for(slow); }));
    EXPECT_GE(db().stats().long_writes - before, 1U);
    EXPECT_GE(db().take_longest_write(), slow);
    run(db().write([](Session&) {}));
    EXPECT_LT(db().take_longest_write(), slow);
}

INSTANTIATE_TEST_SUITE_P(Engines, LaneTest, test::both_engines(), test::engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, BusyLaneTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::sql
