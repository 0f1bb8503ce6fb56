// SPDX-License-Identifier: MIT
#include "attempts/extension_store.hpp"

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

}  // namespace

sql::Migration migration() {
    return {.module = "attempts", .number = 5, .statements = kExtensions};
}

void insert(sql::Session& session, const Extension& extension) {
    session.execute(
        "INSERT INTO extensions (id, exam_id, user_id, attempt_id, millis, kind, reason, given_by, "
        "given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        extension.id, extension.exam_id, extension.user_id, extension.attempt_id,
        std::int64_t{extension.more.count()}, to_text(extension.as), extension.reason,
        extension.given_by, extension.given_at);
}

std::vector<GivenTime> given_to(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const std::string& attempt_id) {
    std::vector<GivenTime> given;
    const auto rows = session.query(
        "SELECT millis, kind FROM extensions WHERE exam_id = $1 AND user_id IN ('', $2) "
        "AND attempt_id IN ('', $3) ORDER BY given_at, id",
        exam_id, user_id, attempt_id);
    for (const auto& row : rows) {
        given.push_back({.more = std::chrono::milliseconds(row.integer(0)),
                         .as = entity::from_text<DeadlineReason>(row.text(1))});
    }
    return given;
}

std::chrono::milliseconds given_to_all(sql::Session& session, const std::string& exam_id) {
    const auto row = session.query_one(
        "SELECT CAST(COALESCE(SUM(millis), 0) AS BIGINT) FROM extensions "
        "WHERE exam_id = $1 AND user_id = ''",
        exam_id);
    return std::chrono::milliseconds(row->integer(0));
}

std::optional<Order> find_order(sql::Session& session, const Order& like) {
    const auto row = session.query_one(
        "SELECT request, extended FROM extension_orders "
        "WHERE exam_id = $1 AND given_by = $2 AND order_key = $3",
        like.exam_id, like.given_by, like.key);
    if (!row) {
        return std::nullopt;
    }
    auto order = like;
    order.request = row->text(0);
    order.extended = row->integer(1);
    return order;
}

void put_order(sql::Session& session, const Order& order) {
    session.execute(
        "INSERT INTO extension_orders (exam_id, given_by, order_key, request, extended) "
        "VALUES ($1, $2, $3, $4, $5)",
        order.exam_id, order.given_by, order.key, order.request, order.extended);
}

}  // namespace tripos::attempts::extension_store
