// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the account routes answer, for the API description. Each stands for one
// function of user_json.hpp, or for a table. Pure.

#include "http/schema.hpp"

namespace tripos::accounts::shapes {

http::Schema role();        ///< USER or ADMIN
http::Schema staff_role();  ///< of role.hpp
http::Schema login();       ///< write_login()
http::Schema profile();     ///< write_profile()
http::Schema admin_view();  ///< write_account()
http::Schema session();     ///< kSessionMembers
/// The same and isCurrent.
http::Schema listed_session();

}  // namespace tripos::accounts::shapes
