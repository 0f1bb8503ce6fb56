// SPDX-License-Identifier: MIT
#pragma once
// Accounts as the API writes them. Pure functions.

#include <boost/json/object.hpp>
#include <optional>

#include "accounts/sessions.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

/// What users see of themselves, beside their roles and profile.
inline constexpr auto kOwnMembers =
    entity::only(kMembers, &User::id, &User::email, &User::full_name, &User::email_verified,
                 &User::on_leaderboard);
/// What administrators see besides.
inline constexpr auto kStaffMembers =
    entity::only(kMembers, &User::disabled, &User::extra_minutes, &User::created_at);
/// Of a session, beside where it was opened from.
inline constexpr auto kSessionMembers =
    std::tuple(entity::Member{nullptr, &SessionInfo::id, "id", http::schema::uuid},
               entity::Member{nullptr, &SessionInfo::created_at, "createdAt"},
               entity::Member{nullptr, &SessionInfo::last_used_at, "lastUsedAt"},
               entity::Member{nullptr, &SessionInfo::expires_at, "expiresAt"});

/// {id, email, fullName, role, roles}, the answer to a log-in.
boost::json::object login_json(const User& user);
/// Objects, each as the next value: an account as its user sees it, and as administrators do.
void write_profile(http::JsonWriter& json, const User& user, const std::optional<Profile>& profile);
void write_account(http::JsonWriter& json, const User& user, const std::optional<Profile>& profile);
/// Into the open object; `ip` and `device` null where nobody knows.
void write_session(http::JsonWriter& json, const SessionInfo& session);

}  // namespace tripos::accounts
