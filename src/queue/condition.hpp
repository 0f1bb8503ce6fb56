// SPDX-License-Identifier: MIT
#pragma once
// What a queue looks like from outside: whether its jobs get done, and if not, why. Reads only.

#include <map>

#include "queue/queue.hpp"

namespace tripos::queue {

/// One look at a queue. Counts are of that moment; the looks into lists are bounded.
struct QueueCondition {
    std::string name;                         ///< of the queue
    bool is_paused = false;                   ///< for all workers
    std::int64_t asleep = 0;                  ///< of the workers, those that wait to be woken
    std::optional<std::int64_t> workers;      ///< connected; nothing: the server does not tell
    std::map<JobState, std::int64_t> counts;  ///< how many jobs are in each state
    std::chrono::milliseconds
        oldest_wait{};  ///< of the runnable job that is next; 0: there is none
    /// Of a job, whatever its outcome; where it was not kept, at most a minute too early. Nothing:
    /// unknown.
    std::optional<Timestamp> newest_end;
    std::int64_t unlocked = 0;            ///< active jobs that no worker holds any more
    std::chrono::milliseconds overdue{};  ///< the delayed job that is due longest, since when
    bool has_marker = false;              ///< what wakes the workers that sleep is there
    std::int64_t ended = 0;               ///< in the newest kFailureWindow
    std::int64_t failed = 0;              ///< of those, the ones that failed for good
    /// Prefixes of queues of that name where jobs wait and nobody works; see look_for_strays().
    std::vector<std::string> strays;
    std::map<std::string, std::int64_t> reasons;  ///< of the newest failures, in the words of each

    /// Runnable now: waiting or prioritized.
    std::int64_t runnable() const;
};

/// How far back failures are counted.
inline constexpr std::chrono::minutes kFailureWindow{15};

/// Looks once. Throws redis::Unavailable, redis::CommandFailed.
Task<QueueCondition> look_at(redis::Client& client, Queue& queue, Timestamp now);
/// Fills `strays`. Looks through some thousand keys, and no more: not for every minute.
Task<> look_for_strays(redis::Client& client, const Queue& queue, QueueCondition& seen);

}  // namespace tripos::queue
