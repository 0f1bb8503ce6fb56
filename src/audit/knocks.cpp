// SPDX-License-Identifier: MIT
#include "audit/knocks.hpp"

#include "audit/trail.hpp"
#include "core/id.hpp"
#include "telemetry/log.hpp"

namespace tripos::audit {

namespace {

using std::chrono::minutes;

std::int64_t day_of(Timestamp now) {
    return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
}

std::string facts_of(const Knock& knock) {
    return knock.code.empty() ? std::string() : facts({{"code", knock.code}});
}

/// `times` is below 1 before the last that has an entry of its own, and 1 at that: what is above is
/// how many more there were.
constexpr std::int64_t kLastEntry = 1;

/// Counts one more of its kind in the minute, if there was one: whether it has an entry of its own.
std::optional<bool> count_further(sql::Session& session, Timestamp ends_at, const Actor& actor,
                                  const Knock& knock) {
    const auto row = session.query_one(
        "UPDATE audit_knocks SET times = times + 1 WHERE ends_at = $1 AND action = $2 AND "
        "client = $3 AND actor = $4 AND subject = $5 AND code = $6 RETURNING times",
        ends_at, knock.action, actor.client, actor.id, knock.subject, knock.code);
    return row ? std::optional(row->integer(0) <= kLastEntry) : std::nullopt;
}

/// Begins a count, unless another process just has: whether this one has an entry of its own.
bool begin_count(sql::Session& session, Timestamp ends_at, const std::string& id,
                 const Actor& actor, const Knock& knock) {
    const auto row = session.query_one(
        "INSERT INTO audit_knocks (id, ends_at, action, client, actor, subject, code, address, "
        "device, times) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
        "ON CONFLICT (ends_at, action, client, actor, subject, code) "
        "DO UPDATE SET times = audit_knocks.times + 1 RETURNING times",
        id, ends_at, knock.action, actor.client, actor.id, knock.subject, knock.code, actor.address,
        actor.device, kLastEntry + 1 - knock.entries);
    return row->integer(0) <= kLastEntry;
}

/// Whether one more may have an entry of its own today.
bool has_room(sql::Session& session, Timestamp now, const std::string& action) {
    const auto entries = session
                             .query_one(
                                 "INSERT INTO audit_knock_days (action, day, entries) "
                                 "VALUES ($1, $2, 1) ON CONFLICT (action, day) DO UPDATE "
                                 "SET entries = audit_knock_days.entries + 1 "
                                 "RETURNING entries",
                                 action, day_of(now))
                             ->integer(0);
    if (entries == kMostKnocksADay + 1) {
        log::warn("audit", "too many for an entry each: they are told together until midnight UTC",
                  {{"action", action}});
    }
    return entries <= kMostKnocksADay;
}

}  // namespace

Knock own_act(std::string action, std::string subject) {
    return {.action = std::move(action),
            .subject = std::move(subject),
            .entries = 20,
            .of_owner = true};
}

void append_knock(sql::Session& session, Timestamp now, Random& random, const Actor& actor,
                  const Knock& knock) {
    const auto ends_at = std::chrono::floor<minutes>(now) + minutes(1);
    const Entry entry{.action = knock.action, .subject = knock.subject, .after = facts_of(knock)};
    auto is_told = count_further(session, ends_at, actor, knock);
    if (!is_told && (knock.of_owner || has_room(session, now, knock.action))) {
        is_told = begin_count(session, ends_at, new_id(now, random), actor, knock);
    }
    if (is_told) {
        if (*is_told) {
            append(session, now, random, actor, entry);
        } else {
            log_with_commit(session, actor, entry);
        }
        return;
    }
    const Knock flood{.action = knock.action, .code = "many"};
    if (begin_count(session, ends_at, new_id(now, random), {}, flood)) {
        append(session, now, random, {},
               Entry{.action = flood.action, .subject = "", .after = facts_of(flood)});
    }
    log_with_commit(session, actor, entry);
}

bool has_finished_knocks(sql::Session& session, Timestamp now) {
    return session.query_one("SELECT 1 FROM audit_knocks WHERE ends_at <= $1 LIMIT 1", now)
        .has_value();
}

std::int64_t finish_knocks(sql::Session& session, Timestamp now, Random& random,
                           std::int64_t rows) {
    session.execute("DELETE FROM audit_knock_days WHERE day < $1", day_of(now));
    const auto finished = session.query(
        "DELETE FROM audit_knocks WHERE id IN (SELECT id FROM audit_knocks WHERE ends_at <= $1 "
        "ORDER BY ends_at LIMIT $2) RETURNING ends_at, action, actor, subject, code, address, "
        "device, times",
        now, rows);
    for (const auto& row : finished) {
        const auto more = row.integer(7) - kLastEntry;
        if (more <= 0) {
            continue;
        }
        // Not by the function that logs: each was a line of the log when it came.
        append(session,
               {.id = next_id(now, random),
                .at = now,
                .actor = {.id = row.text(2), .address = row.text(5), .device = row.text(6)},
                .entry = {.action = row.text(1),
                          .subject = row.text(3),
                          .after = facts({{"code", row.text(4)},
                                          {"more", std::to_string(more)},
                                          {"until", to_iso8601(row.time(0))}})}});
    }
    return static_cast<std::int64_t>(finished.size());
}

}  // namespace tripos::audit
