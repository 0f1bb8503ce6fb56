// SPDX-License-Identifier: MIT
#pragma once
// Reauthentication: before an account is changed for good, its owner proves the password again; a
// session alone, perhaps of a laptop left open, does not suffice.

#include <optional>
#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

/// The actor's account with the password proven. unauthorized when it is gone, invalid_field
/// ("currentPassword") when the password is wrong, which leaves an entry. Whoever writes afterwards
/// checks still_current() in that transaction. A wrong password is a failure that `claim` counts.
Task<Result<User>> reauthenticate(const AccountsParts& parts, audit::Actor actor, Secret password,
                                  const limits::Claim& claim);

/// The account as it is now, and until the caller's transaction ends; nothing when it was deleted,
/// disabled or given another password or address since.
std::optional<User> still_current(sql::Session& session, const User& proven);

/// The error for a write that still_current() forbade.
Error changed_meanwhile();

}  // namespace tripos::accounts
