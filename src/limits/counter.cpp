// SPDX-License-Identifier: MIT
#include "limits/counter.hpp"

#include <algorithm>

namespace tripos::limits {

void count_one(Counter& counter, const http::RateLimit& limit, Timestamp now) {
    if (counter.ends_at <= now) {
        counter = {.count = 0, .ends_at = now + limit.window};
    }
    ++counter.count;
    const auto beyond = counter.count - limit.without_delay;
    if (limit.without_delay > 0 && beyond > 0) {
        constexpr std::int64_t kMostDoublings = 20;
        const std::chrono::seconds delay(std::int64_t{1} << std::min(beyond - 1, kMostDoublings));
        counter.next_at = std::min(counter.ends_at, now + delay);
    }
}

}  // namespace tripos::limits
