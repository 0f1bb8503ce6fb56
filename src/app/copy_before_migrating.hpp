// SPDX-License-Identifier: MIT
#pragma once
// The way back from an upgrade: SQLite is copied before a newer program changes it.

#include <string>

#include "core/clock.hpp"
#include "sql/database.hpp"

namespace tripos::app {

/// Copies the database to `folder`/before-migration/TIME.db, and keeps the newest three copies. The
/// path. Throws SystemError when it cannot be copied: then nothing must be migrated either.
Task<std::string> copy_before_migrating(sql::Database& sqlite, std::string folder, Timestamp now);

}  // namespace tripos::app
