// SPDX-License-Identifier: MIT
#pragma once
// Digests of what is stored instead of a secret (BLAKE2b, libsodium). Pure functions, thread-safe.

#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace tripos::accounts {

/// Of a random token: long enough to need no key. Lower-case hex.
std::string token_digest(std::string_view token);

/// Of a six-digit code: keyed, since a bare digest of a million possibilities is no secret; bound
/// to its user.
std::string code_digest(const Secret& key, std::string_view user_id, std::string_view code);

/// What a browser shows for an account that has logged in with it.
std::string device_code(const Secret& key, std::string_view about);

/// Of what tells who somebody is; keyed, since addresses and numbers can be guessed. `kind` keeps
/// an address and a number apart.
std::string person_digest(const Secret& key, std::string_view kind, std::string_view value);

}  // namespace tripos::accounts
