// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite/sqlite_handle.hpp"

#include "sql/session.hpp"

namespace tripos::sql {

namespace {

/// "UNIQUE constraint failed: users.email" names columns after the colon; a foreign key has none.
std::string constraint_of(const std::string& message) {
    const auto colon = message.find(": ");
    return colon == std::string::npos ? "foreign key" : message.substr(colon + 2);
}

}  // namespace

namespace {

SqliteHandle open_with(const std::string& path, const std::string& name, int flags) {
    // Nobody reads the library's statistics of memory, which cost a lock per allocation. Refused
    // without harm if something else of the process has used SQLite before.
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(configured);
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    SqliteHandle handle(raw);
    if (code == SQLITE_CANTOPEN) {
        throw SystemError("sql",
                          "cannot open " + path + ": does its folder exist and may it be written?");
    }
    if (code != SQLITE_OK) {
        throw_sqlite_error(raw, code, "open " + path);
    }
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, kBusyMillis);
    return handle;
}

/// As a part of a URI.
std::string in_uri(const std::string& path) {
    std::string text;
    for (const char letter : path) {
        text += letter == '%'   ? "%25"
                : letter == '?' ? "%3f"
                : letter == '#' ? "%23"
                                : std::string(1, letter);
    }
    return text;
}

}  // namespace

SqliteHandle open_sqlite(const std::string& path) {
    return open_with(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

SqliteHandle open_sqlite_as_it_is(const std::string& path) {
    return open_with(path, "file:" + in_uri(path) + "?immutable=1",
                     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void throw_sqlite_error(sqlite3* handle, int code, std::string_view context) {
    const std::string message = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    const std::string detail = message + " (" + std::string(context) + ")";
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw ConstraintViolation(detail, constraint_of(message));
        default:
            break;
    }
    switch (code & 0xFF) {
        case SQLITE_INTERRUPT:
            throw DatabaseUnavailable("the statement took too long (" + std::string(context) + ")");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_READONLY:
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM:
            throw DatabaseUnavailable(detail);
        default:
            throw SystemError("sql", detail);
    }
}

void execute_sqlite(sqlite3* handle, const std::string& command) {
    const int code = sqlite3_exec(handle, command.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw_sqlite_error(handle, code, command);
    }
}

}  // namespace tripos::sql
