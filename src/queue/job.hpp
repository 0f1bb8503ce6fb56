// SPDX-License-Identifier: MIT
#pragma once
// A job of a BullMQ queue: options, state and stored form. Names are BullMQ's in snake_case;
// docs/queue-protocol.md has the Redis layout. Value types, not thread-safe.

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
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

/// How long to wait before the next attempt.
struct Backoff {
    std::string type = "fixed";  ///< "fixed", "exponential", or one the worker's strategy knows
    std::chrono::milliseconds delay{0};  ///< of the first wait
    double jitter = 0;                   ///< 0 to 1
};

/// removeOnComplete / removeOnFail. Default: keep all.
struct Retention {
    std::optional<std::chrono::seconds> age;  ///< remove what finished longer ago
    std::optional<std::int64_t>
        count;  ///< keep the newest n; 0: remove at once; negative: keep all
    std::optional<std::int64_t>
        limit;  ///< of those that are too old, remove so many per finish; nothing, or more: 1000
};

/// The job that waits for this one.
struct ParentReference {
    std::string id;     ///< of the parent
    std::string queue;  ///< its qualified name, "<prefix>:<name>": Queue::qualified_name()

    bool operator==(const ParentReference&) const = default;  ///< compares every member
};

/// What the final failure of a child means for its parent: BullMQ's four options, of which one may
/// be set. `wait`: the parent waits on, until the child is retried or removed.
enum class OnChildFailure {
    wait,
    fail_parent,        ///< failParentOnFailure: it fails too, without running
    continue_parent,    ///< continueParentOnFailure: it runs at once, whatever is still pending
    ignore_dependency,  ///< ignoreDependencyOnFailure: it keeps the reason and waits for the rest
    remove_dependency,  ///< removeDependencyOnFailure: it forgets the child
};

/// Of several jobs with one deduplication id only the first is added, until it has ended, has been
/// removed or `ttl` is over; who adds another one gets its id.
struct Deduplication {
    std::string id;  ///< of what is the same
    std::chrono::milliseconds ttl{
        0};                ///< reject for so long, also after the job's end; 0: no limit
    bool extend = false;   ///< each rejected job starts `ttl` again
    bool replace = false;  ///< while the first is delayed, the newer one takes its place
    /// While the first is active the newest is kept and runs after it; `ttl` does not count.
    bool keep_last_if_active = false;
    bool reschedule = false;  ///< a rejected job moves the delayed first one to its own time

    bool operator==(const Deduplication&) const = default;  ///< compares every member
};

/// How a job is to be run and kept.
struct JobOptions {
    std::string job_id;                  ///< empty: a number from the queue's counter
    std::int64_t priority = 0;           ///< 0: none, before all others; 1 (most urgent) to 2097151
    std::chrono::milliseconds delay{0};  ///< before it may run
    int attempts = 0;                    ///< 0 and 1: one try
    std::optional<Backoff> backoff;      ///< between attempts
    bool lifo = false;                   ///< runs before those that wait
    std::optional<Retention> remove_on_complete;    ///< nothing: kept
    std::optional<Retention> remove_on_fail;        ///< nothing: kept
    std::optional<std::int64_t> keep_logs;          ///< the newest lines; nothing: all
    std::optional<std::int64_t> stack_trace_limit;  ///< the newest entries; nothing: all
    std::optional<std::size_t>
        size_limit;  ///< bytes of data; larger is refused before Redis is touched
    std::optional<Timestamp> timestamp;                ///< creation time; nothing: now
    std::optional<ParentReference> parent;             ///< waits for this job
    OnChildFailure on_failure = OnChildFailure::wait;  ///< what it means for the parent
    std::optional<Deduplication> deduplication;        ///< not together with a parent
    /// BullMQ's telemetry metadata ("tm"): where in a trace it was added. Empty: of whoever adds
    /// it.
    std::string telemetry = {};
};

/// One job as stored.
struct Job {
    std::string id;         ///< unique within its queue
    std::string name;       ///< what a processor tells jobs apart by
    std::string data;       ///< JSON text; may be malformed when a foreign producer wrote it
    JobOptions options;     ///< as added
    Timestamp timestamp{};  ///< when it was added
    std::chrono::milliseconds delay{0};           ///< asked for; zero: none
    std::int64_t priority = 0;                    ///< 0 is none; 1 runs first
    int attempts_made = 0;                        ///< that ended, in success or failure
    int attempts_started = 0;                     ///< with those that a crash ended
    int stalled_counter = 0;                      ///< crashes of its workers
    std::optional<Timestamp> processed_on;        ///< of the last attempt
    std::optional<Timestamp> finished_on;         ///< of the last attempt
    std::string processed_by;                     ///< of the worker that has or had it
    std::string progress = "0";                   ///< JSON text
    std::optional<std::string> return_value;      ///< JSON text
    std::optional<std::string> failed_reason;     ///< of the last failure
    std::vector<std::string> stacktrace;          ///< of the failures, oldest first
    std::optional<std::string> deferred_failure;  ///< set: fail without running
    std::string parent_key;                       ///< full key of its parent; empty: none
    std::string deduplication_id;                 ///< empty: none
    std::string repeat_job_key;                   ///< the job scheduler it is a run of; empty: none
};

/// The children of a job by their full keys ("bull:mail:42").
struct Children {
    std::map<std::string, std::string> values;   ///< completed: their return values, JSON text
    std::map<std::string, std::string> ignored;  ///< failed, ignored or continued: their reasons
    std::vector<std::string> failed;             ///< failed, and the parent with them
    std::vector<std::string> pending;            ///< keys of those that have not ended
};

/// How many children of a job are where.
struct ChildrenCounts {
    std::int64_t completed = 0;  ///< with a value
    std::int64_t ignored = 0;    ///< failed, which the parent may ignore
    std::int64_t failed = 0;     ///< failed for good
    std::int64_t pending = 0;    ///< not ended
};

/// What a processor says about a job it was given. An exception means Retry with its text.
struct Completed {
    std::string return_value = "null";  ///< JSON
};
struct Retry {
    std::string reason;  ///< of the failure
};                       ///< consumes an attempt; backoff, or failed when none is left
struct FailPermanently {
    std::string reason;  ///< of the failure
};                       ///< failed now, whatever attempts are left
struct MoveToDelayed {
    Timestamp until;  ///< not before
};                    ///< again at that time; no attempt consumed
/// Back to the front, no attempt consumed. For so long this worker fetches nothing, and neither do
/// the others that have a rate limit, BullMQ's too: as Queue::rate_limit(). Workers without a limit
/// go on.
struct SlowDown {
    std::chrono::milliseconds pause;  ///< at most 366 days
};
/// Runs again when all its children have ended, at once when they have: the processor looks at the
/// job's data to know how far it came. Fails for good when a child failed that fails its parent. No
/// attempt is consumed.
struct WaitForChildren {};
using Outcome =
    std::variant<Completed, Retry, FailPermanently, MoveToDelayed, SlowDown, WaitForChildren>;

/// The wait before the next try of a job whose backoff type is neither fixed nor exponential, after
/// `made` tries; 0: at once, nothing: no further try. An exception fails the job for good.
using BackoffStrategy = std::function<std::optional<std::chrono::milliseconds>(
    const Job& job, int made, const std::string& reason)>;

/// How a job ended: its value, or why it failed for good.
struct Failed {
    std::string reason;  ///< of the last failure
};
using JobResult = std::variant<Completed, Failed>;

}  // namespace tripos::queue
