// SPDX-License-Identifier: MIT
#pragma once
// UsersApi: the routes /api/admin/users*.

#include "accounts/guard.hpp"
#include "accounts/user_admin.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class UsersApi {
  public:
    UsersApi(const Guard& guard, UserAdmin& users) : guard_(guard), users_(users) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Response> list(http::Request& request, const Principal& principal);
    Task<http::Response> show(http::Request& request, const Principal& principal);
    Task<http::Response> change(http::Request& request, const Principal& principal);
    Task<http::Response> remove(http::Request& request, const Principal& principal);

    const Guard& guard_;
    UserAdmin& users_;
};

}  // namespace tripos::accounts
