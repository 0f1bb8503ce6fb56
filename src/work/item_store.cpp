// SPDX-License-Identifier: MIT
#include "work/item_store.hpp"

#include "core/text.hpp"

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

const auto kColumns = entity::column_names(kMembers);
const auto kSelect = "SELECT " + join(kColumns, ", ") + " FROM work WHERE ";

std::optional<Item> read_item(const std::optional<sql::Row>& row) {
    return row ? std::optional(entity::read<Item>(*row, kMembers)) : std::nullopt;
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "work", .number = 1, .statements = kTable}};
}

void put(sql::Session& session, const Item& item) {
    session.execute("DELETE FROM work WHERE finished_at < $1", item.created_at - kKeep);
    static const auto statement = entity::insert_into("work", kColumns);
    session.run(statement, entity::values(item, kMembers));
}

std::optional<Item> find(sql::Session& session, const std::string& id) {
    static const auto statement = kSelect + "id = $1";
    return read_item(session.query_one(statement, id));
}

std::vector<Item> list_open(sql::Session& session, std::int64_t limit) {
    static const auto statement = kSelect + "finished_at IS NULL ORDER BY created_at, id LIMIT $1";
    return entity::read_all<Item>(session.query(statement, limit), kMembers);
}

std::optional<Item> hold(sql::Session& session, const std::string& id) {
    static const auto statement = kSelect + "id = $1 AND finished_at IS NULL";
    return read_item(
        session.query_one(sql::locking(session, statement, "FOR UPDATE SKIP LOCKED"), id));
}

void update(sql::Session& session, const Item& item) {
    static const auto statement = entity::update_of("work", kColumns);
    session.run(statement, entity::values(item, kMembers));
}

std::int64_t change_open(sql::Session& session, const std::string& kind, const std::string& other,
                         Timestamp begun_before, Timestamp now) {
    if (!other.empty()) {
        return session.execute(
            "UPDATE work SET kind = $2 WHERE kind = $1 AND finished_at IS NULL AND created_at <= "
            "$3",
            kind, other, begun_before);
    }
    return session.execute(
        "UPDATE work SET finished_at = $3, problem = 'its mails were cancelled after a restore' "
        "WHERE kind = $1 AND finished_at IS NULL AND created_at <= $2",
        kind, begun_before, now);
}

void set_problem(sql::Session& session, const std::string& id, const std::string& problem) {
    session.execute("UPDATE work SET problem = $2 WHERE id = $1 AND finished_at IS NULL", id,
                    problem);
}

}  // namespace tripos::work
