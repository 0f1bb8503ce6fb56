// SPDX-License-Identifier: MIT
#include "sql/migrations.hpp"

#include <map>
#include <string>

#include "sql/detail/split_statements.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

/// Of one statement, and of the wait for another process that migrates.
constexpr std::chrono::minutes kMigrationLimit{10};

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "module TEXT NOT NULL, number INTEGER NOT NULL, applied_at BIGINT NOT NULL, "
    "PRIMARY KEY (module, number))";

/// The engine's own time of day: a migration runs before there is anything else to ask.
std::string_view insert_statement(Engine engine) {
    return engine == Engine::sqlite
               ? "INSERT INTO schema_migrations (module, number, applied_at) "
                 "VALUES ($1, $2, CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
               : "INSERT INTO schema_migrations (module, number, applied_at) "
                 "VALUES ($1, $2, CAST(extract(epoch FROM now()) * 1000 AS BIGINT))";
}

/// Other processes that start now wait here. SQLite's writer has the database to itself anyway.
void lock(Session& session) {
    session.set_statement_limit(kMigrationLimit);
    if (session.engine() == Engine::postgres) {
        session.run("SELECT pg_advisory_xact_lock(7310427001)", {});
    }
}

/// Module to the number of its newest applied step.
std::map<std::string, std::int64_t, std::less<>> read_applied(Session& session) {
    std::map<std::string, std::int64_t, std::less<>> applied;
    for (const auto& row :
         session.query("SELECT module, max(number) FROM schema_migrations GROUP BY module")) {
        applied[row.text(0)] = row.integer(1);
    }
    return applied;
}

void refuse_newer(const std::vector<Migration>& migrations,
                  const std::map<std::string, std::int64_t, std::less<>>& applied) {
    std::map<std::string_view, std::int64_t> known;
    for (const auto& migration : migrations) {
        known[migration.module] = std::max<std::int64_t>(known[migration.module], migration.number);
    }
    for (const auto& [module, newest] : known) {
        const auto found = applied.find(module);
        if (found != applied.end() && found->second > newest) {
            throw SystemError("sql", "the database is newer than this program (" +
                                         std::string(module) + " " + std::to_string(found->second) +
                                         "): start the version that wrote it, or a later one");
        }
    }
}

void apply(Session& session, const Migration& migration) {
    for (const auto statement : split_statements(migration.statements)) {
        session.run(statement, {});
    }
    session.execute(insert_statement(session.engine()), migration.module, migration.number);
}

/// The steps, as a function for the writer lane. All or nothing.
class Run {
  public:
    explicit Run(std::vector<Migration> migrations) : migrations_(std::move(migrations)) {}

    void operator()(Session& session) const {
        lock(session);
        session.run(kCreateTable, {});
        const auto applied = read_applied(session);
        refuse_newer(migrations_, applied);
        std::string steps;
        for (const auto& migration : migrations_) {
            const auto found = applied.find(migration.module);
            if (found == applied.end() || migration.number > found->second) {
                apply(session, migration);
                steps += (steps.empty() ? "" : ", ") + std::string(migration.module) + " " +
                         std::to_string(migration.number);
            }
        }
        if (!steps.empty()) {
            log::info("sql", "schema migrated", {{"steps", steps}});
        }
    }

  private:
    std::vector<Migration> migrations_;
};

}  // namespace

Task<> migrate(Database& database, std::vector<Migration> migrations) {
    Run steps(std::move(migrations));
    co_await database.write(std::move(steps));
}

}  // namespace tripos::sql
