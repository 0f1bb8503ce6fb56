// SPDX-License-Identifier: MIT
#pragma once
// Queue: the producer's and administrator's side of a BullMQ queue. Shares queues with
// BullMQ 5.66.4 and 6.x on Node.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"
#include "queue/job.hpp"
#include "queue/rate_limit.hpp"
#include "redis/client.hpp"

namespace tripos::queue {

/// Which queue, and what its jobs have in common.
struct QueueOptions {
    std::string name;                  ///< no ':'
    std::string prefix = "bull";       ///< of its Redis keys
    JobOptions default_job_options;    ///< where a job's own options are at their default
    std::int64_t max_events = 10'000;  ///< length of the events stream, written to meta when absent
};

/// How many jobs ended as completed, or as failed, on workers that count (WorkerOptions::metrics).
struct QueueMetrics {
    std::int64_t count = 0;                 ///< since counting began
    std::optional<Timestamp> last_counted;  ///< when the newest minute was closed; nothing: never
    std::int64_t counted_before = 0;        ///< of `count`, those before that minute
    /// Per minute, newest first; the current minute is not among them. A minute is closed by the
    /// first job that ends after it: while nothing ends, nothing is added.
    std::vector<std::int64_t> per_minute;
};

/// A job to add.
struct NewJob {
    std::string name;         ///< what a processor tells jobs apart by
    std::string data = "{}";  ///< JSON text
    JobOptions options;       ///< how it is run and kept
};

enum class RemoveChildren { yes, no };

/// Thread-safe. The client outlives it. Every call throws redis::Unavailable or
/// redis::CommandFailed when Redis fails; a call whose reply was lost may have had its effect (give
/// jobs an id of your own and add again: that is a no-op).
class Queue {
  public:
    /// Client and clock outlive it.
    Queue(redis::Client& client, QueueOptions options, const Clock& clock);
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    const std::string& name() const;    ///< as given
    const std::string& prefix() const;  ///< as given
    /// "<prefix>:<name>", as a child refers to its parent's queue.
    std::string qualified_name() const;

    /// Adds a job; the id, also when a job of that id exists already, or that of the job it was
    /// deduplicated for. An Error: the options or the data are not acceptable, its parent is gone,
    /// or the job of that id belongs to another parent; nothing was touched.
    Task<Result<std::string>> add(NewJob job);
    /// Adds many in slices of atomic calls, in order; the ids in order. Validates all first. Should
    /// the parent of one be gone, the others are added before the Error.
    Task<Result<std::vector<std::string>>> add_bulk(std::vector<NewJob> jobs);

    Task<std::optional<Job>> get_job(std::string id);  ///< nothing: no such job
    Task<JobState> get_state(std::string id);          ///< unknown: no such job
    /// How the job ended; nothing while it has not. An Error: there is no such job (any more).
    Task<Result<std::optional<JobResult>>> get_result(std::string id);
    Task<std::map<JobState, std::int64_t>> counts();  ///< how many jobs are in each state
    /// Newest or oldest first, `start`..`end` inclusive, as BullMQ's getJobs.
    Task<std::vector<Job>> get_jobs(JobState state, std::int64_t start, std::int64_t end,
                                    bool ascending);
    Task<std::vector<std::string>> get_logs(std::string id);  ///< oldest first
    /// Runnable jobs of each of these priorities; 0 is the plain list.
    Task<std::map<std::int64_t, std::int64_t>> counts_per_priority(
        std::vector<std::int64_t> priorities);
    /// Of the most urgent 100 priorities that have jobs, without 0.
    Task<std::map<std::int64_t, std::int64_t>> counts_per_priority();
    /// Of completed or failed jobs, with the newest `minutes` points; as BullMQ's getMetrics.
    /// Requires: one of these two states.
    Task<QueueMetrics> metrics(JobState state, std::int64_t minutes = 60);

    Task<> pause();          ///< running jobs go on, none begins
    Task<> resume();         ///< jobs begin again
    Task<bool> is_paused();  ///< for all workers
    /// An Error when the job is not there or not in a fitting state.
    Task<Result<>> retry(std::string id);
    Task<Result<>> promote(std::string id);  ///< runs a delayed job now
    /// With its children, whatever their queue. An Error also while one of those it waits for runs.
    Task<Result<>> remove(std::string id, RemoveChildren children = RemoveChildren::yes);

