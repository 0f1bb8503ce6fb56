// SPDX-License-Identifier: MIT
#include "accounts/sessions.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "accounts/user.hpp"
#include "cache/write_scope.hpp"
#include "core/id.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

/// How old the note of a session's last use may grow.
constexpr std::chrono::minutes kNoteEvery{5};

const auto kSessionColumns = entity::column_names(kSessionMembers);

}  // namespace

/// Without a principal when the session is over or the account may not be used.
struct Sessions::Found {
    std::shared_ptr<const Principal> principal = nullptr;
    Timestamp last_used_at{};
};

Sessions::Sessions(sql::Database& database, cache::Cache& cache, SessionsOptions options,
                   SitsExam sits_exam, const Clock& clock, Random& random)
    : database_(database),
      shared_(cache),
      options_(std::move(options)),
      sits_exam_(std::move(sits_exam)),
      tokens_(options_.secret),
      clock_(clock),
      random_(random),
      known_(options_.cache_limit) {}

Sessions::Found Sessions::load(sql::Session& session, const AccessClaims& claims,
                               Timestamp now) const {
    const auto row = session.query_one(
        "SELECT u.role, u.staff_roles, u.email_verified, s.host_bound, s.last_used_at FROM "
        "sessions s "
        "JOIN users u ON u.id = s.user_id "
        "WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > $3 AND u.disabled = 0 "
        "AND u.deleted_at IS NULL",
        claims.session_id, claims.user_id, now);
    if (!row || is_idle(session, claims.user_id, row->time(4), now)) {
        return {};
    }
    auto principal =
        std::make_shared<const Principal>(Principal{.user_id = claims.user_id,
                                                    .session_id = claims.session_id,
                                                    .roles = read_roles(row->text(0), row->text(1)),
                                                    .email_verified = row->flag(2),
                                                    .host_bound = row->flag(3)});
    return {.principal = std::move(principal), .last_used_at = row->time(4)};
}

bool Sessions::is_idle(sql::Session& session, const std::string& user_id, Timestamp last_used,
                       Timestamp now) const {
    const auto& limit = options_.idle_limit;
    return limit.count() > 0 && last_used + limit + kNoteEvery + options_.believed_for <= now &&
           !sits_exam_(session, user_id);
}

void Sessions::note_use(const std::string& session_id, Timestamp now) const {
    auto note = [session_id, now](sql::Session& session) {
        session.execute("UPDATE sessions SET last_used_at = $2 WHERE id = $1", session_id, now);
    };
    database_.post_write(std::move(note), [](const std::exception_ptr&) {});
}

std::string Sessions::open(sql::Session& session, const User& user, const Whereabouts& from) const {
    const auto now = clock_.now();
    const SessionInfo opened{.id = new_id(now, random_),
                             .created_at = now,
                             .last_used_at = now,
                             .expires_at = now + options_.ttl,
                             .ip = from.ip,
                             .device = from.device};
    session.execute("DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2", user.id, now);
    static const auto statement =
        entity::insert_into("sessions", kSessionColumns, {"user_id", "host_bound"});
    session.run(statement, entity::values(opened, kSessionMembers, user.id, options_.host_bound));
    // What a log-in costs must not grow with the log-ins before it.
    session.execute(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = $1 "
        "ORDER BY created_at DESC, id DESC LIMIT 100 OFFSET $2)",
        user.id, kMostSessions);
    return issue(user, opened.id, now);
}

std::vector<SessionInfo> Sessions::list(sql::Session& session, const std::string& user_id) const {
    const auto now = clock_.now();
    static const auto statement =
        "SELECT " + join(kSessionColumns, ", ") +
        " FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY last_used_at DESC, id";
    auto found =
        entity::read_all<SessionInfo>(session.query(statement, user_id, now), kSessionMembers);
    std::erase_if(found, [&](const SessionInfo& one) {
        return is_idle(session, user_id, one.last_used_at, now);
    });
    return found;
}

std::string Sessions::renew(sql::Session& session, const User& user,
                            const std::string& session_id) const {
    const auto now = clock_.now();
    session.execute(
        "UPDATE sessions SET expires_at = $3, host_bound = $4 WHERE id = $1 AND user_id = $2",
        session_id, user.id, now + options_.ttl, options_.host_bound);
    return issue(user, session_id, now);
}

std::string Sessions::issue(const User& user, const std::string& session_id, Timestamp now) const {
    return tokens_.issue(AccessClaims{.user_id = user.id,
                                      .session_id = session_id,
                                      .role = std::string(user.roles.summary()),
                                      .email_verified = user.email_verified,
                                      .issued_at = now,
                                      .expires_at = now + options_.ttl});
}

bool Sessions::end(sql::Session& session, Writes& writes, const std::string& session_id,
                   const std::string& user_id) {
    const auto ended =
        session.execute("DELETE FROM sessions WHERE id = $1 AND user_id = $2", session_id, user_id);
    if (ended == 0) {
        return false;
    }
    writes.invalidate_tag(user_tag(user_id));
    writes.after_commit([this, session_id] { known_.forget_session(session_id); });
    return true;
}

void Sessions::end_all(sql::Session& session, Writes& writes, const std::string& user_id) {
    session.execute("DELETE FROM sessions WHERE user_id = $1", user_id);
    begin_generation(session, user_id);
    changed(writes, user_id);
}

void Sessions::end_others(sql::Session& session, Writes& writes, const std::string& user_id,
                          const std::string& kept_id) {
    session.execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", user_id, kept_id);
    begin_generation(session, user_id);
    changed(writes, user_id);
}

void Sessions::changed(Writes& writes, const std::string& user_id) {
    writes.invalidate_tag(user_tag(user_id));
    writes.after_commit([this, user_id] { known_.forget_user(user_id); });
}

std::shared_ptr<const Principal> Sessions::recent(std::string_view token) const {
    return known_.find(token, clock_.now());
}

Task<Result<std::shared_ptr<const Principal>>> Sessions::authenticate(std::string token) {
    const auto now = clock_.now();
    if (auto known = known_.find(token, now)) {
        co_return known;
    }
    const auto ticket = known_.ticket();
    const auto claims = tokens_.read(token, now);
    if (!claims) {
        co_return claims.error();
    }
    // Before the row is read: whatever ends the session from now on fells the witness.
    auto witness = co_await shared_.witness(user_tag(claims->user_id));
    auto work = [&](sql::Session& session) { return load(session, *claims, now); };
    const auto found = co_await database_.read(std::move(work));
    if (!found.principal) {
        co_return unauthorized("Invalid token");
    }
    if (found.last_used_at + kNoteEvery <= now) {
        note_use(claims->session_id, now);
    }
    const auto until = std::min(now + options_.believed_for, claims->expires_at);
    known_.remember(std::move(token), found.principal, until, ticket, std::move(witness));
    co_return found.principal;
}

}  // namespace tripos::accounts
