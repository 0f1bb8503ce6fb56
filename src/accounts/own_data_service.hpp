// SPDX-License-Identifier: MIT
#pragma once
// OwnDataService: what people may demand of their own account - a copy of what is stored, and its
// end. A deleted account is anonymised as by an administrator (anonymise.hpp).

#include <optional>
#include <string>

#include "accounts/accounts_parts.hpp"

namespace tripos::accounts {

/// Thread-safe.
class OwnDataService {
  public:
    explicit OwnDataService(const AccountsParts& parts) : parts_(parts) {}

    /// The members `account` and `sessions` of the export, as JSON without the braces around them.
    /// Nothing when there is no such account.
    Task<std::optional<std::string>> export_members(std::string user_id);

    /// Anonymises the account and ends its sessions. invalid_field("currentPassword") for a wrong
    /// password, which `claim` counts, conflict("last_admin") when nobody could administer the site
    /// afterwards.
    Task<Result<>> remove(std::string user_id, Secret password, const limits::Claim& claim,
                          audit::Actor actor);

  private:
    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
