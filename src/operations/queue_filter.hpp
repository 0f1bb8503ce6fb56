// SPDX-License-Identifier: MIT
#pragma once
// Which jobs of a queue are meant: by state, name, the reason of their failure, and a moment, so
// that what came later is never hit. Stateless; throws as queue::Queue does.

#include <optional>
#include <string>
#include <vector>

#include "queue/queue.hpp"

namespace tripos::operations {

struct JobFilter {
    queue::JobState state = queue::JobState::failed;
    std::string name;    ///< the whole; empty: any
    std::string reason;  ///< a part of why it failed; empty: any
    /// Those that ended, or of the others were added, no later; nothing: any.
    std::optional<Timestamp> as_of;

    bool matches(const queue::Job& job) const;
};

struct FoundJobs {
    std::vector<std::string> ids;  ///< oldest first
    bool is_complete = true;       ///< false: there may be more than were looked at, or are named
};

/// Looks at no more than kMostLooked jobs, names no more than kMostFound. Borrows the queue.
Task<FoundJobs> find_jobs(queue::Queue& queue, JobFilter filter);

inline constexpr std::int64_t kMostLooked = 50'000;
inline constexpr std::size_t kMostFound = 10'000;

}  // namespace tripos::operations
