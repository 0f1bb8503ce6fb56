// SPDX-License-Identifier: MIT
#pragma once
// PostgresWire: one socket to PostgreSQL, with a limit on every answer. A server that is frozen or
// a network that swallows packets costs that long, and then the connection; libpq alone would wait
// for ever. https://www.postgresql.org/docs/current/libpq-async.html

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "sql/detail/postgres/postgres_handle.hpp"

namespace tripos::sql {

/// The values of one call in libpq's form; refers to nothing outside.
class PostgresParameters {
  public:
    explicit PostgresParameters(std::span<const Value> values);
    int count() const { return static_cast<int>(pointers_.size()); }
    const char* const* data() const { return pointers_.data(); }

  private:
    std::vector<std::string> texts_;
    std::vector<const char*> pointers_;
};

/// Confined to its thread. Functions block; a result that is null or failed says that it went
/// wrong, and is_lost() whether the connection went with it.
class PostgresWire {
  public:
    /// Throws DatabaseUnavailable.
    explicit PostgresWire(const std::string& url);

    /// "sslmode" in effect where the connection is encrypted; "none" where not.
    std::string encryption() const;
    /// "15.20 (Debian ...)"
    std::string server_version() const;
    /// The server is on this machine: nobody is in between.
    bool is_local() const;

    bool is_lost() const { return PQstatus(handle_.get()) == CONNECTION_BAD; }
    /// For every answer from now on.
    void set_limit(std::chrono::milliseconds limit) { limit_ = limit; }

    /// Statements without parameters, separated by semicolons: the first failure or the last
    /// result.
    PostgresResult run(const std::string& statements);
    PostgresResult prepare(const std::string& name, std::string_view statement,
                           const std::vector<Oid>& types);
    PostgresResult run_prepared(const std::string& name, const PostgresParameters& parameters);
    /// The statements and then the prepared one in a single round trip: the first failure or the
    /// last result.
    PostgresResult run_all(const std::vector<std::string>& before, const std::string& name,
                           const PostgresParameters& parameters);

    struct Committed {
        PostgresResult
            first;  ///< of the prepared statement; it may be there though `commit` is not
        PostgresResult commit;
    };
    /// A prepared statement without parameters, whose answer does not wait for the COMMIT that
    /// travels with it.
    Committed commit_after(const std::string& name);

  private:
    using Deadline = std::chrono::steady_clock::time_point;

    void start_waiting() { deadline_ = std::chrono::steady_clock::now() + limit_; }
    /// The next result, or null where a command's results end.
    PostgresResult next();
    /// Until all is sent and a result is complete; false: the limit passed.
    bool wait();
    PostgresResult drain();

    PostgresHandle handle_;
    std::chrono::milliseconds limit_{10'000};
    Deadline deadline_{};
};

}  // namespace tripos::sql
