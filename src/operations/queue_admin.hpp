// SPDX-License-Identifier: MIT
#pragma once
// QueueAdmin: the queues of this Redis as the administration sees them. The routes of the HTTP API
// and those of the control socket both work through it. It knows the queue that this server works
// and every other one that has a `meta` key under the prefix (docs/queue-admin.md).

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operations/queue_filter.hpp"
#include "operations/queue_tuning.hpp"
#include "queue/condition.hpp"
#include "queue/queue.hpp"
#include "redis/client.hpp"

namespace tripos::operations {

struct QueueSummary {
    std::string name;
    bool is_paused = false;
    std::map<queue::JobState, std::int64_t> counts;
};

struct QueueListing {
    std::vector<QueueSummary> queues;  ///< by name
    bool is_complete = true;           ///< false: Redis holds more keys than one call looks through
};

struct JobQuery {
    std::optional<queue::JobState> state;  ///< nothing: all, those with work to do first
    std::string name;                      ///< with a state: only jobs of this name; empty: any
    std::string reason;                    ///< with a state: a part of why they failed; empty: any
    std::int64_t offset = 0;
    std::int64_t limit = 10;
    bool ascending = false;  ///< oldest first
};

struct StatedJob {
    queue::Job job;
    queue::JobState state = queue::JobState::unknown;
};

struct JobListing {
    std::vector<StatedJob> jobs;
    std::int64_t total = 0;
};

struct QueueHistory {
    std::vector<std::int64_t> completed;
    std::vector<std::int64_t> failed;
};

/// An entry of a queue's event stream.
struct QueueEvent {
    std::string id;  ///< "<ms>-<n>", of Redis
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;
};

/// The seven states a job can be listed by, in the order of listings.
const std::vector<queue::JobState>& listed_states();
/// Nothing for a word that is none of them. "wait" is understood, as BullMQ says it.
std::optional<queue::JobState> parse_job_state(std::string_view word);

/// Thread-safe. The client, the tuning, the clock and the randomness outlive it. Every call throws
/// redis::Unavailable or redis::CommandFailed when Redis fails.
class QueueAdmin {
  public:
    QueueAdmin(redis::Client& client, std::string prefix, QueueTuning& tuning, const Clock& clock,
               Random& random);

    /// What is changed of a queue and outlives a restart.
    QueueTuning& tuning() { return tuning_; }

    /// By the clock of the queues.
    Timestamp now() const { return clock_.now(); }

    /// At most kMaxQueues. Their names may be so old: to find them Redis looks through its keys.
    Task<QueueListing> list(std::chrono::seconds names_age);
    /// One came or went: the next listing looks anew.
    void forget_names();
    /// The queue of that name, also for one that does not exist yet. An Error for what cannot be a
    /// name.
    Result<std::unique_ptr<queue::Queue>> open(const std::string& name);
    /// As open(), but a queue that does not exist is an Error (not_found).
    Task<Result<std::unique_ptr<queue::Queue>>> find(std::string name);

    static Task<QueueSummary> summary(queue::Queue& queue);
    static Task<JobListing> jobs(queue::Queue& queue, JobQuery query);
    /// Whether its jobs get done.
    Task<queue::QueueCondition> condition(queue::Queue& queue);

    /// How many jobs go with this one when it is removed: its children, whatever became of them,
    /// theirs, and so on. Counts no further than kMostCounted.
    Task<std::size_t> count_children(const queue::Queue& queue, std::string id);

    /// What ended per minute, newest first, the running minute included. Zeros where no worker
    /// counts.
    Task<QueueHistory> history(queue::Queue& queue, std::int64_t minutes);

    /// The newest `count` events, oldest first.
    Task<std::vector<QueueEvent>> newest_events(const queue::Queue& queue, std::int64_t count);
    /// At most `count` events after the one of that id ("0": from the beginning), oldest first.
    Task<std::vector<QueueEvent>> events_after(const queue::Queue& queue, std::string id,
                                               std::int64_t count);
    /// Listens until an event after the one of that id comes, at most kLongestWait. Not cancelled
    /// before.
    Task<> await_event(const queue::Queue& queue, std::string id);

    static constexpr std::size_t kMaxQueues = 1'000;
    static constexpr std::size_t kMostCounted = 10'000;
    static constexpr std::chrono::milliseconds kLongestWait{1'000};

  private:
    static Task<JobListing> filtered_jobs(queue::Queue& queue, JobQuery query);
    /// Of queues, sorted, when they were read.
    struct Names {
        std::vector<std::string> all;
        bool is_complete = true;
        std::chrono::steady_clock::time_point read_at = std::chrono::steady_clock::now();
    };

    Task<Names> names(std::chrono::seconds age);
    Task<Names> read_names();
    /// Keys of those that are there.
    Task<std::vector<std::string>> children_of(std::string job_key);
    Task<std::vector<QueueEvent>> read_events(redis::Arguments command);

    redis::Client& client_;
    const std::string prefix_;
    QueueTuning& tuning_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;  ///< of what follows
    std::optional<Names> names_;
};

}  // namespace tripos::operations
