// SPDX-License-Identifier: MIT
#pragma once
// What migrate() would do to a database that another release has left.

#include <string>
#include <vector>

#include "sql/migrations.hpp"

namespace tripos::sql {

/// The steps that a SQLite database lacks, as "exams 3", oldest first; none where no program has
/// run migrate() yet.
Task<std::vector<std::string>> pending_migrations(Database& sqlite,
                                                  std::vector<Migration> migrations);

}  // namespace tripos::sql
