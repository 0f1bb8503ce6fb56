// SPDX-License-Identifier: MIT
#pragma once
// The cookie `accessToken` (RFC 6265): never readable by scripts; in production for HTTPS only and
// also for a front end on another site. Pure functions.

#include <string>

#include "accounts/accounts_options.hpp"
#include "http/message.hpp"

namespace tripos::accounts {

/// The value of Set-Cookie.
std::string session_cookie(const std::string& token, const AccountsOptions& options);

/// Has the browser forget the cookie: as it is set now, and as a host's own, which an earlier
/// setting of COOKIE_DOMAIN may have left behind.
void end_session_cookies(http::Response& response, const AccountsOptions& options);

}  // namespace tripos::accounts
