// SPDX-License-Identifier: MIT
#pragma once
// PostgresDriver: connections to one PostgreSQL database. Everything lives in the schema `tripos`.

#include <string>

#include "sql/detail/postgres_connection.hpp"

namespace tripos::sql {

/// Thread-safe.
class PostgresDriver final : public Driver {
  public:
    /// Throws SystemError if `url` is not a libpq URI.
    PostgresDriver(std::string url, PostgresLimits limits);

    Engine engine() const override { return Engine::postgres; }
    std::unique_ptr<Connection> connect(Access access) override;
    void backup_to(const std::string& path) override;

  private:
    const std::string url_;
    const PostgresLimits limits_;
};

}  // namespace tripos::sql
