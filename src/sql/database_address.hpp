// SPDX-License-Identifier: MIT
#pragma once
// What can be known of a database before it is opened for work. Blocking; thread-safe.

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "sql/database.hpp"

namespace tripos::sql {

/// Whether Database::open() can make sense of the address; connects nowhere.
Result<> check_database_url(const std::string& url);

/// The files that it consists of, whether or not they are there; none: a server has them.
std::vector<std::string> database_files(const std::string& url);

/// Whether a program has run migrate() there. Creates nothing: neither a file nor a schema. Throws
/// as Database::open().
bool is_migrated(const DatabaseOptions& options);

/// One transaction on a connection of its own, which changes nothing. Requires: is_migrated().
/// Throws as Database::open().
void read_at(const DatabaseOptions& options, const std::function<void(Session&)>& work);

/// What a database is like from outside.
struct DatabaseCondition {
    bool is_migrated = false;     ///< as is_migrated()
    std::uint64_t log_bytes = 0;  ///< of SQLite's write-ahead log
    std::string unsafe;           ///< settings of PostgreSQL that lose commits; empty: none
    std::string damage;           ///< what the integrity check found; empty: nothing
    /// PostgreSQL: of the transaction that has been open for longest, copies not counted; 0: there
    /// is none that we may see.
    std::chrono::milliseconds oldest_transaction{};
    std::string oldest_holder;  ///< who has it open: "psql, process 77"
};

/// Whether look_at() reads the whole of a SQLite database.
enum class Depth { glance, whole };

/// Looks once, and changes nothing. Throws as Database::open().
DatabaseCondition look_at(const DatabaseOptions& options, Depth depth);

}  // namespace tripos::sql
