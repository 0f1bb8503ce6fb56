// SPDX-License-Identifier: MIT
#pragma once
// Accounts as the API writes them. Pure functions.

#include <boost/json/object.hpp>
#include <optional>

#include "accounts/sessions.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

/// {id, email, fullName, role, roles}, the answer to a log-in.
boost::json::object login_json(const User& user);
/// {id, email, fullName, emailVerified, roles, capabilities, showOnLeaderboard, profile,
/// profileComplete}, what users
/// see of themselves.
boost::json::object profile_json(const User& user, const std::optional<Profile>& profile);
/// The above, and role, disabled, extraMinutes, createdAt: what administrators see.
boost::json::object admin_json(const User& user, const std::optional<Profile>& profile);
/// {id, createdAt, lastUsedAt, expiresAt, ip, device}; ip and device null where nobody knows.
boost::json::object session_json(const SessionInfo& session);

}  // namespace tripos::accounts
