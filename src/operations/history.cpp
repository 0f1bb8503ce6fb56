// SPDX-License-Identifier: MIT
#include "operations/history.hpp"

namespace tripos::operations {

const std::array<FigureName, kFigureCount> kFigures{{
    {"requests", "Requests answered per second"},
    {"errorShare", "Of those, answered with 5xx, 0 to 1"},
    {"p50", "Half of the requests took no longer; seconds"},
    {"p95", "95 % of the requests took no longer; seconds"},
    {"p99", "99 % of the requests took no longer; seconds"},
    {"queueJobs", "Jobs that could run now, of the server's own queues"},
    {"queueOldest", "How long the next of those has waited; seconds"},
    {"outboxOldest", "How long the queue has yet to take a mail; seconds"},
    {"mailDelivery", "95 % of the mails but newsletters arrived within; seconds"},
    {"hitRate", "Of the lookups in the cache, 0 to 1"},
    {"laneWait", "How long a write waited for its turn, on average; seconds"},
    {"redisMemory", "Memory that Redis uses; bytes"},
}};

void History::add(Sample sample) {
    const std::lock_guard lock(mutex_);
    if (ring_.size() < kSamplesKept) {
        ring_.push_back(std::move(sample));
        return;
    }
    ring_[next_] = std::move(sample);
    next_ = (next_ + 1) % kSamplesKept;
}

std::vector<Sample> History::after(Timestamp at) const {
    const std::lock_guard lock(mutex_);
    std::vector<Sample> found;
    for (std::size_t i = 0; i < ring_.size(); ++i) {
        const auto& sample = ring_[(next_ + i) % ring_.size()];
        if (sample.at > at) {
            found.push_back(sample);
        }
    }
    return found;
}

}  // namespace tripos::operations
