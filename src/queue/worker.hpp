// SPDX-License-Identifier: MIT
#pragma once
// Worker: takes jobs from a BullMQ queue and runs a processor on them, several at a time.
//
// Delivery: at least once. A job runs again only when its lock was lost (this process died or froze
// for longer than lock_duration). Effects must tolerate that, or check before they act.

#include <functional>
#include <memory>
#include <string>

#include "core/random.hpp"
#include "queue/job.hpp"
#include "queue/rate_limit.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::queue {

/// Jobs finished per minute, kept in Redis for all to see: Queue::metrics().
struct MetricsOptions {
    std::int64_t max_data_points = 7 * 24 * 60;  ///< minutes kept; at least 1
};

/// Which queue is worked on, and how.
struct WorkerOptions {
    std::string queue;                                   ///< its name
    std::string prefix = "bull";                         ///< of its Redis keys
    std::string name;                                    ///< shown as "processed by"; empty: none
    std::size_t concurrency = 1;                         ///< jobs at once
    std::chrono::milliseconds lock_duration{30'000};     ///< without renewal it is lost after that
    std::chrono::milliseconds stalled_interval{30'000};  ///< between looks for jobs of dead workers
    int max_stalled_count = 1;                           ///< then the job fails
    std::chrono::milliseconds drain_delay{5'000};        ///< poll at least this often while idle
    std::optional<Retention> remove_on_complete;         ///< where the job says nothing
    std::optional<Retention> remove_on_fail;             ///< unless the job says; nothing: kept
    std::optional<RateLimit> limiter;  ///< of the queue, if its workers agree; at least 1 each
    std::optional<int> max_started_attempts;  ///< a job started more often fails, without running
    std::optional<MetricsOptions> metrics;    ///< none: what this worker finishes is not counted
    trace::Tracer* tracer = nullptr;          ///< null: jobs are not recorded; outlives the worker
    BackoffStrategy backoff_strategy;  ///< for types of one's own; none: they wait like fixed ones
};

/// Given to the processor besides the job.
class JobContext {
  public:
    virtual ~JobContext() = default;
    /// True once the lock is lost, or could not be renewed in time, or the worker closes in haste:
    /// another worker may have the job, and the result will not count. May be asked from any
    /// thread.
    virtual bool is_abandoned() const = 0;
    virtual Task<> log(std::string line) = 0;              ///< kept with the job
    virtual Task<> update_progress(std::string json) = 0;  ///< JSON; queue events carry it
    /// What became of the job's children so far.
    virtual Task<Children> children() = 0;
};

/// Runs on the worker's context. `job` and `context` live until it returns.
using Processor = std::function<Task<Outcome>(const Job& job, JobContext& context)>;
/// Called on the worker's context after a job has reached its final failure, with its reason.
using FailedHandler = std::function<Task<>(const Job& job, const std::string& reason)>;

/// Confined to `context` except where said. The client outlives it.
class Worker {
  public:
    /// All outlive it.
    Worker(asio::io_context& context, redis::Client& client, WorkerOptions options,
           Processor processor, const Clock& clock, Random& random, Metrics& metrics);
    /// Closes without grace, unless close() has, and waits until no processor runs any more. On any
    /// thread, but not from a processor of its own.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void on_failed(FailedHandler handler);  ///< before start()
    /// Starts fetching; survives a Redis that is away, now or later.
    void start();
    /// Changes the number of slots while running.
    void set_concurrency(std::size_t slots);
    /// Fetches nothing more, waits for running jobs up to `grace`, hands back what has not started,
    /// then cancels the rest (their locks expire and another worker takes them). Twice is fine.
    Task<> close(std::chrono::milliseconds grace);
    std::size_t active() const;  ///< jobs being worked on

    class Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace tripos::queue
