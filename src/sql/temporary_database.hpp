// SPDX-License-Identifier: MIT
#pragma once
// TemporaryDatabase: an empty PostgreSQL database beside another one, as long as the object lives.
// It takes the right to make databases. Blocking; not thread-safe.

#include <memory>
#include <string>

namespace tripos::sql {

class PostgresWire;

class TemporaryDatabase {
  public:
    /// On the server of `url`, as its user. Throws as Database::open(); SystemError where the user
    /// may not.
    TemporaryDatabase(const std::string& url, std::string name);
    ~TemporaryDatabase();  ///< and whoever is connected to it is thrown out
    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

    const std::string& url() const { return url_; }

  private:
    const std::string name_;
    const std::string url_;
    std::unique_ptr<PostgresWire> wire_;  ///< to the other one
};

}  // namespace tripos::sql
