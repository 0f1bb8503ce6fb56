// SPDX-License-Identifier: MIT
#include "accounts/user.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/enrolments.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

const auto kColumns = entity::column_names(kMembers);
const auto kFind = "SELECT " + join(kColumns, ", ") +
                   ", role, staff_roles FROM users WHERE deleted_at IS NULL AND ";

User read_user(const sql::Row& row) {
    auto user = entity::read<User>(row, kMembers);
    user.roles = read_roles(row.text(kColumns.size()), row.text(kColumns.size() + 1));
    return user;
}

std::optional<User> read_user(const std::optional<sql::Row>& row) {
    return row ? std::optional(read_user(*row)) : std::nullopt;
}

std::string staff_names(Roles roles) {
    roles.set(Role::admin, false);
    const auto names = roles.names();
    return join({names.begin(), names.end()}, " ");
}

}  // namespace

Error no_user() {
    return not_found("User not found");
}

Roles read_roles(const std::string& role, const std::string& staff_roles) {
    std::vector<std::string> names;
    for (const auto name : split(staff_roles, ' ')) {
        if (!name.empty()) {
            names.emplace_back(name);
        }
    }
    auto roles = Roles::read(names).value_or(Roles());
    roles.set(Role::admin, role == to_string(Role::admin));
    return roles;
}

std::set<std::string> holders_of(sql::Session& session, const std::vector<std::string>& ids,
                                 Capability capability) {
    std::set<std::string> holders;
    for (const auto& row :
         session.query("SELECT id, role, staff_roles FROM users WHERE disabled = 0 AND " +
                           sql::among(session, "id", "$1"),
                       join(ids, ","))) {
        if (read_roles(row.text(1), row.text(2)).may(capability)) {
            holders.insert(row.text(0));
        }
    }
    return holders;
}

bool has_other_admin(sql::Session& session, const std::string& id) {
    // All are held, in one order: two who go at once see each other.
    const auto admins = session.query_texts(
        sql::locking(session,
                     "SELECT id FROM users WHERE role = 'ADMIN' AND disabled = 0 AND deleted_at IS "
                     "NULL ORDER BY id",
                     "FOR UPDATE"));
    return std::any_of(admins.begin(), admins.end(),
                       [&id](const std::string& other) { return other != id; });
}

void put_access(sql::Session& session, const User& user, Timestamp now) {
    session.execute(
        "UPDATE users SET role = $2, staff_roles = $3, disabled = $4, extra_minutes = $5, "
        "updated_at = $6 WHERE id = $1",
        user.id, user.roles.summary(), staff_names(user.roles), user.disabled, user.extra_minutes,
        now);
}

FoundUsers search_users(sql::Session& session, const std::string& text, std::int64_t limit,
                        std::int64_t offset) {
    static const std::string all = "FROM users WHERE deleted_at IS NULL";
    static const std::string newest = " ORDER BY created_at DESC, id DESC LIMIT ";
    if (trim(text).empty()) {
        return {
            .ids = session.query_texts("SELECT id " + all + newest + "$1 OFFSET $2", limit, offset),
            .total = session.query_one("SELECT COUNT(*) " + all)->integer(0)};
    }
    static const auto matches = all + " AND " + NameSearch::condition("id", 1);
    static const auto count = "SELECT COUNT(*) " + matches;
    static const auto page = "SELECT id " + matches + newest + "$4 OFFSET $5";
    const NameSearch search(text);
    return {
        .ids = session.query_texts(page, search.name, search.address, search.number, limit, offset),
        .total = session.query_one(count, search.name, search.address, search.number)->integer(0)};
}

bool Profile::is_complete() const {
    return !enrollment_number.empty() && course && department && year && semester;
}

std::optional<User> find_user(sql::Session& session, const std::string& id) {
    static const auto statement = kFind + "id = $1";
    return read_user(session.query_one(statement, id));
}

std::optional<User> lock_user(sql::Session& session, const std::string& id) {
    return read_user(session.query_one(sql::locking(session, kFind + "id = $1", "FOR UPDATE"), id));
}

std::optional<User> find_user_by_email(sql::Session& session, const std::string& canonical_email) {
    static const auto statement = kFind + "email_canonical = $1";
    return read_user(session.query_one(statement, canonical_email));
}

bool insert_user(sql::Session& session, const User& user, const mail::Address& address) {
    if (address_taken(session, address.canonical, user.id, user.created_at)) {
        return false;
    }
    static const auto statement = entity::insert_into("users", kColumns,
                                                      {"role", "staff_roles", "email_canonical",
                                                       "folded_name", "updated_at"}) +
                                  " ON CONFLICT (email_canonical) DO NOTHING RETURNING id";
    const auto values =
        entity::values(user, kMembers, user.roles.summary(), staff_names(user.roles),
                       address.canonical, fold(user.full_name, Accents::dropped), user.created_at);
    const bool is_new = !session.run(statement, values).empty();
    if (is_new && user.email_verified) {
        link_enrolment(session, user.id, address.canonical, user.created_at);
    }
    return is_new;
}

