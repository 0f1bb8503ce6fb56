// SPDX-License-Identifier: MIT
#pragma once
// cookie_policy: what the site's addresses ask of the log-in cookie. A pure function.

#include "accounts/session_cookie.hpp"
#include "app/config.hpp"

namespace tripos::app {

/// In development a plain cookie. In production: for HTTPS only when PUBLIC_URL is https; across
/// sites only when FRONTEND_URL or CORS_ORIGINS name a page of another site, that is neither of
/// PUBLIC_URL's host nor, with it, at or below COOKIE_DOMAIN; bound to its host by name when
/// neither these nor COOKIE_DOMAIN are set, because other front ends look for the plain name.
accounts::CookiePolicy cookie_policy(const Config& config);

}  // namespace tripos::app
