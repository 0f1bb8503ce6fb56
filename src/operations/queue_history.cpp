// SPDX-License-Identifier: MIT
#include "operations/queue_history.hpp"

#include <algorithm>

namespace tripos::operations {

std::vector<std::int64_t> last_minutes(const queue::QueueMetrics& metrics, Timestamp now,
                                       std::int64_t minutes) {
    std::vector<std::int64_t> found;
    if (metrics.last_counted) {
        using std::chrono::floor;
        const auto idle =
            floor<std::chrono::minutes>(now) - floor<std::chrono::minutes>(*metrics.last_counted);
        found.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(idle.count(), 0, minutes)));
        found.push_back(metrics.count - metrics.counted_before);
        found.insert(found.end(), metrics.per_minute.begin(), metrics.per_minute.end());
    }
    found.resize(static_cast<std::size_t>(minutes));
    return found;
}

}  // namespace tripos::operations
