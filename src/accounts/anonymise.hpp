// SPDX-License-Identifier: MIT
#pragma once
// What is left of a deleted account: a row without a name, so that attempts and results keep their
// place in the statistics as those of "Deleted user".

#include <string>

#include "accounts/accounts_parts.hpp"
#include "core/result.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// Ends the account: its sessions, every open link and everything that tells who it was; the
/// address is free again. Refused while something still needs the person (an open attempt). Runs
/// inside the caller's transaction; the caller has the caches forget the sessions afterwards.
Result<> anonymise(sql::Session& session, Writes& writes, const AccountsParts& parts,
                   const std::string& user_id, const audit::Actor& actor);

}  // namespace tripos::accounts
