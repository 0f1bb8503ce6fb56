// SPDX-License-Identifier: MIT
#include "work/item_store.hpp"

namespace tripos::work {

namespace {

constexpr std::chrono::hours kKeep{30 * 24};

constexpr std::string_view kTable = R"(
CREATE TABLE work (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    cursor_key TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX work_by_end ON work (finished_at, created_at)
)";

constexpr std::string_view kFind =
    "SELECT id, kind, subject, cursor_key, done, total, changed, problem, created_at, finished_at "
    "FROM work WHERE id = $1";

Item read_item(const sql::Row& row) {
    return {.id = row.text(0),
            .kind = row.text(1),
            .subject = row.text(2),
            .cursor = row.text(3),
            .done = row.integer(4),
            .total = row.integer(5),
            .changed = row.integer(6),
            .problem = row.text(7),
            .created_at = row.time(8),
            .finished_at = row.maybe_time(9)};
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "work", .number = 1, .statements = kTable}};
}

void put(sql::Session& session, const Item& item) {
    session.execute("DELETE FROM work WHERE finished_at < $1", item.created_at - kKeep);
    session.execute(
        "INSERT INTO work (id, kind, subject, cursor_key, done, total, changed, problem, "
        "created_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)",
        item.id, item.kind, item.subject, item.cursor, item.done, item.total, item.changed,
        item.created_at, item.finished_at);
}

std::optional<Item> find(sql::Session& session, const std::string& id) {
    const auto row = session.query_one(kFind, id);
    return row ? std::optional(read_item(*row)) : std::nullopt;
}

std::vector<Item> list_open(sql::Session& session, std::int64_t limit) {
    std::vector<Item> items;
    for (const auto& row : session.query(
             "SELECT id, kind, subject, cursor_key, done, total, changed, problem, created_at, "
             "finished_at FROM work WHERE finished_at IS NULL ORDER BY created_at, id LIMIT $1",
             limit)) {
        items.push_back(read_item(row));
    }
    return items;
}

std::optional<Item> hold(sql::Session& session, const std::string& id) {
    static const auto statement = std::string(kFind) + " AND finished_at IS NULL";
    const auto row =
        session.query_one(sql::locking(session, statement, "FOR UPDATE SKIP LOCKED"), id);
    return row ? std::optional(read_item(*row)) : std::nullopt;
}

void update(sql::Session& session, const Item& item) {
    session.execute(
        "UPDATE work SET cursor_key = $2, done = $3, total = $4, changed = $5, problem = $6, "
        "finished_at = $7 WHERE id = $1",
        item.id, item.cursor, item.done, item.total, item.changed, item.problem, item.finished_at);
}

void set_problem(sql::Session& session, const std::string& id, const std::string& problem) {
    session.execute("UPDATE work SET problem = $2 WHERE id = $1 AND finished_at IS NULL", id,
                    problem);
}

}  // namespace tripos::work
