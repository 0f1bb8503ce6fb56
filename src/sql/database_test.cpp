// SPDX-License-Identifier: MIT
// The lanes over an engine that fails as it is told: nothing ends them.
#include "sql/database.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <future>
#include <span>

#include "sql/detail/connection.hpp"
#include "support/gate.hpp"
#include "support/run.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {
namespace {

using test::Gate;
using test::run;

/// What the engine does. The functions are set before they are needed, and stay.
struct Script {
    std::function<void()> on_connect = [] {};
    std::function<Fate()> on_question = [] { return Fate::unknown; };
    std::atomic<int> connects = 0;
    std::atomic<bool> loses_statement = false;  ///< the connection breaks at the next one
    std::atomic<int> commits_to_loss = 0;       ///< it breaks at the commit at which this becomes 0
};

class ScriptedConnection final : public Connection {
  public:
    explicit ScriptedConnection(Script& script) : script_(script) {}

    Engine engine() const override { return Engine::postgres; }
    std::vector<Row> run(std::string_view, std::span<const Value>) override {
        if (script_.loses_statement.exchange(false)) {
            lost_ = true;
            throw DatabaseUnavailable("lost");
        }
        return {};
    }
    std::int64_t affected() const override { return 0; }
    void set_statement_limit(std::chrono::milliseconds) override {}
    void begin() override {}
    void commit() override {
        if (script_.commits_to_loss == 0) {
            return;
        }
        const int left = --script_.commits_to_loss;
        if (left == 0) {
            lost_ = true;
            throw DatabaseUnavailable("lost");
        }
    }
    void rollback() override {}
    void savepoint() override {}
    void release() override {}
    void rollback_to_savepoint() override {}
    Trouble trouble() const override { return lost_ ? Trouble::connection : Trouble::none; }
    std::string doubtful_transaction() const override { return lost_ ? "7" : ""; }
    Fate fate_of(const std::string&) override { return script_.on_question(); }
    void after_commit() override {}

  private:
    Script& script_;
    bool lost_ = false;
};

class ScriptedDriver final : public Driver {
  public:
    explicit ScriptedDriver(Script& script) : script_(script) {}
    Engine engine() const override { return Engine::postgres; }
    std::unique_ptr<Connection> connect(Access) override {
        ++script_.connects;
        script_.on_connect();
        return std::make_unique<ScriptedConnection>(script_);
    }
    void backup_to(const std::string&) override {}

  private:
    Script& script_;
};

class DatabaseLanesTest : public testing::Test {
  protected:
    DatabaseLanesTest() {
        DatabaseOptions options;
        options.readers = 1;
        options.wait_limit = std::chrono::seconds(20);
        options.outage_patience = std::chrono::milliseconds(0);
        database = std::make_unique<Database>(options, std::make_unique<ScriptedDriver>(script));
    }

    /// What comes of several writes that one group takes and whose commit is lost.
    std::vector<std::future<void>> lose_group() {
        auto held = start([this](Session&) { gate.hold(); });
        gate.await_entered();
        std::vector<std::future<void>> writes;
        writes.reserve(5);
        for (int i = 0; i < 5; ++i) {
            writes.push_back(start([this](Session& session) {
                ++runs;
                session.execute("UPDATE");
            }));
        }
        run(sleep_for(std::chrono::milliseconds(0)));  // queued: the context works in order
        script.commits_to_loss = 2;
        gate.open();
        held.get();
        return writes;
    }

    template <class Work>
    std::future<void> start(Work work) {
        return asio::co_spawn(test::context(), database->write(std::move(work)), asio::use_future);
    }

    void expect_to_work() {
        EXPECT_NO_THROW(start([](Session& session) { session.execute("UPDATE"); }).get());
    }

    Script script;
    Gate gate;
    std::atomic<int> runs = 0;
    std::unique_ptr<Database> database;
};

TEST_F(DatabaseLanesTest, GroupWhoseLostCommitMeetsAServerThatRefusesForGoodIsAnswered) {
    script.on_connect = [refusals = 3]() mutable {
        if (refusals-- > 0) {
            throw SystemError("sql", "wrong password");
        }
    };
    auto writes = lose_group();
    for (auto& write : writes) {
        EXPECT_THROW(write.get(), DatabaseUnavailable);
    }
    expect_to_work();
}

TEST_F(DatabaseLanesTest, GroupIsNotDoneAgainWhenTheQuestionAfterItFails) {
    script.on_question = []() -> Fate { throw SystemError("sql", "no such transaction"); };
    auto writes = lose_group();
    for (auto& write : writes) {
        EXPECT_THROW(write.get(), DatabaseUnavailable);
    }
    EXPECT_EQ(runs, 5);
    expect_to_work();
}

TEST_F(DatabaseLanesTest, ReceiverThatThrowsDoesNotEndTheLane) {
    const log::Recording recording;
    for (const bool fails : {false, true}) {
        auto work = [fails](Session&) {
            if (fails) {
                throw std::runtime_error("no");
            }
        };
        database->post_write(work, [](const std::exception_ptr&) {
            throw std::runtime_error("a bug of the receiver");
        });
    }
    expect_to_work();
    EXPECT_NE(recording.text().find("a bug of the receiver"), std::string::npos);
}

TEST_F(DatabaseLanesTest, ServerThatRefusesForGoodIsNotAskedWithoutPause) {
    script.on_connect = [] { throw SystemError("sql", "wrong password"); };
    script.loses_statement = true;
    const int before = script.connects;
    for (int i = 0; i < 300; ++i) {
        EXPECT_THROW(run(database->ping()), SystemError);
    }
    EXPECT_LT(script.connects - before, 20);
}

}  // namespace
}  // namespace tripos::sql
