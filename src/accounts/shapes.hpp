// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the account routes answer, for the API description. Each stands for one
// function of user_json.hpp. Pure.

#include "http/schema.hpp"

namespace tripos::accounts::shapes {

http::Schema role();        ///< USER or ADMIN
http::Schema staff_role();  ///< of role.hpp
http::Schema login();       ///< login_json()
http::Schema profile();     ///< profile_json()
http::Schema admin_view();  ///< admin_json()
http::Schema session();     ///< session_json()
/// session_json() and isCurrent
http::Schema listed_session();

}  // namespace tripos::accounts::shapes
