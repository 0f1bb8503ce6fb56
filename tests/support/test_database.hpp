// SPDX-License-Identifier: MIT
#pragma once
// TestDatabase: a fresh, empty database for one test, on either engine.
//
// SQLite lives in a temporary folder. PostgreSQL is one real server per test program, started when
// first asked for, that listens on a Unix socket in a temporary folder only and ends with the
// program; each TestDatabase is a database of its own. A suite that should hold on both engines:
//
//     class UserStoreTest : public tripos::test::OnBothEngines {};
//     TEST_P(UserStoreTest, FindsAUserByEmail) { ... run(store.find(...)) ... db() ... }
//     INSTANTIATE_TEST_SUITE_P(Engines, UserStoreTest, tripos::test::both_engines(),
//     tripos::test::engine_name);

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sql/database.hpp"
#include "sql/migrations.hpp"
#include "support/run.hpp"

namespace tripos::test {

/// Created and destroyed by the test's thread; destroy it after everything that uses database().
class TestDatabase {
  public:
    /// `options.url` is filled in; the rest is taken as given.
    explicit TestDatabase(sql::Engine engine, sql::DatabaseOptions options = {});
    ~TestDatabase();  ///< closes the database and removes it
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    sql::Database& database();  ///< opened when first asked for
    const sql::DatabaseOptions& options() const { return options_; }

    /// A folder of this test's own, removed with it.
    const std::string& folder() const { return folder_; }

    /// Closes the database and opens it again from its url.
    void reopen();

    /// Of one that was not used yet by a copy of the first that had the same steps: to make all
    /// tables takes most of a short test.
    void migrate(std::vector<sql::Migration> migrations);

  private:
    void create(const std::string& like);

    sql::Engine engine_;
    std::string folder_;
    std::string name_;  ///< of the PostgreSQL database
    sql::DatabaseOptions options_;
    std::unique_ptr<sql::Database> database_;
};

/// The PostgreSQL server of this test program, for tests of its absence.
class PostgresServer {
  public:
    /// The one of this program; starts it when first called.
    static PostgresServer& instance();

    virtual ~PostgresServer() = default;
    virtual void start() = 0;
    /// Ends it without a checkpoint, as a crash would; connections break.
    virtual void stop_at_once() = 0;
    /// libpq's URI of `database` on this server.
    virtual std::string url(const std::string& database) const = 0;
};

/// Base of suites that run once on SQLite and once on PostgreSQL; see the top of this file.
class OnBothEngines : public testing::TestWithParam<sql::Engine> {
  protected:
    /// Created on first use.
    TestDatabase& test_database();
    sql::Database& db() { return test_database().database(); }

    template <class T>
    T run(Task<T> task) {
        return test::run(std::move(task));
    }

  private:
    std::unique_ptr<TestDatabase> test_database_;
};

inline auto both_engines() {
    return testing::Values(sql::Engine::sqlite, sql::Engine::postgres);
}

std::string engine_name(const testing::TestParamInfo<sql::Engine>& info);

}  // namespace tripos::test
