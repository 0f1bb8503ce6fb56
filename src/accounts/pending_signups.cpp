// SPDX-License-Identifier: MIT
#include "accounts/pending_signups.hpp"

#include "accounts/digest.hpp"
#include "accounts/user.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

const auto kSignupColumns = entity::column_names(kSignupMembers);
const auto kSelectSignup = "SELECT " + join(kSignupColumns, ", ") + " FROM signups WHERE ";

std::optional<PendingSignup> read_signup(const std::optional<sql::Row>& row) {
    return row ? std::optional(entity::read<PendingSignup>(*row, kSignupMembers)) : std::nullopt;
}

/// All links of the address are used up, and what they would have made is forgotten.
void close_signups(sql::Session& session, const std::string& canonical_email, Timestamp now) {
    session.execute(
        "UPDATE signups SET used_at = $2, full_name = '', password_hash = '', ip = '' "
        "WHERE email_canonical = $1",
        canonical_email, now);
}

}  // namespace

void put_signup(sql::Session& session, const PendingSignup& signup, const std::string& token,
                Timestamp now, std::chrono::seconds ttl) {
    static const auto statement =
        entity::insert_into("signups", kSignupColumns, {"token_hash", "sent_at", "expires_at"});
    session.run(statement,
                entity::values(signup, kSignupMembers, token_digest(token), now, now + ttl));
}

std::optional<PendingSignup> find_signup(sql::Session& session, const std::string& token,
                                         Timestamp now) {
    static const auto statement =
        kSelectSignup + "token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    return read_signup(session.query_one(statement, token_digest(token), now));
}

std::optional<PendingSignup> probable_signup(sql::Session& session,
                                             const std::string& canonical_email,
                                             const std::string& ip) {
    static const auto statement =
        kSelectSignup +
        "email_canonical = $1 AND used_at IS NULL AND password_hash <> '' "
        "ORDER BY CASE WHEN ip = $2 THEN 0 ELSE 1 END, sent_at DESC, token_hash LIMIT 1";
    return read_signup(session.query_one(statement, canonical_email, ip));
}

bool link_sent_since(sql::Session& session, const std::string& canonical_email, Timestamp since) {
    return session
        .query_one("SELECT 1 FROM signups WHERE email_canonical = $1 AND sent_at > $2 LIMIT 1",
                   canonical_email, since)
        .has_value();
}

Activation activate_signup(sql::Session& session, const std::string& token,
                           const std::string& password_hash, Timestamp now) {
    const auto row = session.query_one("SELECT email_canonical FROM signups WHERE token_hash = $1",
                                       token_digest(token));
    if (!row) {
        return Activation::refused;
    }
    if (find_user_by_email(session, row->text(0))) {
        return Activation::done_before;
    }
    const auto signup = find_signup(session, token, now);
    if (!signup) {
        return Activation::refused;
    }
    const User user{.id = signup->user_id,
                    .email = signup->email,
                    .full_name = signup->full_name,
                    .password_hash = password_hash.empty() ? signup->password_hash : password_hash,
                    .email_verified = true,
                    .created_at = now};
    if (user.password_hash.empty()) {
        return Activation::needs_password;
    }
    if (!insert_user(session, user,
                     {.text = signup->email, .canonical = signup->canonical_email})) {
        return Activation::refused;
    }
    close_signups(session, signup->canonical_email, now);
    return Activation::done;
}

}  // namespace tripos::accounts
