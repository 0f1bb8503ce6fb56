// SPDX-License-Identifier: MIT
#include "sql/database.hpp"

#include "core/text.hpp"
#include "sql/detail/postgres_driver.hpp"
#include "sql/detail/sqlite_driver.hpp"
#include "sql/detail/threaded_database.hpp"

namespace tripos::sql {

namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";

std::unique_ptr<Driver> make_driver(const DatabaseOptions& options) {
    if (starts_with_ignoring_case(options.url, kSqlitePrefix)) {
        return std::make_unique<SqliteDriver>(options.url.substr(kSqlitePrefix.size()),
                                              options.statement_timeout);
    }
    if (starts_with_ignoring_case(options.url, "postgres://") ||
        starts_with_ignoring_case(options.url, "postgresql://")) {
        return std::make_unique<PostgresDriver>(options.url, options.statement_timeout);
    }
    // The address may hold a password: not in the message.
    throw SystemError("sql", "the database's address must start with sqlite: or postgres://");
}

}  // namespace

std::unique_ptr<Database> Database::open(const DatabaseOptions& options) {
    return std::make_unique<ThreadedDatabase>(options, make_driver(options));
}

}  // namespace tripos::sql
