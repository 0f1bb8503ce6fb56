// SPDX-License-Identifier: MIT
#pragma once
// The jobs of a queue that ended per minute, up to now. Pure, thread-safe.

#include <cstdint>
#include <vector>

#include "queue/queue.hpp"

namespace tripos::operations {

/// The last `minutes` minutes, newest first; the first is the running one. The queue's own list
/// ends where a job last ended: the idle minutes since are zeros.
std::vector<std::int64_t> last_minutes(const queue::QueueMetrics& metrics, Timestamp now,
                                       std::int64_t minutes);

}  // namespace tripos::operations
