// SPDX-License-Identifier: MIT
#pragma once
// UserControl: what `tripos user ...` asks, over the control socket only.
//
//   POST /control/user/create          {email, fullName, admin, password?}
//                                      -> {id, email, password? (when made here)}
//   POST /control/user/list            {search?, page?, limit?} -> {pagination, data[]}
//   POST /control/user/role            {email, role} -> {data}
//   POST /control/user/disable, enable {email} -> {data}
//   POST /control/user/reset-password  {email, password?} -> {email, password? (when made here)}

#include "accounts/accounts_module.hpp"
#include "http/json_body.hpp"
#include "http/router.hpp"

namespace tripos::app {

/// Thread-safe. What it is given outlives it.
class UserControl {
  public:
    UserControl(accounts::AccountsModule& accounts, Random& random)
        : accounts_(accounts), random_(random) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> create(http::Request& request);
    Task<http::Reply> list(http::Request& request);
    Task<http::Reply> role(http::Request& request);
    Task<http::Reply> disable(http::Request& request);
    Task<http::Reply> enable(http::Request& request);
    Task<http::Reply> reset_password(http::Request& request);

    Task<http::Reply> change(std::string email, accounts::UserChanges changes);

    accounts::AccountsModule& accounts_;
    Random& random_;
};

}  // namespace tripos::app
