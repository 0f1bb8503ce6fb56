// SPDX-License-Identifier: MIT
#pragma once
// Addresses that somebody may have meant who mistyped one. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace tripos::mail {

/// Longer ones have too many neighbours to ask for each.
inline constexpr std::size_t kLongestMistyped = 64;

/// Every text that one slip of a key makes of it: a letter too many, one that is missing or
/// another, or two that changed places. Some thousands at most; nothing of an address that is long
/// or is not ASCII. `canonical`: as Address has it.
std::vector<std::string> one_slip_away(std::string_view canonical);

/// "asha@" of "asha@example.org": what those have in common that differ in their domain.
std::string_view before_domain(std::string_view canonical);

}  // namespace tripos::mail
