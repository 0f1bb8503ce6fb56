// SPDX-License-Identifier: MIT
#pragma once
// Schema migrations: each module lists its own, in order; they run at start inside one lock, each
// once.
//
// All that are missing run in one transaction: all or none. Dialect for both engines: the column
// types are BIGINT, INTEGER, TEXT and DOUBLE PRECISION, and ROW_KEY for a primary key that each
// new row gets by itself; no engine's own functions. On PostgreSQL everything lives in the schema
// `tripos`.

#include <string>
#include <string_view>
#include <vector>

#include "sql/database.hpp"

namespace tripos::sql {

/// One step. Never edit a released one; add the next.
struct Migration {
    std::string_view module;      ///< "accounts"
    int number;                   ///< 1, 2, ... within the module
    std::string_view statements;  ///< separated by ';'; written for both engines
};

/// Brings the database up to date; safe when two processes start at once. Throws SystemError when
/// the database is newer than this program knows. `program`: what the refusal of an older one will
/// name.
Task<> migrate(Database& database, std::vector<Migration> migrations, std::string program);

/// The steps, as "exams 3", that migrate() would apply; none where no program has run it yet.
/// Changes nothing. Throws as migrate().
std::vector<std::string> pending_migrations(Session& session,
                                            const std::vector<Migration>& migrations);

}  // namespace tripos::sql
