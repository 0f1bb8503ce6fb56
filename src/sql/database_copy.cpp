// SPDX-License-Identifier: MIT
#include "sql/database_copy.hpp"

#include "core/file.hpp"
#include "sql/detail/sqlite/sqlite_connection.hpp"

namespace tripos::sql {

namespace {

/// Of one statement: a copy takes as long as it takes.
constexpr std::chrono::hours kLimit{24};

std::vector<std::string> tables_of(Session& session) {
    return session.query_texts(
        session.engine() == Engine::sqlite
            ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
              "ESCAPE '\\' ORDER BY name"
            : "SELECT tablename FROM pg_tables WHERE schemaname = 'tripos' ORDER BY tablename");
}

/// As an identifier.
std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char letter : name) {
        text += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return text + "\"";
}

}  // namespace

Inventory take_inventory(Session& session) {
    Inventory found;
    for (const auto& table : tables_of(session)) {
        const auto statement = "SELECT count(*) FROM " + quoted(table);
        found.rows[table] = session.query_one(statement)->integer(0);
    }
    if (found.rows.contains("schema_migrations")) {
        for (const auto& row :
             session.query("SELECT module, max(number) FROM schema_migrations GROUP BY module")) {
            found.schema[row.text(0)] = row.integer(1);
        }
    }
    return found;
}

std::string find_damage(Session& session, Depth depth) {
    const auto rows = session.query(depth == Depth::whole ? "PRAGMA integrity_check(1)"
                                                          : "PRAGMA quick_check(1)");
    const auto verdict = rows.empty() ? std::string("no answer") : rows.front().text(0);
    return verdict == "ok" ? "" : verdict;
}

void change_copy(const std::string& path, const std::function<void(Session&)>& work) {
    {
        SqliteConnection connection(open_sqlite(path), Access::write, kLimit);
        connection.begin();
        work(connection);
        connection.commit();
    }
    sync_to_disk(path);
}

void read_copy(const std::string& path, const std::function<void(Session&)>& work) {
    SqliteConnection connection(open_sqlite_as_it_is(path), Access::read, kLimit);
    connection.begin();
    work(connection);
    connection.commit();
}

}  // namespace tripos::sql
