// SPDX-License-Identifier: MIT
#pragma once
// PostgresProcess: a real PostgreSQL server of this test program's own, in a temporary folder, on a
// Unix socket only.

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/test_database.hpp"

namespace tripos::test {

/// Used by the test's thread. The server dies with the thread that started it, however that ends.
class PostgresProcess final : public PostgresServer {
  public:
    /// Makes a cluster and starts it. Throws std::runtime_error with the server's own words.
    PostgresProcess();
    ~PostgresProcess() override;

    void start() override;
    void stop_at_once() override;
    std::string url(const std::string& database) const override;

  private:
    /// Forks and executes a program of the server's package as the user that owns the folder.
    pid_t launch(const std::vector<std::string>& command) const;
    std::string log() const;

    std::string programs_;  ///< folder of initdb and postgres
    std::string folder_;
    uid_t user_;
    gid_t group_;
    pid_t server_ = 0;
};

}  // namespace tripos::test
