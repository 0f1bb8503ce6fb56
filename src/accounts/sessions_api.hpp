// SPDX-License-Identifier: MIT
#pragma once
// SessionsApi: where the caller is logged in.
//
//   GET    /api/profile/me/sessions       the sessions with their devices
//   DELETE /api/profile/me/sessions/:id   ends one of them

#include "accounts/accounts_parts.hpp"
#include "accounts/guard.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class SessionsApi {
  public:
    SessionsApi(const AccountsParts& parts, const Guard& guard) : parts_(parts), guard_(guard) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> end(http::Request& request, const Principal& principal, std::string id);

    const AccountsParts& parts_;
    const Guard& guard_;
};

}  // namespace tripos::accounts
