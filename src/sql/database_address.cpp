// SPDX-License-Identifier: MIT
#include "sql/database_address.hpp"

#include <filesystem>

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

bool is_migrated(const DatabaseOptions& options) {
    if (const auto path = sqlite_path(options.url); path && !std::filesystem::exists(*path)) {
        return false;
    }
    const auto driver = require_driver(options);
    const auto connection = driver->connect(Access::read);
    const auto* question = driver->engine() == Engine::sqlite
                               ? "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'"
                               : "SELECT 1 FROM pg_tables WHERE schemaname = 'tripos' "
                                 "AND tablename = 'schema_migrations'";
    return !connection->run(question, {}).empty();
}

}  // namespace tripos::sql
