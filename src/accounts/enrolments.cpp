// SPDX-License-Identifier: MIT
#include "accounts/enrolments.hpp"

#include <algorithm>

#include "accounts/user.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

/// What vouching writes.
constexpr auto kVouchedMembers =
    entity::only(kEnrolledMembers, &Enrolled::key, &Enrolled::number, &Enrolled::email,
                 &Enrolled::canonical_email, &Enrolled::full_name, &Enrolled::user_id);

/// The account with that confirmed address.
std::optional<std::string> account_of(sql::Session& session, const mail::Address& email) {
    const auto user = find_user_by_email(session, email.canonical);
    return user && user->email_verified ? std::optional(user->id) : std::nullopt;
}

const std::string& by_key() {
    static const auto statement = "SELECT " + join(entity::column_names(kEnrolledMembers), ", ") +
                                  " FROM enrolments WHERE number_key = $1";
    return statement;
}

std::optional<Enrolled> read_enrolled(const std::optional<sql::Row>& row) {
    return row ? std::optional(entity::read<Enrolled>(*row, kEnrolledMembers)) : std::nullopt;
}

std::optional<Enrolled> find_by_key(sql::Session& session, const std::string& key) {
    return read_enrolled(session.query_one(by_key(), key));
}

/// As it is stored where `known` was: the account stays with its person though its address changed.
Enrolled row_of(sql::Session& session, const Enrolment& enrolment,
                const std::optional<Enrolled>& known) {
    const bool is_known = known && known->canonical_email == enrolment.email.canonical;
    return {.key = enrolment_key(enrolment.number),
            .number = enrolment.number,
            .email = enrolment.email.text,
            .canonical_email = enrolment.email.canonical,
            .full_name = enrolment.full_name,
            .user_id =
                is_known && known->user_id ? known->user_id : account_of(session, enrolment.email)};
}

bool is_same(const Enrolled& a, const Enrolled& b) {
    return a.canonical_email == b.canonical_email && a.user_id == b.user_id &&
           a.number == b.number && a.full_name == b.full_name;
}

/// Stores the row and returns nothing; or the one that the number has, held. Whoever vouches for
/// the number at the same moment waits, and then sees what the first has stored.
std::optional<Enrolled> put_or_hold(sql::Session& session, const Enrolled& row, Timestamp now) {
    static const auto statement =
        entity::insert_into("enrolments", entity::column_names(kVouchedMembers), {"vouched_at"}) +
        " ON CONFLICT (number_key) DO NOTHING RETURNING number_key";
    if (!session.run(statement, entity::values(row, kVouchedMembers, now)).empty()) {
        return std::nullopt;
    }
    return read_enrolled(session.query_one(sql::locking(session, by_key(), "FOR UPDATE"), row.key));
}

/// The profiles of others that claim the number go; whose they were.
std::vector<std::string> take_back(sql::Session& session, const Enrolment& enrolment,
                                   const std::string& owner) {
    return session.query_texts(
        "DELETE FROM profiles WHERE (enrollment_key = $1 OR enrollment_number = $2) "
        "AND user_id <> $3 RETURNING user_id",
        enrolment_key(enrolment.number), enrolment.number, owner);
}

/// The profile, if there is one, has the number. Requires: nobody else's has.
void correct_profile(sql::Session& session, const std::string& user_id, const std::string& number,
                     Timestamp now) {
    session.execute(
        "UPDATE profiles SET enrollment_number = $2, enrollment_key = $3, updated_at = $4 "
        "WHERE user_id = $1",
        user_id, number, enrolment_key(number), now);
}

}  // namespace

std::string enrolment_key(std::string_view number) {
    auto key = fold(number);
    std::erase(key, ' ');
    return key;
}

std::optional<std::string> conflict_of(sql::Session& session, const Enrolment& enrolment) {
    const auto row = session.query_one(
        "SELECT number FROM enrolments WHERE number_key <> $1 "
        "AND (email_canonical = $2 OR user_id = $3) LIMIT 1",
        enrolment_key(enrolment.number), enrolment.email.canonical,
        account_of(session, enrolment.email).value_or(""));
    return row ? std::optional("has the enrolment number " + row->text(0)) : std::nullopt;
}

