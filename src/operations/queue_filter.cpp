// SPDX-License-Identifier: MIT
#include "operations/queue_filter.hpp"

#include <algorithm>

namespace tripos::operations {

namespace {

constexpr std::int64_t kLookSlice = 500;

}  // namespace

bool JobFilter::matches(const queue::Job& job) const {
    const bool has_ended = state == queue::JobState::failed || state == queue::JobState::completed;
    const auto at = has_ended ? job.finished_on.value_or(job.timestamp) : job.timestamp;
    return (name.empty() || job.name == name) && (!as_of || at <= *as_of) &&
           (reason.empty() || job.failed_reason.value_or("").find(reason) != std::string::npos);
}

Task<FoundJobs> find_jobs(queue::Queue& queue, JobFilter filter) {
    FoundJobs found;
    for (std::int64_t first = 0; first < kMostLooked; first += kLookSlice) {
        const auto jobs =
            co_await queue.get_jobs(filter.state, first, first + kLookSlice - 1, true);
        if (jobs.empty()) {
            co_return found;
        }
        for (const auto& job : jobs) {
            if (!filter.matches(job)) {
                continue;
            }
            if (found.ids.size() == kMostFound) {
                found.is_complete = false;
                co_return found;
            }
            found.ids.push_back(job.id);
        }
    }
    found.is_complete = false;
    co_return found;
}

}  // namespace tripos::operations
