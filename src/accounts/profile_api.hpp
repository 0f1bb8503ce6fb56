// SPDX-License-Identifier: MIT
#pragma once
// ProfileApi: the routes /api/profile/me, but for the address (email_change_api.hpp) and the
// export, to which other modules contribute.

#include "accounts/guard.hpp"
#include "accounts/own_data_service.hpp"
#include "accounts/profile_service.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class ProfileApi {
  public:
    struct ProfileParts {
        ProfileService& profiles;
        OwnDataService& own_data;
    };
    ProfileApi(const AccountsParts& parts, const Guard& guard, ProfileParts services)
        : parts_(parts), guard_(guard), services_(services) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> show(http::Request& request, const Principal& principal);
    Task<http::Reply> update(http::Request& request, const Principal& principal);
    Task<http::Reply> remove(http::Request& request, const Principal& principal);
    Task<http::Reply> answer(std::string user_id, std::string_view message);

    const AccountsParts& parts_;
    const Guard& guard_;
    ProfileParts services_;
};

}  // namespace tripos::accounts