bool is_held_elsewhere(sql::Session& session, const Enrolment& enrolment) {
    const auto key = enrolment_key(enrolment.number);
    const auto known = find_by_key(session, key);
    const bool is_as_known = known && known->canonical_email == enrolment.email.canonical;
    const auto owner =
        is_as_known && known->user_id ? known->user_id : account_of(session, enrolment.email);
    const bool moves = known && known->user_id && known->user_id != owner;
    return moves ||
           session.query_one("SELECT 1 FROM profiles WHERE enrollment_key = $1 AND user_id <> $2",
                             key, owner.value_or(""));
}

bool is_news(sql::Session& session, const Enrolment& enrolment) {
    const auto known = find_by_key(session, enrolment_key(enrolment.number));
    return !known || !is_same(*known, row_of(session, enrolment, known));
}

Vouched vouch(sql::Session& session, const Enrolment& enrolment, const Departed& departed,
              Timestamp now) {
    auto row = row_of(session, enrolment, std::nullopt);
    const auto known = put_or_hold(session, row, now);
    if (known) {
        row = row_of(session, enrolment, known);
        if (is_same(*known, row)) {
            return {};
        }
        if (known->user_id && known->user_id != row.user_id) {
            lock_user(session, *known->user_id);  // a start of theirs has ended, or is refused
            departed.remember_number(session, known->number, *known->user_id);
        }
        static const auto statement =
            entity::upsert_into("enrolments", entity::column_names(kVouchedMembers), {"number_key"},
                                {"vouched_at"}) +
            ", invited_until = CASE WHEN enrolments.email_canonical = excluded.email_canonical "
            "THEN enrolments.invited_until END";
        session.run(statement, entity::values(row, kVouchedMembers, now));
    }
    Vouched done{.kind = known ? Vouching::updated : Vouching::added,
                 .changed_users = take_back(session, enrolment, row.user_id.value_or(""))};
    if (row.user_id) {
        correct_profile(session, *row.user_id, enrolment.number, now);
        done.changed_users.push_back(*row.user_id);
    }
    return done;
}

std::optional<std::string> vouched_number(sql::Session& session, const std::string& user_id) {
    const auto row = session.query_one("SELECT number FROM enrolments WHERE user_id = $1", user_id);
    return row ? std::optional(row->text(0)) : std::nullopt;
}

bool is_of_another(sql::Session& session, const std::string& number, const std::string& user_id) {
    return session
        .query_one("SELECT 1 FROM enrolments WHERE number_key = $1 AND COALESCE(user_id, '') <> $2",
                   enrolment_key(number), user_id)
        .has_value();
}

void link_enrolment(sql::Session& session, const std::string& user_id,
                    const std::string& canonical_email, Timestamp now) {
    const auto row = session.query_one(
        "UPDATE enrolments SET user_id = $1 WHERE email_canonical = $2 AND user_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM enrolments own WHERE own.user_id = $1) RETURNING number",
        user_id, canonical_email);
    if (row) {
        correct_profile(session, user_id, row->text(0), now);
    }
}

void unlink_enrolment(sql::Session& session, const std::string& user_id) {
    session.execute("UPDATE enrolments SET user_id = NULL WHERE user_id = $1", user_id);
}

Enrolled as_enrolled(sql::Session& session, const Enrolment& enrolment) {
    return row_of(session, enrolment, find_by_key(session, enrolment_key(enrolment.number)));
}

std::vector<Enrolled> find_enrolled(sql::Session& session, const std::vector<std::string>& keys) {
    std::vector<Enrolled> found;
    for (const auto& key : keys) {
        if (auto one = find_by_key(session, key)) {
            found.push_back(std::move(*one));
        }
    }
    return found;
}

std::optional<Enrolled> find_enrolment_of(sql::Session& session, const std::string& user_id) {
    const auto row =
        session.query_one("SELECT number_key FROM enrolments WHERE user_id = $1", user_id);
    return row ? find_by_key(session, row->text(0)) : std::nullopt;
}

bool note_invitation(sql::Session& session, const std::string& key, Timestamp now,
                     Timestamp until) {
    return session.execute(
               "UPDATE enrolments SET invited_until = $3 WHERE number_key = $1 AND "
               "user_id IS NULL AND (invited_until IS NULL OR invited_until <= $2)",
               key, now, until) == 1;
}

}  // namespace tripos::accounts
