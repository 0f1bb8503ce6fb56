// SPDX-License-Identifier: MIT
#include "sql/pending_migrations.hpp"

namespace tripos::sql {

namespace {

std::vector<std::string> lacking(Session& session, const std::vector<Migration>& migrations) {
    std::vector<std::string> steps;
    if (!session.query_one("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'")) {
        return steps;
    }
    for (const auto& step : migrations) {
        if (!session.query_one("SELECT 1 FROM schema_migrations WHERE module = $1 AND number >= $2",
                               step.module, step.number)) {
            steps.push_back(std::string(step.module) + ' ' + std::to_string(step.number));
        }
    }
    return steps;
}

}  // namespace

Task<std::vector<std::string>> pending_migrations(Database& sqlite,
                                                  std::vector<Migration> migrations) {
    auto look = [all = std::move(migrations)](Session& session) { return lacking(session, all); };
    co_return co_await sqlite.read(std::move(look));
}

}  // namespace tripos::sql
