// SPDX-License-Identifier: MIT
#pragma once
// How many jobs of a queue may start in a window of time. A window begins with the first job that
// starts after the last one ended; jobs that are retried count again. Value type.

#include <chrono>
#include <cstdint>

namespace tripos::queue {

/// At most `max` jobs begin per `duration`.
struct RateLimit {
    std::int64_t max = 1;                       ///< at least 1
    std::chrono::milliseconds duration{1'000};  ///< at least 1

    bool operator==(const RateLimit&) const = default;  ///< compares every member
};

}  // namespace tripos::queue
