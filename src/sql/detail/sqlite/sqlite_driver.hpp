// SPDX-License-Identifier: MIT
#pragma once
// SqliteDriver: connections to, and online backups of, one SQLite file.

#include <chrono>
#include <string>

#include "sql/detail/connection.hpp"

namespace tripos::sql {

/// Thread-safe.
class SqliteDriver final : public Driver {
  public:
    SqliteDriver(std::string path, std::chrono::milliseconds statement_timeout)
        : path_(std::move(path)), statement_timeout_(statement_timeout) {}

    Engine engine() const override { return Engine::sqlite; }
    std::unique_ptr<Connection> connect(Access access) override;
    std::uint64_t log_bytes() const override;
    /// Copies one snapshot in steps to `path`.tmp, syncs it, and renames it to `path`.
    void backup_to(const std::string& path) override;

  private:
    const std::string path_;
    const std::chrono::milliseconds statement_timeout_;
};

}  // namespace tripos::sql
