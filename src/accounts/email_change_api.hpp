// SPDX-License-Identifier: MIT
#pragma once
// EmailChangeApi: a new address for an account.
//
//   POST /api/profile/me/email {newEmail, currentPassword}  -> 202, two mails
//   POST /api/auth/confirm-email/:token                     the link to the new address
//   POST /api/auth/revert-email/:token                      the link to the old one

#include "accounts/email_change_service.hpp"
#include "accounts/guard.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class EmailChangeApi {
  public:
    EmailChangeApi(const AccountsParts& parts, const Guard& guard, EmailChangeService& changes)
        : parts_(parts), guard_(guard), changes_(changes) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> request(http::Request& request, const Principal& principal);
    Task<http::Reply> confirm(http::Request& request, std::string token);
    Task<http::Reply> revert(http::Request& request, std::string token);

    const AccountsParts& parts_;
    const Guard& guard_;
    EmailChangeService& changes_;
};

}  // namespace tripos::accounts
