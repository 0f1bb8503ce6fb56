// SPDX-License-Identifier: MIT
#pragma once
// SQL of the time that staff gave (tables extensions, extension_orders): rows that are added and
// never changed, from which deadlines follow. Each function runs inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "attempts/deadline.hpp"
#include "sql/migrations.hpp"

namespace tripos::attempts::extension_store {

std::vector<sql::Migration> migrations();

/// For whom, and why.
struct Extension {
    std::string id;
    std::string exam_id;
    std::string user_id;     ///< empty: everybody, those who begin later included
    std::string attempt_id;  ///< of a reopening: this attempt and no later one; else empty
    std::chrono::milliseconds more{0};
    DeadlineReason as = DeadlineReason::extension;
    std::string reason;  ///< why; may be empty
    std::string given_by;
    Timestamp given_at{};
};

inline constexpr auto kExtensionMembers = entity::Table(
    entity::Member{"id", &Extension::id}, entity::Member{"exam_id", &Extension::exam_id},
    entity::Member{"user_id", &Extension::user_id},
    entity::Member{"attempt_id", &Extension::attempt_id},
    entity::Member{"millis", &Extension::more}, entity::Member{"kind", &Extension::as},
    entity::Member{"reason", &Extension::reason}, entity::Member{"given_by", &Extension::given_by},
    entity::Member{"given_at", &Extension::given_at});

void insert(sql::Session& session, const Extension& extension);
/// What a candidate has been given, in the order of time. `attempt_id`: empty before there is one.
std::vector<GivenTime> given_to(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const std::string& attempt_id);
/// By how much the exam's end has moved.
std::chrono::milliseconds given_to_all(sql::Session& session, const std::string& exam_id);

/// An order that names itself by a key, so that it can be repeated and is done once.
struct Order {
    std::string exam_id;
    std::string given_by;
    std::string key;
    std::string request;        ///< all that it asks for
    std::int64_t extended = 0;  ///< what was answered
    Timestamp given_at{};
};

inline constexpr auto kOrderMembers = entity::Table(
    entity::Member{"exam_id", &Order::exam_id}, entity::Member{"given_by", &Order::given_by},
    entity::Member{"order_key", &Order::key}, entity::Member{"request", &Order::request},
    entity::Member{"extended", &Order::extended}, entity::Member{"given_at", &Order::given_at});

std::optional<Order> find_order(sql::Session& session, const Order& like);
void put_order(sql::Session& session, const Order& order);
/// Up to `limit` of those given before; how many.
std::int64_t delete_orders(sql::Session& session, Timestamp before, std::int64_t limit);

}  // namespace tripos::attempts::extension_store
