// SPDX-License-Identifier: MIT
#pragma once
// Item: one piece of work that is too long for a single transaction, and how far it is: a row of
// the table `work`. Kinds of work say what a page of theirs does (kind.hpp); the Runner does the
// pages.

#include <cstdint>
#include <optional>
#include <string>

#include "module/entity.hpp"

namespace tripos::work {

struct Item {
    std::string id;
    std::string kind;     ///< which kind knows its pages
    std::string subject;  ///< what it is about: the id of an exam, of a notification
    std::string
        cursor;  ///< where the next page begins, in the kind's own words; empty: nowhere yet
    std::int64_t done = 0;     ///< rows looked at
    std::int64_t total = 0;    ///< how many there will be: counted before, exact when it is over
    std::int64_t changed = 0;  ///< of those done: with an effect
    std::string problem;       ///< why it does not get on at the moment; empty: it does
    Timestamp created_at{};
    std::optional<Timestamp> finished_at;
};

/// Every member.
inline constexpr auto kMembers = entity::Table(
    entity::Member{"id", &Item::id, "id", http::schema::uuid},
    entity::Member{"kind", &Item::kind, "kind"},
    entity::Member{"subject", &Item::subject, "subject"},
    entity::Member{"cursor_key", &Item::cursor}, entity::Member{"done", &Item::done, "done"},
    entity::Member{"total", &Item::total, "total"},
    entity::Member{"changed", &Item::changed, "changed"},
    entity::Member{"problem", &Item::problem, "problem", nullptr, entity::Empty::null},
    entity::Member{"created_at", &Item::created_at, "createdAt"},
    entity::Member{"finished_at", &Item::finished_at, "finishedAt"});

/// What one page did.
struct Page {
    std::string cursor;  ///< where the next one begins
    std::int64_t done = 0;
    std::int64_t changed = 0;
    bool is_last = false;
};

/// Takes over what a page did at `now`.
void advance(Item& item, const Page& page, Timestamp now);

}  // namespace tripos::work
