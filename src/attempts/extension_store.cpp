// SPDX-License-Identifier: MIT
#include "attempts/extension_store.hpp"

#include "core/text.hpp"

namespace tripos::attempts::extension_store {

namespace {

// user_id is empty for everybody, attempt_id for every attempt.
constexpr std::string_view kExtensions = R"(
CREATE TABLE extensions (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    millis BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL
);
CREATE INDEX extensions_of ON extensions (exam_id, user_id, given_at, id);
CREATE TABLE extension_orders (
    exam_id TEXT NOT NULL,
    given_by TEXT NOT NULL,
    order_key TEXT NOT NULL,
    request TEXT NOT NULL,
    extended BIGINT NOT NULL,
    PRIMARY KEY (exam_id, given_by, order_key)
);
ALTER TABLE attempts ADD COLUMN reopened_at BIGINT NOT NULL DEFAULT 0
)";

// Nobody knows when the earlier ones were given: they go with the first clean-up.
constexpr std::string_view kOrderTimes = R"(
ALTER TABLE extension_orders ADD COLUMN given_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX extension_orders_by_time ON extension_orders (given_at)
)";

/// What deadlines follow from.
constexpr auto kGivenMembers = entity::Table(entity::Member{"millis", &GivenTime::more},
                                             entity::Member{"kind", &GivenTime::as});

const auto kOrderColumns = entity::column_names(kOrderMembers);

}  // namespace

std::vector<sql::Migration> migrations() {
    return {{.module = "attempts", .number = 5, .statements = kExtensions},
            {.module = "attempts", .number = 8, .statements = kOrderTimes}};
}

void insert(sql::Session& session, const Extension& extension) {
    static const auto statement =
        entity::insert_into("extensions", entity::column_names(kExtensionMembers));
    session.run(statement, entity::values(extension, kExtensionMembers));
}

std::vector<GivenTime> given_to(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const std::string& attempt_id) {
    static const auto statement =
        "SELECT " + join(entity::column_names(kGivenMembers), ", ") +
        " FROM extensions WHERE exam_id = $1 AND user_id IN ('', $2) AND attempt_id IN ('', $3) "
        "ORDER BY given_at, id";
    const auto rows = session.query(statement, exam_id, user_id, attempt_id);
    return entity::read_all<GivenTime>(rows, kGivenMembers);
}

std::chrono::milliseconds given_to_all(sql::Session& session, const std::string& exam_id) {
    const auto row = session.query_one(
        "SELECT CAST(COALESCE(SUM(millis), 0) AS BIGINT) FROM extensions "
        "WHERE exam_id = $1 AND user_id = ''",
        exam_id);
    return std::chrono::milliseconds(row->integer(0));
}

std::optional<Order> find_order(sql::Session& session, const Order& like) {
    static const auto statement =
        "SELECT " + join(kOrderColumns, ", ") +
        " FROM extension_orders WHERE exam_id = $1 AND given_by = $2 AND order_key = $3";
    const auto row = session.query_one(statement, like.exam_id, like.given_by, like.key);
    return row ? std::optional(entity::read<Order>(*row, kOrderMembers)) : std::nullopt;
}

void put_order(sql::Session& session, const Order& order) {
    static const auto statement = entity::insert_into("extension_orders", kOrderColumns);
    session.run(statement, entity::values(order, kOrderMembers));
}

std::int64_t delete_orders(sql::Session& session, Timestamp before, std::int64_t limit) {
    return session.execute(
        "DELETE FROM extension_orders WHERE (exam_id, given_by, order_key) IN (SELECT exam_id, "
        "given_by, order_key FROM extension_orders WHERE given_at < $1 ORDER BY given_at LIMIT $2)",
        before, limit);
}

}  // namespace tripos::attempts::extension_store
