// SPDX-License-Identifier: MIT
#pragma once
// NamedAddress: a name and an address, as the header From has them (RFC 5322 3.4, with UTF-8 as RFC
// 6532 allows it). Pure functions.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "mail/address.hpp"

namespace tripos::mail {

/// Whom a message is from.
struct NamedAddress {
    std::string name;  ///< without its quotes; empty: none
    Address address;   ///< where answers go
};

/// Exactly one: "address", "Name <address>" or "\"Name, with what is special\" <address>", with
/// comments in parentheses, which are not kept. An invalid_field("mailbox", ...) with the cure.
Result<NamedAddress> parse_mailbox(std::string_view text);

}  // namespace tripos::mail
