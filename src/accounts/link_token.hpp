// SPDX-License-Identifier: MIT
#pragma once
// The token in the link of a mail. Only its digest is stored. Pure functions.

#include <string>

#include "core/random.hpp"

namespace tripos::accounts {

/// 64 random hexadecimal digits.
std::string new_link_token(Random& random);
/// False for what new_link_token() never makes; saves a look into the database.
bool looks_like_link_token(const std::string& token);

}  // namespace tripos::accounts
