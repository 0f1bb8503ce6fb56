// SPDX-License-Identifier: MIT
#pragma once
// Hash tags: keys with the same text in braces are in the same slot of a Redis Cluster. Pure.

#include <string_view>

namespace tripos::redis {

/// The text between the first `{` and the next `}`; empty: there is none, and the whole key decides
/// the slot.
std::string_view hash_tag_of(std::string_view key);

}  // namespace tripos::redis
