// SPDX-License-Identifier: MIT
#include "accounts/email_changes.hpp"

#include "accounts/digest.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

namespace {

using Kind = EmailChangeOutcome::Kind;

/// The account's address now; the address stays verified.
void set_address(sql::Session& session, const std::string& user_id, const mail::Address& address,
                 Timestamp now) {
    session.execute(
        "UPDATE users SET email = $2, email_canonical = $3, updated_at = $4 WHERE id = $1", user_id,
        address.text, address.canonical, now);
    begin_generation(session, user_id);
    link_enrolment(session, user_id, address.canonical, now);
}

}  // namespace

void put_email_change(sql::Session& session, const EmailChange& change) {
    session.execute("DELETE FROM email_changes WHERE user_id = $1 AND revert_until <= $2",
                    change.user_id, change.created_at);
    cancel_email_changes(session, change.user_id);
    session.execute(
        "INSERT INTO email_changes (confirm_hash, revert_hash, user_id, old_email, old_canonical, "
        "new_email, new_canonical, created_at, confirm_until, revert_until) "
        "SELECT $1, $2, id, email, email_canonical, $4, $5, $6, $7, $8 FROM users WHERE id = $3",
        token_digest(change.confirm_token), token_digest(change.revert_token), change.user_id,
        change.new_email.text, change.new_email.canonical, change.created_at, change.confirm_until,
        change.revert_until);
}

bool address_taken(sql::Session& session, const std::string& canonical, const std::string& user_id,
                   Timestamp now) {
    return session
        .query_one(
            "SELECT 1 FROM users WHERE email_canonical = $1 AND id <> $2 UNION ALL "
            "SELECT 1 FROM email_changes WHERE old_canonical = $1 AND user_id <> $2 "
            "AND confirmed_at IS NOT NULL AND revert_until > $3 LIMIT 1",
            canonical, user_id, now)
        .has_value();
}

bool is_live_link(sql::Session& session, const std::string& token, Timestamp now) {
    return session
        .query_one(
            "SELECT 1 FROM email_changes WHERE (confirm_hash = $1 AND confirm_until > $2) "
            "OR (revert_hash = $1 AND revert_until > $2)",
            token_digest(token), now)
        .has_value();
}

EmailChangeOutcome confirm_email_change(sql::Session& session, const std::string& token,
                                        Timestamp now) {
    const auto digest = token_digest(token);
    const auto row = session.query_one(
        "SELECT c.user_id, c.new_email, c.new_canonical, c.confirmed_at, u.email_canonical "
        "FROM email_changes c JOIN users u ON u.id = c.user_id WHERE c.confirm_hash = $1 "
        "AND c.confirm_until > $2 AND u.deleted_at IS NULL AND u.disabled = 0",
        digest, now);
    if (!row) {
        return {};
    }
    if (!row->is_null(3)) {
        const bool is_as_confirmed = row->text(4) == row->text(2);
        return {.kind = is_as_confirmed ? Kind::done_before : Kind::refused};
    }
    const auto user_id = row->text(0);
    const mail::Address address{.text = row->text(1), .canonical = row->text(2)};
    if (address_taken(session, address.canonical, user_id, now)) {
        return {.kind = Kind::taken};
    }
    const auto used = session.execute(
        "UPDATE email_changes SET confirmed_at = $2 WHERE confirm_hash = $1 "
        "AND confirmed_at IS NULL AND confirm_until > $2",
        digest, now);
    if (used == 0) {
        return {};
    }
    set_address(session, user_id, address, now);
    session.execute("DELETE FROM password_codes WHERE user_id = $1", user_id);
    return {.kind = Kind::done, .user_id = user_id};
}

EmailChangeOutcome revert_email_change(sql::Session& session, const std::string& token,
                                       Timestamp now) {
    const auto row = session.query_one(
        "SELECT c.user_id, c.old_email, c.old_canonical, c.created_at FROM email_changes c "
        "JOIN users u ON u.id = c.user_id WHERE c.revert_hash = $1 AND c.revert_until > $2 "
        "AND u.deleted_at IS NULL",
        token_digest(token), now);
    if (!row) {
        return {};
    }
    const auto user_id = row->text(0);
    const mail::Address address{.text = row->text(1), .canonical = row->text(2)};
    if (address_taken(session, address.canonical, user_id, now)) {
        return {.kind = Kind::taken};
    }
    const auto used = session.execute(
        "DELETE FROM email_changes WHERE user_id = $1 AND created_at >= $2", user_id, row->time(3));
    if (used == 0) {
        return {};
    }
    cancel_email_changes(session, user_id);
    set_address(session, user_id, address, now);
    session.execute("DELETE FROM password_codes WHERE user_id = $1", user_id);
    return {.kind = Kind::done, .user_id = user_id};
}

void cancel_email_changes(sql::Session& session, const std::string& user_id) {
    session.execute(
        "UPDATE email_changes SET confirm_until = created_at "
        "WHERE user_id = $1 AND confirmed_at IS NULL",
        user_id);
}

}  // namespace tripos::accounts
