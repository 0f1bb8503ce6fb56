// SPDX-License-Identifier: MIT
#pragma once
// User and Profile: an account as stored, and its SQL. Functions run inside the caller's
// transaction; the statements are the same on both engines.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/role.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "mail/address.hpp"
#include "module/entity.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

struct User {
    std::string id;
    std::string email;  ///< as typed
    std::string full_name;
    std::string password_hash;  ///< libsodium's form of Argon2id; empty: nobody can log in
    Roles roles;
    bool email_verified = false;
    bool disabled = false;
    std::int64_t extra_minutes = 0;
    Timestamp created_at{};
    bool on_leaderboard = true;  ///< false: the account opted out
    /// Another one after each new password or address, and when it is disabled or deleted: what was
    /// proven before is good no more.
    std::int64_t generation = 0;
};

/// Every member but the roles.
inline constexpr auto kMembers =
    entity::Table(entity::Member{"id", &User::id, "id", http::schema::uuid},
                  entity::Member{"email", &User::email, "email"},
                  entity::Member{"full_name", &User::full_name, "fullName"},
                  entity::Member{"password_hash", &User::password_hash},
                  entity::Member{"email_verified", &User::email_verified, "emailVerified"},
                  entity::Member{"disabled", &User::disabled, "disabled"},
                  entity::Member{"extra_minutes", &User::extra_minutes, "extraMinutes"},
                  entity::Member{"created_at", &User::created_at, "createdAt"},
                  entity::Member{"on_leaderboard", &User::on_leaderboard, "showOnLeaderboard"},
                  entity::Member{"generation", &User::generation});

/// Enumerations are kept in the API's spelling.
struct Profile {
    std::string user_id;
    std::string enrollment_number;
    std::optional<std::string> course;
    std::optional<std::string> department;
    std::optional<std::string> year;
    std::optional<std::string> semester;

    bool is_complete() const;  ///< every field is there
};

inline constexpr auto kProfileMembers = entity::Table(
    entity::Member{"user_id", &Profile::user_id},
    entity::Member{"enrollment_number", &Profile::enrollment_number, "enrollmentNumber"},
    entity::Member{"course", &Profile::course, "course"},
    entity::Member{"department", &Profile::department, "department"},
    entity::Member{"year", &Profile::year, "year"},
    entity::Member{"semester", &Profile::semester, "semester"});

/// There is no account of that id.
Error no_user();

/// Deleted accounts are not found.
std::optional<User> find_user(sql::Session& session, const std::string& id);
/// The same for a transaction that goes by what it finds: nobody else changes the account before
/// that ends.
std::optional<User> lock_user(sql::Session& session, const std::string& id);
std::optional<User> find_user_by_email(sql::Session& session, const std::string& canonical_email);

/// The columns `role` - ADMIN or USER - and `staff_roles` - the others' names - as one set.
Roles read_roles(const std::string& role, const std::string& staff_roles);
/// Those of the ids that are accounts in use whose roles have the capability.
std::set<std::string> holders_of(sql::Session& session, const std::vector<std::string>& ids,
                                 Capability capability);
/// Another account in use has the role of administrators, and keeps it until the transaction ends.
bool has_other_admin(sql::Session& session, const std::string& id);
/// Its roles, whether it is disabled, its extra time.
void put_access(sql::Session& session, const User& user, Timestamp now);

/// A page of the accounts whose name or address has the text in it, the newest first.
struct FoundUsers {
    std::vector<std::string> ids;
    std::int64_t total = 0;
};
FoundUsers search_users(sql::Session& session, const std::string& text, std::int64_t limit,
                        std::int64_t offset);

/// False when the address is taken, or reserved (email_changes.hpp). An address that is verified
/// makes the account that of the person on the rosters, if they are on one.
bool insert_user(sql::Session& session, const User& user, const mail::Address& address);

/// The same for an account that is there. Requires: it is not verified.
void mark_verified(sql::Session& session, const User& user, Timestamp now);

void begin_generation(sql::Session& session, const std::string& id);

/// Replaces `user.password_hash`; false when that is not the stored one (any more).
bool replace_password(sql::Session& session, const User& user, const std::string& new_hash,
                      Timestamp now);
void put_on_leaderboard(sql::Session& session, const std::string& id, bool shown, Timestamp now);
void update_name(sql::Session& session, const std::string& id, const std::string& full_name,
                 Timestamp now);

/// For names from before they were folded: up to so many, and how many that were.
std::int64_t fold_names(sql::Session& session, std::int64_t rows);
/// For enrolment numbers from before they had a key, the same. Of several with one key the oldest
/// account's gets it; the others keep their profiles, and have to give another number when they
/// change them.
std::int64_t key_numbers(sql::Session& session, std::int64_t rows);

std::optional<Profile> find_profile(sql::Session& session, const std::string& user_id);
/// Why the account cannot have the number: conflict("enrollment_taken"), or
/// conflict("enrollment_vouched") when staff vouch for another one.
std::optional<Error> refuse_number(sql::Session& session, const std::string& user_id,
                                   const std::string& number);
/// A number that staff vouch for stays. Requires: no refuse_number().
void put_profile(sql::Session& session, const std::string& user_id, Profile profile, Timestamp now);

}  // namespace tripos::accounts
