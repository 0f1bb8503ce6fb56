// SPDX-License-Identifier: MIT
#pragma once
// PostgresDriver: connections to one PostgreSQL database. Everything lives in the schema `tripos`.

#include <chrono>
#include <string>

#include "sql/detail/connection.hpp"

namespace tripos::sql {

/// Thread-safe.
class PostgresDriver final : public Driver {
  public:
    /// Throws SystemError if `url` is not a libpq URI.
    PostgresDriver(std::string url, std::chrono::milliseconds statement_timeout);

    Engine engine() const override { return Engine::postgres; }
    std::unique_ptr<Connection> connect(Access access) override;
    void backup_to(const std::string& path) override;

  private:
    const std::string url_;
    const std::chrono::milliseconds statement_timeout_;
};

}  // namespace tripos::sql
