// SPDX-License-Identifier: MIT
#include "accounts/sessions.hpp"

#include <algorithm>
#include "accounts/candidate.hpp"

#include "accounts/user.hpp"
#include "cache/write_scope.hpp"
#include "core/id.hpp"

namespace tripos::accounts {

namespace {

using Found = std::shared_ptr<const Principal>;

/// The account behind the session, as it is now; null when the session is over or the account may
/// not be used.
Found load(sql::Session& session, const AccessClaims& claims, Timestamp now) {
    const auto row = session.query_one(
        "SELECT u.role, u.email_verified, s.host_bound FROM sessions s JOIN users u ON u.id = "
        "s.user_id "
        "WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > $3 AND u.disabled = 0 "
        "AND u.deleted_at IS NULL",
        claims.session_id, claims.user_id, now);
    if (!row) {
        return nullptr;
    }
    return std::make_shared<const Principal>(Principal{.user_id = claims.user_id,
                                                       .session_id = claims.session_id,
                                                       .is_admin = row->text(0) == "ADMIN",
                                                       .email_verified = row->flag(1),
                                                       .host_bound = row->flag(2)});
}

}  // namespace

Sessions::Sessions(sql::Database& database, cache::Cache& cache, SessionsOptions options,
                   const Clock& clock, Random& random)
    : database_(database),
      shared_(cache),
      options_(std::move(options)),
      tokens_(options_.secret),
      clock_(clock),
      random_(random),
      known_(options_.cache_limit) {}

std::string Sessions::open(sql::Session& session, const User& user) const {
    const auto now = clock_.now();
    const auto id = new_id(now, random_);
    session.execute("DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2", user.id, now);
    session.execute(
        "INSERT INTO sessions (id, user_id, created_at, expires_at, host_bound) "
        "VALUES ($1, $2, $3, $4, $5)",
        id, user.id, now, now + options_.ttl, options_.host_bound);
    return issue(user, id, now);
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
                                      .role = std::string(to_string(user.role)),
                                      .email_verified = user.email_verified,
                                      .issued_at = now,
                                      .expires_at = now + options_.ttl});
}

void Sessions::end(sql::Session& session, Writes& writes, const std::string& session_id,
                   const std::string& user_id) {
    session.execute("DELETE FROM sessions WHERE id = $1", session_id);
    writes.invalidate_tag(user_tag(user_id));
    writes.after_commit([this, session_id] { known_.forget_session(session_id); });
}

void Sessions::end_all(sql::Session& session, Writes& writes, const std::string& user_id) {
    session.execute("DELETE FROM sessions WHERE user_id = $1", user_id);
    changed(writes, user_id);
}

void Sessions::end_others(sql::Session& session, Writes& writes, const std::string& user_id,
                          const std::string& kept_id) {
    session.execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", user_id, kept_id);
    changed(writes, user_id);
}

void Sessions::changed(Writes& writes, const std::string& user_id) {
    writes.invalidate_tag(user_tag(user_id));
    writes.after_commit([this, user_id] { known_.forget_user(user_id); });
}

Found Sessions::recent(std::string_view token) const {
    return known_.find(token, clock_.now());
}

Task<Result<Found>> Sessions::authenticate(std::string token) {
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
    auto work = [&claims, now](sql::Session& session) { return load(session, *claims, now); };
    auto principal = co_await database_.read(std::move(work));
    if (!principal) {
        co_return unauthorized("Invalid token");
    }
    const auto until = std::min(now + options_.believed_for, claims->expires_at);
    known_.remember(std::move(token), principal, until, ticket, std::move(witness));
    co_return principal;
}

}  // namespace tripos::accounts
