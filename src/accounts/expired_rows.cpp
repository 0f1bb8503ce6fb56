// SPDX-License-Identifier: MIT
#include "accounts/expired_rows.hpp"

namespace tripos::accounts {

namespace {

constexpr std::chrono::hours kKeepLinks{30 * 24};

}  // namespace

std::int64_t delete_expired(sql::Session& session, Timestamp now, std::int64_t limit) {
    std::int64_t deleted = 0;
    deleted += session.execute(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 "
        "ORDER BY expires_at LIMIT $2)",
        now, limit);
    deleted += session.execute(
        "DELETE FROM signups WHERE token_hash IN (SELECT token_hash FROM signups "
        "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        now - kKeepLinks, limit);
    deleted += session.execute(
        "DELETE FROM password_codes WHERE link_hash IN (SELECT link_hash FROM password_codes "
        "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        now, limit);
    session.execute("DELETE FROM wrong_codes WHERE day < $1",
                    std::chrono::floor<std::chrono::days>(now).time_since_epoch().count());
    deleted += session.execute(
        "DELETE FROM email_changes WHERE confirm_hash IN (SELECT confirm_hash FROM email_changes "
        "WHERE revert_until <= $1 ORDER BY revert_until LIMIT $2)",
        now, limit);
    return deleted;
}

}  // namespace tripos::accounts
