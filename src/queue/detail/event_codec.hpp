// SPDX-License-Identifier: MIT
#pragma once
// Events as the stream holds them. Reading is tolerant: unknown names and fields are kept, an entry
// without an `event` field has no name. Pure functions, thread-safe.

#include <string_view>
#include <vector>

#include "queue/queue_events.hpp"
#include "redis/reply.hpp"

namespace tripos::queue::detail {

/// The answer of XREAD for one stream, in RESP2 or RESP3; null when nothing came.
std::vector<QueueEvent> read_events(const redis::Reply& reply);

/// Whether the first id of a stream stands before the second one.
bool is_before(std::string_view id, std::string_view other);

}  // namespace tripos::queue::detail
