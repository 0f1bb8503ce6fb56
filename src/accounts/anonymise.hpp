// SPDX-License-Identifier: MIT
#pragma once
// What is left of a deleted account: a row without a name, so that attempts and results keep their
// place in the statistics as those of "Deleted user".

#include <string>

#include "core/clock.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// Removes everything that tells who it was, and every open link; the address is free again. Runs
/// inside the caller's transaction; sessions are ended by the caller.
void anonymise(sql::Session& session, const std::string& user_id, Timestamp now);

}  // namespace tripos::accounts
