// SPDX-License-Identifier: MIT
#include "sql/database_address.hpp"

#include <filesystem>

#include "sql/database_copy.hpp"
#include "sql/detail/has_table.hpp"
#include "sql/detail/make_driver.hpp"

namespace tripos::sql {

Result<> check_database_url(const std::string& url) {
    const auto driver = make_driver({.url = url});
    return driver ? Result<>() : driver.error();
}

std::vector<std::string> database_files(const std::string& url) {
    const auto path = sqlite_path(url);
    return path ? std::vector{*path, *path + "-wal", *path + "-shm"} : std::vector<std::string>();
}

namespace {

bool is_nowhere(const DatabaseOptions& options) {
    const auto path = sqlite_path(options.url);
    return path && !std::filesystem::exists(*path);
}

/// Names of those that are off; empty: all are on.
std::string settings_off(Connection& connection) {
    std::string off;
    for (const auto& row :
         connection.run("SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', "
                        "'synchronous_commit') AND setting = 'off' ORDER BY name",
                        {})) {
        off += (off.empty() ? "" : ", ") + row.text(0);
    }
    return off.empty() ? off : off + " is off";
}

/// A copy takes as long as it takes.
void look_at_transactions(Connection& connection, DatabaseCondition& seen) {
    const auto rows = connection.run(
        "SELECT CAST(1000 * EXTRACT(EPOCH FROM clock_timestamp() - xact_start) AS BIGINT), "
        "COALESCE(NULLIF(application_name, ''), 'a client'), pid FROM pg_stat_activity WHERE "
        "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client "
        "backend' AND xact_start IS NOT NULL AND application_name <> 'pg_dump' "
        "ORDER BY xact_start LIMIT 1",
        {});
    for (const auto& row : rows) {
        seen.oldest_transaction = std::chrono::milliseconds(row.integer(0));
        seen.oldest_holder = row.text(1) + ", process " + std::to_string(row.integer(2));
    }
}

}  // namespace

bool is_migrated(const DatabaseOptions& options) {
    if (is_nowhere(options)) {
        return false;
    }
    return has_table(*require_driver(options)->connect(Access::read), "schema_migrations");
}

void read_at(const DatabaseOptions& options, const std::function<void(Session&)>& work) {
    const auto connection = require_driver(options)->connect(Access::read);
    connection->begin();
    work(*connection);
    connection->commit();
}

DatabaseCondition look_at(const DatabaseOptions& options, Depth depth) {
    DatabaseCondition seen;
    if (is_nowhere(options)) {
        return seen;
    }
    const auto driver = require_driver(options);
    const auto connection = driver->connect(Access::read);
    seen.is_migrated = has_table(*connection, "schema_migrations");
    seen.log_bytes = driver->log_bytes();
    if (driver->engine() == Engine::postgres) {
        seen.unsafe = settings_off(*connection);
        look_at_transactions(*connection, seen);
    } else if (depth == Depth::whole) {
        seen.damage = find_damage(*connection, Depth::glance);
    }
    return seen;
}

}  // namespace tripos::sql
