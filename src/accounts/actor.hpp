// SPDX-License-Identifier: MIT
#pragma once
// Who acts by a request, for the trail of audit. Pure functions.

#include "accounts/principal.hpp"
#include "audit/entry.hpp"
#include "http/message.hpp"

namespace tripos::accounts {

audit::Actor actor_of(const http::Request& request, const Principal& caller);
/// Who it is turns out later, or never.
audit::Actor stranger(const http::Request& request);

/// The subject that an account is.
inline std::string account_subject(const std::string& user_id) {
    return "account:" + user_id;
}

}  // namespace tripos::accounts
