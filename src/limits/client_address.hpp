// SPDX-License-Identifier: MIT
#pragma once
// What clients are told apart by. Pure.

#include <string>

namespace tripos::limits {

/// The address itself; of IPv6 the /64, since whoever has one address of it has all. An IPv4
/// address is the same in IPv6's form. What is no address is its own name.
std::string client_of(const std::string& peer);

}  // namespace tripos::limits
