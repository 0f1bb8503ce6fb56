// SPDX-License-Identifier: MIT
#pragma once
// The tables of accounts/: users, profiles, sessions, verification_tokens, password_codes,
// email_changes.

#include <vector>

#include "sql/migrations.hpp"

namespace tripos::accounts {

std::vector<sql::Migration> migrations();

}  // namespace tripos::accounts
