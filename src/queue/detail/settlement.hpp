// SPDX-License-Identifier: MIT
#pragma once
// What becomes of a job after its processor: the decision of BullMQ's worker, without I/O. Pure
// functions, thread-safe.

#include <chrono>
#include <string>

#include "core/random.hpp"
#include "queue/job.hpp"

namespace tripos::queue::detail {

struct Settlement {
    enum class Kind { completed, failed, retry_now, delay, give_back, wait_for_children };

    Kind kind = Kind::completed;
    std::string value;                   ///< completed: JSON; failed, retry_now, delay: the reason
    std::string stacktrace;              ///< JSON; empty: it did not fail
    std::chrono::milliseconds delay{0};  ///< delay: how long; give_back: a pause of the queue
    Timestamp due{};                     ///< delay: until when, however late Redis hears of it
    bool counts_attempt = true;          ///< delay only
    bool was_started = true;             ///< give_back only: its start counts
};

/// What the worker adds to the job's own options.
struct RetryRules {
    const BackoffStrategy* strategy = nullptr;  ///< null: none
    std::optional<int> max_started;             ///< no further try after so many starts
};

/// The wait before the next try, after `made` tries including the one that failed; 0: at once.
/// An unknown type waits like a fixed one.
std::chrono::milliseconds retry_delay(const std::optional<Backoff>& backoff, int made,
                                      Random& random);

/// Decides by the outcome, the job's options and the worker's rules. Throws what the strategy
/// throws.
Settlement settle(const Job& job, const Outcome& outcome, Timestamp now, Random& random,
                  const RetryRules& rules = {});

}  // namespace tripos::queue::detail
