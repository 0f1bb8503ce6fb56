// SPDX-License-Identifier: MIT
#pragma once
// Accounts as the API writes them. Pure functions.

#include <optional>

#include "accounts/user.hpp"

namespace tripos::accounts {

/// What users see of themselves, beside their roles and profile.
inline constexpr auto kOwnMembers =
    entity::only(kMembers, &User::id, &User::email, &User::full_name, &User::email_verified,
                 &User::on_leaderboard);
/// What administrators see besides.
inline constexpr auto kStaffMembers =
    entity::only(kMembers, &User::disabled, &User::extra_minutes, &User::created_at);
/// What the answer to a log-in says, beside the roles.
inline constexpr auto kLoginMembers =
    entity::only(kMembers, &User::id, &User::email, &User::full_name);

/// Objects, each as the next value: an account as a log-in answers it, as its user sees it, and as
/// administrators do.
void write_login(http::JsonWriter& json, const User& user);
void write_profile(http::JsonWriter& json, const User& user, const std::optional<Profile>& profile);
void write_account(http::JsonWriter& json, const User& user, const std::optional<Profile>& profile);

}  // namespace tripos::accounts
