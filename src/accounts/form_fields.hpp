// SPDX-License-Identifier: MIT
#pragma once
// The fields that several forms of this module share, read from a body with the module's rules.
// Problems are added to the reader; the value returned then is of no use.

#include <string>
#include <string_view>

#include "accounts/accounts_options.hpp"
#include "http/json_body.hpp"
#include "mail/address.hpp"

namespace tripos::accounts {

mail::Address read_email(http::BodyReader& body, std::string_view name = "email");
std::string read_full_name(http::BodyReader& body);

/// A password that exists already: taken as it is.
Secret read_password(http::BodyReader& body, std::string_view name);
/// A password to set: long enough, and at most 1,000 bytes.
Secret read_new_password(http::BodyReader& body, std::string_view name,
                         const AccountsOptions& options);
/// Six digits, as text or as a number.
std::string read_code(http::BodyReader& body);

}  // namespace tripos::accounts
