// SPDX-License-Identifier: MIT
#pragma once
// The cookie `accessToken` (RFC 6265): never readable by scripts; in production for HTTPS only and
// also for a front end on another site. Pure functions.

#include <string>

#include "accounts/accounts_options.hpp"

namespace tripos::accounts {

/// The value of Set-Cookie.
std::string session_cookie(const std::string& token, const AccountsOptions& options);
std::string expired_session_cookie(const AccountsOptions& options);

}  // namespace tripos::accounts
