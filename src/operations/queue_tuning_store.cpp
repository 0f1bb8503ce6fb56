// SPDX-License-Identifier: MIT
#include "operations/queue_tuning_store.hpp"

namespace tripos::operations::queue_tuning_store {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE queue_tuning (
    queue TEXT PRIMARY KEY,
    concurrency BIGINT,
    is_paused BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    changed_at BIGINT NOT NULL
))";

Tuned tuned_of(const sql::Row& row) {
    return {.queue = row.text(0),
            .concurrency = row.maybe_integer(1),
            .is_paused = row.integer(2) != 0,
            .version = row.integer(3),
            .changed_at = row.time(4)};
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "queue_tuning", .number = 1, .statements = kTable}};
}

std::vector<Tuned> load(sql::Session& session) {
    std::vector<Tuned> all;
    for (const auto& row : session.query(
             "SELECT queue, concurrency, is_paused, version, changed_at FROM queue_tuning "
             "ORDER BY queue")) {
        all.push_back(tuned_of(row));
    }
    return all;
}

std::optional<Tuned> find(sql::Session& session, const std::string& queue) {
    const auto row = session.query_one(
        "SELECT queue, concurrency, is_paused, version, changed_at FROM queue_tuning "
        "WHERE queue = $1",
        queue);
    return row ? std::optional(tuned_of(*row)) : std::nullopt;
}

Tuned set_concurrency(sql::Session& session, const std::string& queue,
                      std::optional<std::int64_t> jobs, Timestamp now) {
    session.execute(
        "INSERT INTO queue_tuning (queue, concurrency, changed_at) VALUES ($1, $2, $3) "
        "ON CONFLICT (queue) DO UPDATE SET concurrency = excluded.concurrency, "
        "version = queue_tuning.version + 1, changed_at = excluded.changed_at",
        queue, jobs, now);
    return find(session, queue).value();
}

Tuned set_paused(sql::Session& session, const std::string& queue, bool is_paused, Timestamp now) {
    session.execute(
        "INSERT INTO queue_tuning (queue, is_paused, changed_at) VALUES ($1, $2, $3) "
        "ON CONFLICT (queue) DO UPDATE SET is_paused = excluded.is_paused, "
        "version = queue_tuning.version + 1, changed_at = excluded.changed_at",
        queue, is_paused ? 1 : 0, now);
    return find(session, queue).value();
}

void forget(sql::Session& session, const std::string& queue) {
    session.execute("DELETE FROM queue_tuning WHERE queue = $1", queue);
}

}  // namespace tripos::operations::queue_tuning_store
