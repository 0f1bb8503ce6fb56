// SPDX-License-Identifier: MIT
#pragma once
// SqliteConnection: one connection to a SQLite file in WAL mode (https://www.sqlite.org/wal.html).
//
// The writer's connection commits with a sync of the log (synchronous=FULL) and keeps it short
// (SqliteLog). Readers leave it alone.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "sql/detail/connection.hpp"
#include "sql/detail/sqlite/sqlite_handle.hpp"
#include "sql/detail/sqlite/sqlite_log.hpp"
#include "sql/detail/sqlite/sqlite_statement.hpp"
#include "sql/detail/statement_hash.hpp"

namespace tripos::sql {

/// Confined to its thread.
class SqliteConnection final : public Connection {
  public:
    SqliteConnection(SqliteHandle handle, Access access,
                     std::chrono::milliseconds statement_timeout);
    ~SqliteConnection() override;
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    Engine engine() const override { return Engine::sqlite; }
    std::vector<Row> run(std::string_view statement, std::span<const Value> parameters) override;
    std::int64_t affected() const override { return affected_; }
    void set_statement_limit(std::chrono::milliseconds limit) override { statement_limit_ = limit; }

    void begin() override;
    void commit() override;
    void rollback() override;
    void savepoint() override;
    void release() override;
    void rollback_to_savepoint() override;
    Trouble trouble() const override;
    void after_commit() override;

  private:
    void configure_reader();
    void configure_writer();
    SqliteStatement& prepared(std::string_view text);
    void command(std::string_view text);

    const Access access_;
    const std::chrono::milliseconds statement_timeout_;
    std::chrono::milliseconds statement_limit_;  ///< of this transaction
    SqliteHandle handle_;
    std::unordered_map<std::string, SqliteStatement, StatementHash, std::equal_to<>> statements_;
    std::chrono::steady_clock::time_point statement_deadline_;
    std::int64_t affected_ = 0;
    bool in_transaction_ = false;
    bool broken_ = false;
    std::unique_ptr<SqliteLog> log_;  ///< the writer's
};

}  // namespace tripos::sql
