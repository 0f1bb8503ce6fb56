// SPDX-License-Identifier: MIT
#pragma once
// Owners of SQLite's handles, and the translation of its error codes.
// https://www.sqlite.org/rescode.html

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

namespace tripos::sql {

struct SqliteClose {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct SqliteFinalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};

using SqliteHandle = std::unique_ptr<sqlite3, SqliteClose>;
using SqliteStatementHandle = std::unique_ptr<sqlite3_stmt, SqliteFinalize>;

constexpr int kBusyMillis = 5000;  ///< how long a connection waits for another process's lock

/// Opens or creates a database file for one thread, with extended result codes and that busy
/// timeout. Throws SystemError when the folder is missing, DatabaseUnavailable otherwise.
SqliteHandle open_sqlite(const std::string& path);

/// Opens a database that nobody writes to for reading, without its log and without making a file
/// beside it.
SqliteHandle open_sqlite_as_it_is(const std::string& path);

/// Throws what `code` means: ConstraintViolation, DatabaseUnavailable or SystemError. `context`
/// says what was tried.
[[noreturn]] void throw_sqlite_error(sqlite3* handle, int code, std::string_view context);

/// Runs a command without parameters or result; throws like throw_sqlite_error().
void execute_sqlite(sqlite3* handle, const std::string& command);

}  // namespace tripos::sql
