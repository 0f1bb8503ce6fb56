// SPDX-License-Identifier: MIT
#pragma once
// A database as a backup holds it: what is in it, and whether it is whole. Blocking; thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "sql/database_address.hpp"
#include "sql/session.hpp"

namespace tripos::sql {

/// What is in a database.
struct Inventory {
    std::map<std::string, std::int64_t> rows;    ///< by table
    std::map<std::string, std::int64_t> schema;  ///< by module: its newest migration
};

/// Counts every row: for a copy, or a reader of bulk.
Inventory take_inventory(Session& session);

/// SQLite: the first thing that is wrong with the file; empty: nothing. Depth::whole looks at every
/// index as well.
std::string find_damage(Session& session, Depth depth);

/// Runs `work` as one transaction on a SQLite file that no program serves, and leaves the file
/// alone on disk. Throws SystemError.
void change_copy(const std::string& path, const std::function<void(Session&)>& work);

/// Runs `work`, which reads only, on a SQLite file that nobody writes to. Its log is not looked at,
/// and nothing is made beside it. Throws SystemError when it is no database.
void read_copy(const std::string& path, const std::function<void(Session&)>& work);

}  // namespace tripos::sql
