// SPDX-License-Identifier: MIT
#include "accounts/one_time_secrets.hpp"

#include <algorithm>

#include "accounts/digest.hpp"
#include "accounts/user.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLinkTokenBytes = 32;

}  // namespace

std::string new_link_token(Random& random) {
    return random.hex(kLinkTokenBytes);
}

bool looks_like_link_token(const std::string& token) {
    return token.size() == 2 * kLinkTokenBytes &&
           std::all_of(token.begin(), token.end(), is_hex_digit);
}

void put_verification(sql::Session& session, const std::string& user_id, const std::string& token,
                      Timestamp now, std::chrono::seconds ttl) {
    session.execute("DELETE FROM verification_tokens WHERE user_id = $1 AND expires_at <= $2",
                    user_id, now);
    session.execute(
        "INSERT INTO verification_tokens (token_hash, user_id, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4)",
        token_digest(token), user_id, now, now + ttl);
}

Verification use_verification(sql::Session& session, const std::string& token, Timestamp now) {
    const auto digest = token_digest(token);
    const auto row = session.query_one(
        "SELECT t.user_id, u.email_verified FROM verification_tokens t "
        "JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1 AND u.deleted_at IS NULL",
        digest);
    if (!row) {
        return {};
    }
    Verification result{.user_id = row->text(0)};
    if (row->flag(1)) {
        result.outcome = Verification::Outcome::already_verified;
        return result;
    }
    const auto used = session.execute(
        "UPDATE verification_tokens SET used_at = $2 "
        "WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        digest, now);
    if (used == 0) {
        return {};
    }
    mark_verified(session, result.user_id, now);
    result.outcome = Verification::Outcome::verified;
    return result;
}

bool verification_sent_since(sql::Session& session, const std::string& user_id, Timestamp since) {
    return session
        .query_one(
            "SELECT 1 FROM verification_tokens WHERE user_id = $1 AND created_at > $2 LIMIT 1",
            user_id, since)
        .has_value();
}

void put_code(sql::Session& session, const CodeDigest& code, Timestamp expires_at) {
    session.execute(
        "INSERT INTO password_codes (user_id, code_hash, expires_at, tries) VALUES ($1, $2, $3, 0) "
        "ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, "
        "expires_at = excluded.expires_at, tries = 0",
        code.user_id, code.digest, expires_at);
}

bool check_code(sql::Session& session, const CodeDigest& code, Timestamp now, int max_tries) {
    const auto row = session.query_one(
        "SELECT code_hash, expires_at, tries FROM password_codes WHERE user_id = $1", code.user_id);
    const bool right = row && equal_in_constant_time(row->text(0), code.digest);
    if (right && row->time(1) > now && row->integer(2) < max_tries) {
        return true;
    }
    session.execute("UPDATE password_codes SET tries = tries + 1 WHERE user_id = $1", code.user_id);
    return false;
}

bool use_code(sql::Session& session, const CodeDigest& code, Timestamp now, int max_tries) {
    return session.execute(
               "DELETE FROM password_codes WHERE user_id = $1 AND code_hash = $2 "
               "AND expires_at > $3 AND tries < $4",
               code.user_id, code.digest, now, max_tries) == 1;
}

}  // namespace tripos::accounts
