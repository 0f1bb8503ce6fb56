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
    UsersApi(const AccountsParts& parts, const Guard& guard, UserAdmin& users)
        : parts_(parts), guard_(guard), users_(users) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> show(http::Request& request, const Principal& principal, std::string id);
    Task<http::Reply> change(http::Request& request, const Principal& principal, std::string id);
    Task<http::Reply> remove(http::Request& request, const Principal& principal, std::string id);

    /// Nothing to say against it, when the request carries the caller's own password.
    Task<std::optional<Error>> refuse_stranger(const http::Request& request,
                                               const Principal& principal, Secret password);

    const AccountsParts& parts_;
    const Guard& guard_;
    UserAdmin& users_;
};

}  // namespace tripos::accounts
