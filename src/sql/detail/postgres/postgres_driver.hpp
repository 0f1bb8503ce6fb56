// SPDX-License-Identifier: MIT
#pragma once
// PostgresDriver: connections to one PostgreSQL database. Everything lives in the schema `tripos`.
// Where another one has taken its place - a restore, while we were cut off - nothing is written any
// more: what this process knows is of other data.

#include <mutex>
#include <string>

#include "sql/detail/postgres/postgres_connection.hpp"

namespace tripos::sql {

/// Whether libpq can read it.
bool is_postgres_url(const std::string& url);

/// Thread-safe.
class PostgresDriver final : public Driver {
  public:
    /// Requires: is_postgres_url(url).
    PostgresDriver(std::string url, PostgresLimits limits)
        : url_(std::move(url)), limits_(limits) {}

    Engine engine() const override { return Engine::postgres; }
    std::unique_ptr<Connection> connect(Access access) override;
    void backup_to(const std::string& path) override;

  private:
    void require_same(const std::string& schema);

    const std::string url_;
    const PostgresLimits limits_;
    std::mutex mutex_;
    std::string schema_;  ///< of the first connection that writes; empty: there was none yet
};

}  // namespace tripos::sql
