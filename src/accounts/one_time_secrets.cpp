// SPDX-License-Identifier: MIT
#include "accounts/one_time_secrets.hpp"

#include <algorithm>

#include "accounts/digest.hpp"
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
