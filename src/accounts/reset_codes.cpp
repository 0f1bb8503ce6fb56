// SPDX-License-Identifier: MIT
#include "accounts/reset_codes.hpp"

#include "core/secret.hpp"

namespace tripos::accounts {

namespace {

std::int64_t day_of(Timestamp now) {
    return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
}

/// The code that a try is about.
struct Meant {
    std::string asker;
    std::string code;
    bool is_own = false;  ///< the browser that tries has asked for it
    std::int64_t tries = 0;
};

std::optional<Meant> find_meant(sql::Session& session, const CodeTry& given) {
    // Its own first: '0' sorts before '1'.
    const auto row = session.query_one(
        "SELECT asker, code_hash, askers_tries, others_tries FROM password_codes "
        "WHERE user_id = $1 AND expires_at > $2 "
        "ORDER BY CASE WHEN asker = $3 THEN 0 ELSE 1 END, created_at DESC, asker LIMIT 1",
        given.user_id, given.now, given.asker);
    if (!row) {
        return std::nullopt;
    }
    Meant meant{.asker = row->text(0), .code = row->text(1), .is_own = row->text(0) == given.asker};
    meant.tries = row->integer(meant.is_own ? 2 : 3);
    return meant;
}

bool is_right(const std::optional<Meant>& meant, const CodeTry& given, const CodeLimits& limits) {
    return meant && equal_in_constant_time(meant->code, given.code) &&
           meant->tries < limits.per_browser;
}

/// Holds the row of the day until the transaction ends, so that the tries of all processes come one
/// after another: what is read from here on is not older than what is written.
bool is_suspended(sql::Session& session, const CodeTry& given, const CodeLimits& limits) {
    const auto row = session.query_one(
        "INSERT INTO wrong_codes (day, tries) VALUES ($1, 0) "
        "ON CONFLICT (day) DO UPDATE SET tries = wrong_codes.tries RETURNING tries",
        day_of(given.now));
    return row->integer(0) >= limits.per_day;
}

/// Requires: is_suspended() holds the day.
void count_wrong(sql::Session& session, const std::optional<Meant>& meant, const CodeTry& given) {
    session.execute("UPDATE wrong_codes SET tries = tries + 1 WHERE day = $1", day_of(given.now));
    const std::string asker = meant ? meant->asker : std::string();
    const std::int64_t own = meant && meant->is_own ? 1 : 0;
    session.execute(
        "UPDATE password_codes SET askers_tries = askers_tries + $3, "
        "others_tries = others_tries + 1 - $3 WHERE user_id = $1 AND asker = $2",
        given.user_id, asker, own);
}

void delete_codes(sql::Session& session, const std::string& user_id) {
    session.execute("DELETE FROM password_codes WHERE user_id = $1", user_id);
}

}  // namespace

void put_code(sql::Session& session, const ResetCode& code) {
    session.execute("DELETE FROM password_codes WHERE user_id = $1 AND expires_at <= $2",
                    code.user_id, code.created_at);
    session.execute(
        "INSERT INTO password_codes (user_id, asker, code_hash, link_hash, created_at, expires_at, "
        "askers_tries, others_tries) VALUES ($1, $2, $3, $4, $5, $6, 0, 0) "
        "ON CONFLICT (user_id, asker) DO UPDATE SET code_hash = excluded.code_hash, "
        "link_hash = excluded.link_hash, created_at = excluded.created_at, "
        "expires_at = excluded.expires_at, askers_tries = 0, others_tries = 0",
        code.user_id, code.asker, code.code, code.link, code.created_at, code.expires_at);
}

bool has_asked(sql::Session& session, const std::string& user_id, const std::string& asker,
               Timestamp now) {
    return session
        .query_one(
            "SELECT 1 FROM password_codes WHERE user_id = $1 AND asker = $2 "
            "AND expires_at > $3",
            user_id, asker, now)
        .has_value();
}

CodeOutcome try_code(sql::Session& session, const CodeTry& given, const CodeLimits& limits) {
    if (is_suspended(session, given, limits)) {
        return CodeOutcome::suspended;
    }
    const auto meant = find_meant(session, given);
    if (is_right(meant, given, limits)) {
        return CodeOutcome::right;
    }
    count_wrong(session, meant, given);
    return CodeOutcome::wrong;
}

bool use_code(sql::Session& session, const CodeTry& given, const CodeLimits& limits) {
    if (is_suspended(session, given, limits)) {
        return false;
    }
    const auto meant = find_meant(session, given);
    // The row that goes is what decides: its link may be used elsewhere at this moment.
    const bool is_used =
        is_right(meant, given, limits) &&
        session.execute(
            "DELETE FROM password_codes WHERE user_id = $1 AND asker = $2 AND code_hash = $3",
            given.user_id, meant->asker, meant->code) == 1;
    if (is_used) {
        delete_codes(session, given.user_id);
    }
    return is_used;
}

std::optional<std::string> owner_of_link(sql::Session& session, const std::string& link,
                                         Timestamp now) {
    const auto row = session.query_one(
        "SELECT user_id FROM password_codes WHERE link_hash = $1 AND expires_at > $2", link, now);
    return row ? std::optional(row->text(0)) : std::nullopt;
}

bool use_link(sql::Session& session, const std::string& link, const std::string& user_id,
              Timestamp now) {
    const bool is_used =
        session.execute(
            "DELETE FROM password_codes WHERE link_hash = $1 AND user_id = $2 AND expires_at > $3",
            link, user_id, now) == 1;
    if (is_used) {
        delete_codes(session, user_id);
    }
    return is_used;
}

}  // namespace tripos::accounts
