// SPDX-License-Identifier: MIT
#pragma once
// PostgresConnection: one connection to PostgreSQL over libpq, with blocking calls.
//
// Statements are prepared once per text and parameter types. BEGIN, SAVEPOINT and RELEASE are held
// back and travel with the next statement in one round trip
// (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html).

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "sql/detail/connection.hpp"
#include "sql/detail/postgres_handle.hpp"

namespace tripos::sql {

/// Confined to its thread.
class PostgresConnection final : public Connection {
  public:
    PostgresConnection(const std::string& url, Access access,
                       std::chrono::milliseconds statement_timeout);

    Engine engine() const override { return Engine::postgres; }
    std::vector<Row> run(std::string_view statement, const std::vector<Value>& parameters) override;
    std::int64_t affected() const override { return affected_; }

    void begin() override;
    void commit() override;
    void rollback() override;
    void savepoint() override;
    void release() override;
    void rollback_to_savepoint() override;
    Trouble trouble() const override { return trouble_; }
    void after_commit() override {}

  private:
    class Parameters;

    void configure(std::chrono::milliseconds statement_timeout);
    void require_schema();
    /// Runs commands now, without parameters; throws like run().
    PostgresResult command(const std::string& text);
    /// The server's name for the statement.
    const std::string& prepared(std::string_view text, const std::vector<Value>& parameters);
    /// Sends what was held back and the statement together; the statement's result.
    PostgresResult run_with_held_back(const std::string& name, const Parameters& parameters);
    void send_held_back();
    /// Throws if `result` is a failure, and remembers what was lost.
    void check(const PGresult* result, std::string_view context);
    [[noreturn]] void fail(const PostgresFailure& failure, std::string_view context);

    const Access access_;
    PostgresHandle handle_;
    std::unordered_map<std::string, std::string> statements_;  ///< types and text, to name
    std::uint64_t last_name_ = 0;
    std::vector<std::string> held_back_;
    bool begun_ = false;  ///< BEGIN was sent
    Trouble trouble_ = Trouble::none;
    std::int64_t affected_ = 0;
};

}  // namespace tripos::sql
