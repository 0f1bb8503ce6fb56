// SPDX-License-Identifier: MIT
#pragma once
// Events as the stream holds them. Reading is tolerant: unknown names and fields are kept, an entry
// without an `event` field has no name. Pure function, thread-safe.

#include <vector>

#include "queue/queue_events.hpp"
#include "redis/reply.hpp"

namespace tripos::queue::detail {

/// The answer of XREAD for one stream, in RESP2 or RESP3; null when nothing came.
std::vector<QueueEvent> read_events(const redis::Reply& reply);

}  // namespace tripos::queue::detail
