// SPDX-License-Identifier: MIT
#include "sql/detail/postgres_driver.hpp"

namespace tripos::sql {

bool is_postgres_url(const std::string& url) {
    // libpq's own message would repeat the address, and with it the password.
    auto* parsed = PQconninfoParse(url.c_str(), nullptr);
    PQconninfoFree(parsed);
    return parsed != nullptr;
}

std::unique_ptr<Connection> PostgresDriver::connect(Access access) {
    return std::make_unique<PostgresConnection>(url_, access, limits_);
}

void PostgresDriver::backup_to(const std::string&) {
    throw SystemError("sql", "back up a PostgreSQL database with pg_dump");
}

}  // namespace tripos::sql
