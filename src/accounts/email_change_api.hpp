// SPDX-License-Identifier: MIT
#pragma once
// EmailChangeApi: a new address for an account.
//
//   POST /api/profile/me/email {newEmail, currentPassword}  -> 202, two mails
//   POST /api/auth/confirm-email/:token                     the link to the new address
//   POST /api/auth/revert-email/:token                      the link to the old one

#include "accounts/email_change_service.hpp"
#include "accounts/guard.hpp"
#include "accounts/rate_limiter.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class EmailChangeApi {
  public:
    EmailChangeApi(const Environment& environment, const Guard& guard, EmailChangeService& changes)
        : env_(environment), guard_(guard), changes_(changes), limiter_(environment.clock) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Response> request(http::Request& request, const Principal& principal);
    Task<http::Response> confirm(http::Request& request);
    Task<http::Response> revert(http::Request& request);

    const Environment& env_;
    const Guard& guard_;
    EmailChangeService& changes_;
    RateLimiter limiter_;
};

}  // namespace tripos::accounts
