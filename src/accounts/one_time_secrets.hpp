// SPDX-License-Identifier: MIT
#pragma once
// Tokens of links, and one-time codes: their SQL. Only digests are stored; each works once.
// Functions run inside the caller's transaction.

#include <string>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// A token for a link: 64 random hexadecimal digits.
std::string new_link_token(Random& random);
/// False for what new_link_token() never makes; saves a look into the database.
bool looks_like_link_token(const std::string& token);

/// A code as stored and checked. `user_id` may be kNobody.
struct CodeDigest {
    std::string user_id;
    std::string digest;
};

/// Stands for an account that does not exist: requests for unknown addresses do the same writes as
/// others, so that the time they take tells nothing.
inline const std::string kNobody = "nobody";

/// Replaces an older code of the user.
void put_code(sql::Session& session, const CodeDigest& code, Timestamp expires_at);
/// True when it is the user's live code. A wrong one counts as a try; after `max_tries` the code is
/// dead.
bool check_code(sql::Session& session, const CodeDigest& code, Timestamp now, int max_tries);
/// Uses the code up; false when it is not live (any more). Of concurrent calls one succeeds.
bool use_code(sql::Session& session, const CodeDigest& code, Timestamp now, int max_tries);

}  // namespace tripos::accounts
