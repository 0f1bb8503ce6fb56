// SPDX-License-Identifier: MIT
#pragma once
// Principal: who is calling, as handlers behind the Guard see it. A value type.

#include <string>

#include "accounts/role.hpp"

namespace tripos::accounts {

/// Who is calling, after the token, the session and the account were checked (at most 60 s ago).
struct Principal {
    std::string user_id;
    std::string session_id;
    Roles roles;
    bool email_verified = false;
    bool host_bound = false;  ///< the session's cookie is bound to its host by name
};

}  // namespace tripos::accounts
