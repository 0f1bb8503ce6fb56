// SPDX-License-Identifier: MIT
#include "sql/detail/postgres_driver.hpp"

namespace tripos::sql {

PostgresDriver::PostgresDriver(std::string url, PostgresLimits limits)
    : url_(std::move(url)), limits_(limits) {
    // libpq's own message would repeat the address, and with it the password.
    auto* parsed = PQconninfoParse(url_.c_str(), nullptr);
    if (parsed == nullptr) {
        throw SystemError("sql", "the database's address is not a valid postgres:// URI");
    }
    PQconninfoFree(parsed);
}

std::unique_ptr<Connection> PostgresDriver::connect(Access access) {
    return std::make_unique<PostgresConnection>(url_, access, limits_);
}

void PostgresDriver::backup_to(const std::string&) {
    throw SystemError("sql", "back up a PostgreSQL database with pg_dump");
}

}  // namespace tripos::sql
