// SPDX-License-Identifier: MIT
#pragma once
// A job of a BullMQ queue: options, state and stored form. Names are BullMQ's in snake_case;
// docs/queue-protocol.md has the Redis layout. Value types, not thread-safe.

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"

namespace tripos::queue {

enum class JobState {
    waiting,
    active,
    delayed,
    prioritized,
    completed,
    failed,
    waiting_children,
    unknown
};
std::string_view to_string(JobState state);

struct Backoff {
    std::string type = "fixed";  ///< "fixed", "exponential", or one the worker's strategy knows
    std::chrono::milliseconds delay{0};
    double jitter = 0;  ///< 0 to 1
};

/// removeOnComplete / removeOnFail. Default: keep all.
struct Retention {
    std::optional<std::chrono::seconds> age;  ///< remove what finished longer ago
    std::optional<std::int64_t>
        count;  ///< keep the newest n; 0: remove at once; negative: keep all
};

struct JobOptions {
    std::string job_id;         ///< empty: a number from the queue's counter
    std::int64_t priority = 0;  ///< 0: none, before all others; 1 (most urgent) to 2097151
    std::chrono::milliseconds delay{0};
    int attempts = 0;  ///< 0 and 1: one try
    std::optional<Backoff> backoff;
    bool lifo = false;
    std::optional<Retention> remove_on_complete;
    std::optional<Retention> remove_on_fail;
    std::optional<std::int64_t> keep_logs;
    std::optional<std::int64_t> stack_trace_limit;
    std::optional<std::size_t>
        size_limit;  ///< bytes of data; larger is refused before Redis is touched
    std::optional<Timestamp> timestamp;  ///< creation time; nothing: now
};

/// One job as stored.
struct Job {
    std::string id;
    std::string name;
    std::string data;  ///< JSON text; may be malformed when a foreign producer wrote it
    JobOptions options;
    Timestamp timestamp{};
    std::chrono::milliseconds delay{0};
    std::int64_t priority = 0;
    int attempts_made = 0;
    int attempts_started = 0;
    int stalled_counter = 0;
    std::optional<Timestamp> processed_on;
    std::optional<Timestamp> finished_on;
    std::string processed_by;
    std::string progress = "0";               ///< JSON text
    std::optional<std::string> return_value;  ///< JSON text
    std::optional<std::string> failed_reason;
    std::vector<std::string> stacktrace;
    std::optional<std::string> deferred_failure;  ///< set: fail without running
};

/// What a processor says about a job it was given. An exception means Retry with its text.
struct Completed {
    std::string return_value = "null"; /* JSON text */
};
struct Retry {
    std::string reason;
};  ///< consumes an attempt; backoff, or failed when none is left
struct FailPermanently {
    std::string reason;
};  ///< failed now, whatever attempts are left
struct MoveToDelayed {
    Timestamp until;
};  ///< again at that time; no attempt consumed
struct SlowDown {
    std::chrono::milliseconds pause;
};  ///< back to the front; this worker fetches nothing for so long; no attempt consumed
using Outcome = std::variant<Completed, Retry, FailPermanently, MoveToDelayed, SlowDown>;

/// The wait before the next try of a job whose backoff type is neither fixed nor exponential, after
/// `made` tries; 0: at once, nothing: no further try. An exception fails the job for good.
using BackoffStrategy = std::function<std::optional<std::chrono::milliseconds>(
    const Job& job, int made, const std::string& reason)>;

/// How a job ended: its value, or why it failed for good.
struct Failed {
    std::string reason;
};
using JobResult = std::variant<Completed, Failed>;

}  // namespace tripos::queue
