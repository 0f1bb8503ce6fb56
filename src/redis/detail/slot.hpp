// SPDX-License-Identifier: MIT
#pragma once
// Slots of a Redis Cluster (redis.io/docs/reference/cluster-spec). Pure.

#include <cstdint>
#include <string_view>

namespace tripos::redis {

inline constexpr int kSlots = 16'384;

/// Which slot the key is in.
int slot_of(std::string_view key);

}  // namespace tripos::redis
