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
    {"p95Saves", "95 % of the answers that were saved or handed in took no longer; seconds"},
    {"p95Papers", "95 % of the starts and papers took no longer; seconds"},
    {"p95Login", "95 % of the log-ins and what belongs to them took no longer; seconds"},
    {"p95Pages", "95 % of the pages, scripts and styles took no longer; seconds"},
    {"p95Admin", "95 % of what administrators asked for took no longer; seconds"},
    {"redisClients", "Clients of Redis"},
    {"redisKeys", "Keys that Redis holds"},
    {"redisCommands", "Commands of Redis per second, of all its clients"},
    {"redisEvicted", "Keys that Redis threw away for room, per second"},
    {"logBytes", "Of SQLite's write-ahead log; bytes"},
    {"saves", "Answers saved durably, per second"},
    {"running", "Attempts that are under way"},
    {"mailSecurity", "95 % of the mails with codes and links arrived within; seconds"},
    {"mailNotice", "95 % of the mails about results and exams arrived within; seconds"},
    {"mailBulk", "95 % of the mails of newsletters arrived within; seconds"},
    {"redisLatency", "How long the slower of the Redis servers took to answer; seconds"},
    {"commits", "95 % of the commits were durable within; seconds"},
    {"diskFree", "Of the disk of DATA_DIR, what is free, 0 to 1"},
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