void mark_verified(sql::Session& session, const User& user, Timestamp now) {
    const auto row = session.query_one(
        "UPDATE users SET email_verified = 1, updated_at = $2 WHERE id = $1 "
        "RETURNING email_canonical",
        user.id, now);
    link_enrolment(session, user.id, row->text(0), now);
}

void begin_generation(sql::Session& session, const std::string& id) {
    session.execute("UPDATE users SET generation = generation + 1 WHERE id = $1", id);
}

bool replace_password(sql::Session& session, const User& user, const std::string& new_hash,
                      Timestamp now) {
    return session.execute(
               "UPDATE users SET password_hash = $3, updated_at = $4 "
               "WHERE id = $1 AND password_hash = $2 AND deleted_at IS NULL",
               user.id, user.password_hash, new_hash, now) == 1;
}

void put_on_leaderboard(sql::Session& session, const std::string& id, bool shown, Timestamp now) {
    session.execute("UPDATE users SET on_leaderboard = $2, updated_at = $3 WHERE id = $1", id,
                    shown, now);
}

void update_name(sql::Session& session, const std::string& id, const std::string& full_name,
                 Timestamp now) {
    session.execute(
        "UPDATE users SET full_name = $2, folded_name = $3, updated_at = $4 WHERE id = $1", id,
        full_name, fold(full_name, Accents::dropped), now);
}

std::int64_t fold_names(sql::Session& session, std::int64_t rows) {
    const auto found = session.query(
        "SELECT id, full_name FROM users WHERE folded_name IS NULL ORDER BY id LIMIT $1", rows);
    for (const auto& row : found) {
        session.execute("UPDATE users SET folded_name = $2 WHERE id = $1", row.text(0),
                        fold(row.text(1), Accents::dropped));
    }
    return static_cast<std::int64_t>(found.size());
}

std::int64_t key_numbers(sql::Session& session, std::int64_t rows) {
    const auto found = session.query(
        sql::locking(session,
                     "SELECT user_id, enrollment_number FROM profiles WHERE enrollment_key IS NULL "
                     "ORDER BY user_id LIMIT $1",
                     "FOR UPDATE"),
        rows);
    for (const auto& row : found) {
        const auto key = enrolment_key(row.text(1));
        const bool is_free = session.execute(
                                 "UPDATE profiles SET enrollment_key = $2 WHERE user_id = $1 AND "
                                 "NOT EXISTS (SELECT 1 FROM profiles WHERE enrollment_key = $2)",
                                 row.text(0), key) == 1;
        if (!is_free) {  // no number's key, and nobody else's
            session.execute("UPDATE profiles SET enrollment_key = $2 WHERE user_id = $1",
                            row.text(0), key + ' ' + row.text(0));
        }
    }
    return static_cast<std::int64_t>(found.size());
}

std::optional<Profile> find_profile(sql::Session& session, const std::string& user_id) {
    static const auto statement = "SELECT " + join(entity::column_names(kProfileMembers), ", ") +
                                  " FROM profiles WHERE user_id = $1";
    const auto row = session.query_one(statement, user_id);
    return row ? std::optional(entity::read<Profile>(*row, kProfileMembers)) : std::nullopt;
}

std::optional<Error> refuse_number(sql::Session& session, const std::string& user_id,
                                   const std::string& number) {
    const auto key = enrolment_key(number);
    const auto vouched = vouched_number(session, user_id);
    if (vouched && enrolment_key(*vouched) != key) {
        return conflict("enrollment_vouched",
                        "Your enrollment number is " + *vouched + "; only staff can change it");
    }
    const auto taken = session.query_one(
        "SELECT 1 FROM profiles WHERE (enrollment_key = $1 OR enrollment_number = $2) "
        "AND user_id <> $3",
        key, number, user_id);
    if (taken || is_of_another(session, number, user_id)) {
        return conflict("enrollment_taken", "The enrollment number is already in use");
    }
    return std::nullopt;
}

void put_profile(sql::Session& session, const std::string& user_id, Profile profile,
                 Timestamp now) {
    static const auto statement =
        entity::upsert_into("profiles", entity::column_names(kProfileMembers), {"user_id"},
                            {"enrollment_key", "updated_at"});
    profile.user_id = user_id;
    profile.enrollment_number =
        vouched_number(session, user_id).value_or(std::move(profile.enrollment_number));
    session.run(statement, entity::values(profile, kProfileMembers,
                                          enrolment_key(profile.enrollment_number), now));
}

}  // namespace tripos::accounts
