// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace tripos {

/// FNV-1a (www.isthe.com/chongo/tech/comp/fnv): the same in every program, unlike std::hash. Not
/// for what an attacker may choose.
std::uint32_t stable_hash(std::string_view text);

}  // namespace tripos
