// SPDX-License-Identifier: MIT
#include "sql/temporary_database.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "sql/detail/postgres/postgres_wire.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

/// Of making or dropping one.
constexpr std::chrono::minutes kMakingLimit{1};

/// One that is named among the parameters as well would win over the path.
std::string with_database(const std::string& url, const std::string& name) {
    if (url.find("dbname=") != std::string::npos) {
        throw SystemError("sql",
                          "DATABASE_URL names its database by dbname=; write it as "
                          "postgres://.../NAME");
    }
    const auto host = url.find("://") + 3;
    const auto query = std::min(url.find('?', host), url.size());
    const auto path = std::min(url.find('/', host), query);
    return url.substr(0, path) + '/' + name + url.substr(query);
}

}  // namespace

TemporaryDatabase::TemporaryDatabase(const std::string& url, std::string name)
    : name_(std::move(name)),
      url_(with_database(url, name_)),
      wire_(std::make_unique<PostgresWire>(url)) {
    wire_->set_limit(kMakingLimit);
    const auto made =
        wire_->run("CREATE DATABASE " + name_ + " TEMPLATE template0 ENCODING 'UTF8'");
    if (!made || PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
        PostgresFailure::of(made.get()).raise("make a database");
    }
}

TemporaryDatabase::~TemporaryDatabase() {
    const auto gone = wire_->run("DROP DATABASE " + name_ + " WITH (FORCE)");
    if (!gone || PQresultStatus(gone.get()) != PGRES_COMMAND_OK) {
        log::error("sql", "a temporary database was left", {{"database", name_}});
    }
}

}  // namespace tripos::sql
