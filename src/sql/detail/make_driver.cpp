// SPDX-License-Identifier: MIT
#include "sql/detail/make_driver.hpp"

#include "core/text.hpp"
#include "sql/detail/postgres/postgres_driver.hpp"
#include "sql/detail/sqlite/sqlite_driver.hpp"

namespace tripos::sql {

std::optional<std::string> sqlite_path(std::string_view url) {
    constexpr std::string_view kPrefix = "sqlite:";
    if (!starts_with_ignoring_case(url, kPrefix)) {
        return std::nullopt;
    }
    return std::string(url.substr(kPrefix.size()));
}

Result<std::unique_ptr<Driver>> make_driver(const DatabaseOptions& options) {
    const auto& url = options.url;
    std::unique_ptr<Driver> driver;
    if (auto path = sqlite_path(url)) {
        if (path->empty()) {
            return invalid("url", "must name a file behind sqlite:");
        }
        driver = std::make_unique<SqliteDriver>(std::move(*path), options.statement_timeout);
    } else if (starts_with_ignoring_case(url, "postgres://") ||
               starts_with_ignoring_case(url, "postgresql://")) {
        if (!is_postgres_url(url)) {
            return invalid("url", "is not a valid postgres:// URL");
        }
        const PostgresLimits limits{.statement = options.statement_timeout,
                                    .lock = options.lock_timeout};
        driver = std::make_unique<PostgresDriver>(url, limits);
    } else {
        return invalid("url", "must start with sqlite: or postgres://");
    }
    return driver;
}

std::unique_ptr<Driver> require_driver(const DatabaseOptions& options) {
    auto driver = make_driver(options);
    if (!driver) {
        throw SystemError("sql", "the database's address " + driver.error().message);
    }
    return std::move(*driver);
}

}  // namespace tripos::sql
