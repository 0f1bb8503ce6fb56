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

/// False when this is the first of its kind in the minute.
bool is_counted(sql::Session& session, Timestamp ends_at, const Actor& actor, const Knock& knock) {
    return session.execute(
               "UPDATE audit_knocks SET times = times + 1 WHERE ends_at = $1 AND action = $2 AND "
               "client = $3 AND actor = $4 AND subject = $5 AND code = $6",
               ends_at, knock.action, actor.client, actor.id, knock.subject, knock.code) == 1;
}

/// Begins a count, unless another process just has; whether it did.
bool begin_count(sql::Session& session, Timestamp ends_at, const std::string& id,
                 const Actor& actor, const Knock& knock) {
    const auto row = session.query_one(
        "INSERT INTO audit_knocks (id, ends_at, action, client, actor, subject, code, address, "
        "device, times) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) "
        "ON CONFLICT (ends_at, action, client, actor, subject, code) "
        "DO UPDATE SET times = audit_knocks.times + 1 RETURNING times",
        id, ends_at, knock.action, actor.client, actor.id, knock.subject, knock.code, actor.address,
        actor.device);
    return row->integer(0) == 1;
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

void append_knock(sql::Session& session, Timestamp now, Random& random, const Actor& actor,
                  const Knock& knock) {
    const auto ends_at = std::chrono::floor<minutes>(now) + minutes(1);
    const Entry entry{.action = knock.action, .subject = knock.subject, .after = facts_of(knock)};
    if (is_counted(session, ends_at, actor, knock)) {
        log_with_commit(session, actor, entry);
        return;
    }
    if (has_room(session, now, knock.action)) {
        if (begin_count(session, ends_at, new_id(now, random), actor, knock)) {
            append(session, now, random, actor, entry);
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
        const auto more = row.integer(7) - 1;
        if (more == 0) {
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
