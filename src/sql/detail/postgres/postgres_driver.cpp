// SPDX-License-Identifier: MIT
#include "sql/detail/postgres/postgres_driver.hpp"

namespace tripos::sql {

bool is_postgres_url(const std::string& url) {
    // libpq's own message would repeat the address, and with it the password.
    auto* parsed = PQconninfoParse(url.c_str(), nullptr);
    PQconninfoFree(parsed);
    return parsed != nullptr;
}

std::unique_ptr<Connection> PostgresDriver::connect(Access access) {
    auto connection = std::make_unique<PostgresConnection>(url_, access, limits_);
    if (access == Access::write) {
        require_same(connection->schema());
    }
    return connection;
}

void PostgresDriver::require_same(const std::string& schema) {
    const std::lock_guard lock(mutex_);
    if (schema_.empty()) {
        schema_ = schema;
    }
    if (schema_ != schema) {
        throw DatabaseUnavailable(
            "other data was put in the place of this process's: start it again");
    }
}

void PostgresDriver::backup_to(const std::string&) {
    throw SystemError("sql", "back up a PostgreSQL database with pg_dump");
}

}  // namespace tripos::sql
