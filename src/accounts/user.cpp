// SPDX-License-Identifier: MIT
#include "accounts/user.hpp"

#include "accounts/email_changes.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

User read_user(const sql::Row& row) {
    return User{.id = row.text(0),
                .email = row.text(1),
                .full_name = row.text(2),
                .password_hash = row.text(3),
                .roles = read_roles(row.text(4), row.text(5)),
                .email_verified = row.flag(6),
                .disabled = row.flag(7),
                .extra_minutes = row.integer(8),
                .created_at = row.time(9),
                .on_leaderboard = row.flag(10)};
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

Roles read_roles(const std::string& role, const std::string& staff_roles) {
    std::vector<std::string> names;
    for (const auto name : split(staff_roles, ' ')) {
        if (!name.empty()) {
            names.emplace_back(name);
        }
    }
    auto roles = Roles::read(names).value_or(Roles());
    roles.set(Role::admin, role == "ADMIN");
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

void put_roles(sql::Session& session, const std::string& id, const Roles& roles, Timestamp now) {
    session.execute("UPDATE users SET role = $2, staff_roles = $3, updated_at = $4 WHERE id = $1",
                    id, roles.summary(), staff_names(roles), now);
}

bool Profile::is_complete() const {
    return !enrollment_number.empty() && course && department && year && semester;
}

std::optional<User> find_user(sql::Session& session, const std::string& id) {
    return read_user(session.query_one(
        "SELECT id, email, full_name, password_hash, role, staff_roles, email_verified, "
        "disabled, extra_minutes, "
        "created_at, on_leaderboard FROM users WHERE id = $1 AND deleted_at IS NULL",
        id));
}

std::optional<User> find_user_by_email(sql::Session& session, const std::string& canonical_email) {
    return read_user(session.query_one(
        "SELECT id, email, full_name, password_hash, role, staff_roles, email_verified, "
        "disabled, extra_minutes, "
        "created_at, on_leaderboard FROM users WHERE email_canonical = $1 AND deleted_at IS NULL",
        canonical_email));
}

bool insert_user(sql::Session& session, const User& user, const mail::Address& address) {
    if (address_taken(session, address.canonical, user.id, user.created_at)) {
        return false;
    }
    const auto row = session.query_one(
        "INSERT INTO users (id, email, email_canonical, full_name, folded_name, password_hash, "
        "role, staff_roles, email_verified, disabled, extra_minutes, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) "
        "ON CONFLICT (email_canonical) DO NOTHING RETURNING id",
        user.id, address.text, address.canonical, user.full_name,
        fold(user.full_name, Accents::dropped), user.password_hash, user.roles.summary(),
        staff_names(user.roles), user.email_verified, user.disabled, user.extra_minutes,
        user.created_at);
    return row.has_value();
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

std::optional<Profile> find_profile(sql::Session& session, const std::string& user_id) {
    const auto row = session.query_one(
        "SELECT enrollment_number, course, department, year, semester FROM profiles "
        "WHERE user_id = $1",
        user_id);
    if (!row) {
        return std::nullopt;
    }
    return Profile{.enrollment_number = row->text(0),
                   .course = row->maybe_text(1),
                   .department = row->maybe_text(2),
                   .year = row->maybe_text(3),
                   .semester = row->maybe_text(4)};
}

bool put_profile(sql::Session& session, const std::string& user_id, const Profile& profile,
                 Timestamp now) {
    const auto taken =
        session.query_one("SELECT 1 FROM profiles WHERE enrollment_number = $1 AND user_id <> $2",
                          profile.enrollment_number, user_id);
    if (taken) {
        return false;
    }
    session.execute(
        "INSERT INTO profiles (user_id, enrollment_number, course, department, year, semester, "
        "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (user_id) DO UPDATE SET enrollment_number = excluded.enrollment_number, "
        "course = excluded.course, department = excluded.department, year = excluded.year, "
        "semester = excluded.semester, updated_at = excluded.updated_at",
        user_id, profile.enrollment_number, profile.course, profile.department, profile.year,
        profile.semester, now);
    return true;
}

}  // namespace tripos::accounts
