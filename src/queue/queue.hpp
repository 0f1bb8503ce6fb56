// SPDX-License-Identifier: MIT
#pragma once
// Queue: the producer's and administrator's side of a BullMQ queue. Shares queues with
// BullMQ 5.66.4 and 6.x on Node.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"
#include "queue/job.hpp"
#include "redis/client.hpp"

namespace tripos::queue {

struct QueueOptions {
    std::string name;  ///< no ':'
    std::string prefix = "bull";
    JobOptions default_job_options;    ///< where a job's own options are at their default
    std::int64_t max_events = 10'000;  ///< length of the events stream, written to meta when absent
};

struct NewJob {
    std::string name;
    std::string data = "{}";  ///< JSON text
    JobOptions options;
};

/// Thread-safe. The client outlives it. Every call throws redis::Unavailable or
/// redis::CommandFailed when Redis fails; a call whose reply was lost may have had its effect (give
/// jobs an id of your own and add again: that is a no-op).
class Queue {
  public:
    Queue(redis::Client& client, QueueOptions options, const Clock& clock);
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    const std::string& name() const;
    const std::string& prefix() const;

    /// Adds a job; the id, also when a job of that id exists already. An Error: the options or the
    /// data are not acceptable, nothing was touched.
    Task<Result<std::string>> add(NewJob job);
    /// Adds many in slices of atomic calls, in order; the ids in order. Validates all first.
    Task<Result<std::vector<std::string>>> add_bulk(std::vector<NewJob> jobs);

    Task<std::optional<Job>> get_job(std::string id);
    Task<JobState> get_state(std::string id);
    Task<std::map<JobState, std::int64_t>> counts();
    /// Newest or oldest first, `start`..`end` inclusive, as BullMQ's getJobs.
    Task<std::vector<Job>> get_jobs(JobState state, std::int64_t start, std::int64_t end,
                                    bool ascending);
    Task<std::vector<std::string>> get_logs(std::string id);

    Task<> pause();
    Task<> resume();
    Task<bool> is_paused();
    /// An Error when the job is not there or not in a fitting state.
    Task<Result<>> retry(std::string id);
    Task<Result<>> promote(std::string id);
    Task<Result<>> remove(std::string id);

    class Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::queue
