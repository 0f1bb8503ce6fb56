// SPDX-License-Identifier: MIT
#pragma once
// The fields that several forms of this module share, read from a body with the module's rules.
// Problems are added to the reader; the value returned then is of no use.

#include <string>
#include <string_view>

#include "accounts/password_rules.hpp"
#include "accounts/role.hpp"
#include "http/json_body.hpp"
#include "mail/address.hpp"

namespace tripos::accounts {

mail::Address read_email(http::BodyReader& body, std::string_view name = "email");
std::string read_full_name(http::BodyReader& body);

/// `roles`, a list of the names of roles; it may be empty.
Roles read_staff_roles(http::BodyReader& body);

/// A password that exists already: taken as it is.
Secret read_password(http::BodyReader& body, std::string_view name);
/// A password to set, which must be long enough; whether it is a common one is asked in turn
/// (PasswordHasher::problem_of).
Secret read_new_password(http::BodyReader& body, std::string_view name, const PasswordRules& rules);
/// Six digits, as text or as a number.
std::string read_code(http::BodyReader& body);

}  // namespace tripos::accounts
