// SPDX-License-Identifier: MIT
#pragma once
// PostgresDriver: connections to one PostgreSQL database. Everything lives in the schema `tripos`.

#include <string>

#include "sql/detail/postgres_connection.hpp"

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
    const std::string url_;
    const PostgresLimits limits_;
};

}  // namespace tripos::sql
