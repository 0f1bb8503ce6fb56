// SPDX-License-Identifier: MIT
#pragma once
// The schema `tripos` of a PostgreSQL database as a file, by PostgreSQL's own programs (Debian:
// postgresql-client): a copy of one moment, while everybody works. They get the address, and the
// password in it, by their environment, which only their user can read. Blocking; thread-safe.

#include <functional>
#include <string>
#include <vector>

#include "sql/database_copy.hpp"

namespace tripos::sql {

/// Copies the schema into a new file, unless it is given up, which is asked now and then. Throws
/// SystemError with the program's words.
void dump_schema(const std::string& url, const std::string& file,
                 std::function<bool()> is_given_up);

/// What a dump holds, without a server. Throws SystemError when it is damaged.
Inventory read_dump(const std::string& file);

/// Other programs that are connected to the database as we are: "tripos, process 77". Throws as
/// Database::open().
std::vector<std::string> others_at(const std::string& url);

/// Puts a dump in the place of the schema, which is empty or gets the name `set_aside_as`: in one
/// transaction, after which `work` is done in another. From before the first until the second is
/// durable is_being_restored() says so, whoever is killed. Returns the name that what was there has
/// now; empty: nothing was. Throws SystemError.
std::string restore_schema(const std::string& url, const std::string& file,
                           const std::string& set_aside_as,
                           const std::function<void(Session&)>& work);

/// Whether a restore of this database began and has not come to its end. False for SQLite, whose
/// restore has no middle.
bool is_being_restored(Session& session);
/// Whatever became of it, it is over.
void end_restore(Session& session);

}  // namespace tripos::sql
