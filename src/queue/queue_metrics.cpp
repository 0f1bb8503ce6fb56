// SPDX-License-Identifier: MIT
// Queue's call about what its workers have counted.

#include "core/assert.hpp"
#include "core/text.hpp"
#include "queue/detail/queue_impl.hpp"

namespace tripos::queue {

namespace {

/// Keys that others write may hold anything.
std::int64_t number_of(const redis::Reply& reply) {
    return reply.is_text() ? parse_int(reply.text).value_or(0) : 0;
}

}  // namespace

Task<QueueMetrics> Queue::metrics(JobState state, std::int64_t minutes) {
    TRIPOS_ASSERT(state == JobState::completed || state == JobState::failed);
    const std::string key = impl_->key("metrics:" + std::string(to_string(state)));
    std::vector<redis::Arguments> commands(2);
    commands[0] = {"HMGET", key, "count", "prevTS", "prevCount"};
    commands[1] = {"LRANGE", key + ":data", "0",
                   std::to_string(std::max<std::int64_t>(minutes, 1) - 1)};
    const std::vector<redis::Reply> replies = co_await impl_->client_.pipeline(std::move(commands));
    const std::vector<redis::Reply>& totals = detail::require(replies.at(0)).elements;
    QueueMetrics found{.count = number_of(totals.at(0)), .counted_before = number_of(totals.at(2))};
    if (totals.at(1).is_text()) {
        found.last_counted = from_millis(number_of(totals.at(1)));
    }
    for (const redis::Reply& point : detail::require(replies.at(1)).elements) {
        found.per_minute.push_back(number_of(point));
    }
    co_return found;
}

}  // namespace tripos::queue
