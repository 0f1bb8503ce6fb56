// SPDX-License-Identifier: MIT
#pragma once
// ProfileApi: the routes /api/profile/*.

#include "accounts/guard.hpp"
#include "accounts/profile_service.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class ProfileApi {
  public:
    ProfileApi(const AccountsOptions& options, const Guard& guard, ProfileService& profiles)
        : options_(options), guard_(guard), profiles_(profiles) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Response> show(http::Request& request, const Principal& principal);
    Task<http::Response> update(http::Request& request, const Principal& principal);
    Task<http::Response> answer(std::string user_id, std::string_view message);

    const AccountsOptions& options_;
    const Guard& guard_;
    ProfileService& profiles_;
};

}  // namespace tripos::accounts
