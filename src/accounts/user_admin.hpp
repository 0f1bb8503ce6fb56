// SPDX-License-Identifier: MIT
#pragma once
// UserAdmin: what administrators do with accounts. A deleted account is anonymised, not removed:
// its attempts and results stay for the statistics, under the name "Deleted user"; its address is
// free again.

#include <optional>
#include <string>
#include <vector>

#include "accounts/accounts_parts.hpp"
#include "accounts/user.hpp"
#include "http/json_body.hpp"

namespace tripos::accounts {

struct UserWithProfile {
    User user;
    std::optional<Profile> profile;
};

struct UserPage {
    std::vector<UserWithProfile> users;  ///< newest first
    std::int64_t total = 0;
};

/// Absent members stay as they are.
struct UserChanges {
    std::optional<Roles> roles;
    std::optional<bool> admin;  ///< the one role alone, as older clients say it
    std::optional<bool> disabled;
    std::optional<std::int64_t> extra_minutes;
};

/// Thread-safe. Changes act at once in this process, within 60 s in others.
class UserAdmin {
  public:
    explicit UserAdmin(const AccountsParts& parts) : parts_(parts) {}

    /// `search`: part of the name, address or number; empty: all.
    Task<UserPage> list(std::string search, http::Page page);
    Task<std::optional<UserWithProfile>> find(std::string id);
    Task<std::optional<UserWithProfile>> find_by_email(mail::Address email);
    /// conflict("own_account"): administrators cannot lock themselves out.
    Task<Result<UserWithProfile>> change(audit::Actor actor, std::string id, UserChanges changes);
    Task<Result<>> remove(audit::Actor actor, std::string id);
    /// For whoever owns the server. Ends every session and what waits for confirmation.
    Task<Result<>> set_password(audit::Actor actor, std::string id, Secret password);

  private:
    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
