// SPDX-License-Identifier: MIT
// What only PostgreSQL does: going away and coming back.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "sql/database.hpp"
#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using test::PostgresServer;
using test::run;

const std::vector<Migration> kSchema{{"test", 1, "CREATE TABLE items (id BIGINT PRIMARY KEY)"}};

auto insert(std::int64_t id) {
    return [id](Session& s) { s.execute("INSERT INTO items VALUES ($1)", id); };
}

std::int64_t count(Database& database) {
    return run(database.read(
        [](Session& s) { return s.query_one("SELECT count(*) FROM items")->integer(0); }));
}

TEST(PostgresDatabase, RecoversWhenTheServerWasRestarted) {
    test::TestDatabase site(Engine::postgres);
    site.migrate(kSchema);
    run(site.database().write(insert(1)));
    PostgresServer::instance().stop_at_once();
    PostgresServer::instance().start();
    EXPECT_EQ(count(site.database()), 1);
    run(site.database().write(insert(2)));
    EXPECT_EQ(count(site.database()), 2);
}

TEST(PostgresDatabase, HoldsCallsThroughAShortOutage) {
    DatabaseOptions options;
    options.wait_limit = std::chrono::seconds(60);
    options.outage_patience = std::chrono::seconds(60);  // a busy machine starts servers slowly
    test::TestDatabase site(Engine::postgres, options);
    site.migrate(kSchema);
    PostgresServer::instance().stop_at_once();
    auto writing =
        asio::co_spawn(test::context(), site.database().write(insert(1)), asio::use_future);
    auto reading = asio::co_spawn(test::context(), site.database().ping(), asio::use_future);
    PostgresServer::instance().start();
    writing.get();
    reading.get();
    EXPECT_EQ(count(site.database()), 1);
}

TEST(PostgresDatabase, RefusesCallsWhenAnOutageLasts) {
    DatabaseOptions options;
    options.wait_limit = std::chrono::milliseconds(300);
    options.outage_patience = std::chrono::seconds(60);  // for the calls after the outage
    test::TestDatabase site(Engine::postgres, options);
    site.migrate(kSchema);
    PostgresServer::instance().stop_at_once();
    EXPECT_THROW(run(site.database().write(insert(1))), DatabaseUnavailable);
    EXPECT_THROW(run(site.database().ping()), DatabaseUnavailable);
    PostgresServer::instance().start();
    run(site.database().write(insert(2)));
    EXPECT_EQ(count(site.database()), 1);
}

TEST(PostgresDatabase, RefusesAtOnceInALongOutage) {
    DatabaseOptions options;
    options.outage_patience = std::chrono::milliseconds(100);
    test::TestDatabase site(Engine::postgres, options);
    site.migrate(kSchema);
    PostgresServer::instance().stop_at_once();
    EXPECT_THROW(run(site.database().write(insert(1))), DatabaseUnavailable);
    EXPECT_THROW(run(site.database().ping()), DatabaseUnavailable);
    EXPECT_THROW(run(site.database().ping()), DatabaseUnavailable);  // the other reader
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) {
        EXPECT_THROW(run(site.database().write(insert(1))), DatabaseUnavailable);
        EXPECT_THROW(run(site.database().ping()), DatabaseUnavailable);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    PostgresServer::instance().start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (bool is_back = false; !is_back;) {
        try {
            run(site.database().write(insert(2)));
            is_back = true;
        } catch (const DatabaseUnavailable&) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
}

TEST(PostgresDatabase, ClosesDuringAnOutage) {
    test::TestDatabase site(Engine::postgres);
    auto& database = site.database();
    PostgresServer::instance().stop_at_once();
    auto waiting = asio::co_spawn(test::context(), database.ping(), asio::use_future);
    database.close();
    EXPECT_THROW(waiting.get(), DatabaseUnavailable);
    PostgresServer::instance().start();
}

/// Ends the connection it runs on, the first time.
class CutOnce {
  public:
    explicit CutOnce(std::shared_ptr<int> runs) : runs_(std::move(runs)) {}
    void operator()(Session& session) const {
        session.execute("INSERT INTO items VALUES (1)");
        if (++*runs_ == 1) {
            session.execute("SELECT pg_terminate_backend(pg_backend_pid())");
        }
    }

  private:
    std::shared_ptr<int> runs_;
};

TEST(PostgresDatabase, RunsAWriteAgainWhoseConnectionBrokeBeforeTheCommit) {
    test::TestDatabase site(Engine::postgres);
    site.migrate(kSchema);
    const auto runs = std::make_shared<int>(0);
    run(site.database().write(CutOnce(runs)));
    EXPECT_EQ(*runs, 2);
    EXPECT_EQ(count(site.database()), 1);
}

TEST(PostgresDatabase, WritesNothingIntoASchemaThatTookTheOldOnesPlace) {
    DatabaseOptions options;
    options.outage_patience = std::chrono::milliseconds(100);
    test::TestDatabase site(Engine::postgres, options);
    site.migrate(kSchema);
    run(site.database().write(insert(7)));
    const auto restorer = Database::open(site.options());
    run(restorer->write([](Session& s) {
        s.execute("ALTER SCHEMA tripos RENAME TO aside");
        s.execute("CREATE SCHEMA tripos");
        s.execute("CREATE TABLE tripos.items (id BIGINT PRIMARY KEY)");
    }));
    const auto runs = std::make_shared<int>(0);
    EXPECT_THROW(run(site.database().write(CutOnce(runs))), DatabaseUnavailable);
    EXPECT_EQ(*runs, 1);
    EXPECT_EQ(count(site.database()), 0) << "it may look, and finds that it is held";
}

TEST(PostgresDatabase, RefusesTextThatContainsNul) {
    test::TestDatabase site(Engine::postgres);
    const auto ask = [](Session& s) { s.query("SELECT CAST($1 AS TEXT)", std::string("a\0b", 3)); };
    EXPECT_THROW(run(site.database().read(ask)), SystemError);
}

TEST(PostgresDatabase, KeepsItsTablesInASchemaOfItsOwn) {
    test::TestDatabase site(Engine::postgres);
    site.migrate(kSchema);
    const auto where = [](Session& s) {
        return s
            .query_one(
                "SELECT CAST(table_schema AS TEXT) FROM information_schema.tables "
                "WHERE table_name = 'items'")
            ->text(0);
    };
    EXPECT_EQ(run(site.database().read(where)), "tripos");
}

TEST(PostgresDatabase, PointsToPgDumpForBackups) {
    test::TestDatabase site(Engine::postgres);
    try {
        run(site.database().backup_to(site.folder() + "/copy"));
        FAIL() << "it made one";
    } catch (const SystemError& problem) {
        EXPECT_THAT(problem.what(), testing::HasSubstr("pg_dump"));
    }
}

}  // namespace
}  // namespace tripos::sql
