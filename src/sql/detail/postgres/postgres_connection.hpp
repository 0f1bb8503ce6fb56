// SPDX-License-Identifier: MIT
#pragma once
// PostgresConnection: one connection to PostgreSQL over libpq, with blocking calls.
//
// Statements are prepared once per text and parameter types. BEGIN, SAVEPOINT and RELEASE are held
// back and travel with the next statement in one round trip
// (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html).

#include <chrono>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sql/detail/connection.hpp"
#include "sql/detail/postgres/postgres_wire.hpp"

namespace tripos::sql {

/// The server's own limits, per statement.
struct PostgresLimits {
    std::chrono::milliseconds statement;
    std::chrono::milliseconds lock;  ///< waiting for a row or table that another one holds
};

/// Confined to its thread.
class PostgresConnection final : public Connection {
  public:
    PostgresConnection(const std::string& url, Access access, PostgresLimits limits);

    Engine engine() const override { return Engine::postgres; }
    std::vector<Row> run(std::string_view statement, std::span<const Value> parameters) override;
    std::int64_t affected() const override { return affected_; }
    void set_statement_limit(std::chrono::milliseconds limit) override;

    void begin() override;
    void wait_a_moment_only() override;
    void commit() override;
    void rollback() override;
    void savepoint() override;
    void release() override;
    void rollback_to_savepoint() override;
    Trouble trouble() const override { return trouble_; }
    void after_commit() override {}
    std::string doubtful_transaction() const override { return doubtful_; }
    Fate fate_of(const std::string& transaction) override;

    /// Which of all that ever had its name the schema `tripos` is; empty: there is none.
    std::string schema();

  private:
    /// Says in the log what was connected to; once per connection that writes.
    void describe() const;
    void configure();
    void require_schema();
    /// Runs commands now, without parameters; throws like run().
    PostgresResult command(const std::string& text);
    /// The server's name for the statement.
    const std::string& prepared(std::string_view text, std::span<const Value> parameters);
    void send_held_back();
    /// Throws if `result` is a failure, and remembers what was lost.
    void check(const PGresult* result, std::string_view context);
    [[noreturn]] void fail(const PostgresFailure& failure, std::string_view context);

    const Access access_;
    const PostgresLimits limits_;
    PostgresWire wire_;
    std::unordered_map<std::string, std::string> statements_;  ///< types and text, to name
    std::uint64_t last_name_ = 0;
    std::vector<std::string> held_back_;
    bool begun_ = false;    ///< BEGIN was sent
    std::string doubtful_;  ///< id of the transaction whose COMMIT got no answer
    Trouble trouble_ = Trouble::none;
    std::int64_t affected_ = 0;
};

}  // namespace tripos::sql