    // One job. An Error: it is gone, not in a fitting state, or the value is not acceptable.
    /// `lifo`: before the others of that priority. Of a job that is not runnable only the field
    /// changes: a delayed one has it when it is due.
    Task<Result<>> change_priority(std::string id, std::int64_t priority, bool lifo = false);
    /// A delayed job is due `delay` from now.
    Task<Result<>> change_delay(std::string id, std::chrono::milliseconds delay);
    /// JSON; an Error when the job is not there.
    Task<Result<>> update_data(std::string id, std::string json);
    /// JSON; an Error when the job is not there.
    Task<Result<>> update_progress(std::string id, std::string json);
    /// Keeps the newest `keep` lines, or all; the number of lines there are then.
    Task<Result<std::int64_t>> add_log(std::string id, std::string line,
                                       std::optional<std::int64_t> keep = std::nullopt);

    // Parents and children; FlowProducer adds whole trees.
    Task<Children> children(std::string id);               ///< those of a parent, by outcome
    Task<ChildrenCounts> children_counts(std::string id);  ///< without reading them
    /// Removes the children the job waits for that have not failed, nor they or one of their own is
    /// being worked on; how many.
    Task<Result<std::int64_t>> remove_unprocessed_children(std::string id);
    /// The parent of this child waits for it no longer; false: it did not. An Error: one of them is
    /// gone.
    Task<Result<bool>> remove_child_dependency(std::string id);

    // Deduplication.
    /// The job that is in the way of others with this deduplication id.
    Task<std::optional<std::string>> deduplication_job_id(std::string deduplication_id);
    /// The next add with this id counts again; false: nothing was in its way.
    Task<bool> remove_deduplication_key(std::string deduplication_id);
    /// The same by the job; false: another one is in the way, or none.
    Task<Result<bool>> release_deduplication(std::string id);

    // Many jobs, in slices: each slice is atomic, the whole is not. `progress` is told the total so
    // far after each slice, on the caller's context. A `limit` of 0 means all.
    /// Hears how many were handled so far.
    using Progress = std::function<void(std::int64_t done)>;
    /// Removes what waits, and with `delayed` what is delayed; the number. The current runs of job
    /// schedulers stay.
    Task<std::int64_t> drain(bool delayed, Progress progress = nullptr);
    /// Removes jobs of a state that are older than `grace`, oldest first; their ids. Finished jobs
    /// are as old as their end, others as their last start or their creation. Of active jobs only
    /// those without a lock. An Error: not a state that can be cleaned.
    Task<Result<std::vector<std::string>>> clean(std::chrono::milliseconds grace,
                                                 std::int64_t limit, JobState state,
                                                 Progress progress = nullptr);
    /// Pauses the queue and removes everything, its settings included. An Error: jobs are active
    /// and `force` is not set; the queue stays paused.
    Task<Result<>> obliterate(bool force, Progress progress = nullptr);
    /// Runs finished jobs again, oldest first, behind those that wait whatever their priority, as
    /// BullMQ does; the number. An Error: a state that is neither failed nor completed.
    Task<Result<std::int64_t>> retry_all(JobState state, std::int64_t limit = 0,
                                         Progress progress = nullptr);
    /// Makes every delayed job runnable, whatever its priority, as BullMQ does; the number.
    Task<std::int64_t> promote_all(Progress progress = nullptr);

    // Settings of the whole queue, whoever works on it.
    /// How many jobs may be active at once. An Error: not positive.
    Task<Result<>> set_global_concurrency(std::int64_t jobs);
    Task<std::optional<std::int64_t>> global_concurrency();  ///< nothing: no limit
    Task<> remove_global_concurrency();                      ///< each worker's own counts again
    /// True while as many jobs are active as the global concurrency allows.
    Task<bool> is_maxed();
    /// Beats the `max` of the workers' own limiters. An Error: not positive.
    Task<Result<>> set_global_rate_limit(RateLimit limit);
    Task<std::optional<RateLimit>> global_rate_limit();  ///< nothing: no limit
    Task<> remove_global_rate_limit();                   ///< jobs begin as they come
    /// Workers that have a limit start nothing for so long. An Error: not positive.
    Task<Result<>> rate_limit(std::chrono::milliseconds duration);
    /// Ends the current window at once.
    Task<> remove_rate_limit();
    /// How long no job starts because the window is used up: of `max` jobs, or of the global limit;
    /// 0: one may start.
    Task<std::chrono::milliseconds> rate_limit_ttl(std::optional<std::int64_t> max = std::nullopt);

    /// Shortens the events stream to about `length`; the number of events removed.
    Task<std::int64_t> trim_events(std::int64_t length);

    class Impl;

  private:
    friend class JobSchedulers;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::queue
