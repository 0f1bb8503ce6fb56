// SPDX-License-Identifier: MIT
#pragma once
// JobSchedulers: jobs that come again, at an interval or by a cron pattern. Whichever worker
// fetches a run adds the next one before it processes it; slots that passed while no worker was
// there stay missed. Schedulers of BullMQ 5.66.4 and 6.x on Node are the same, run by either side.
// They live in Redis alone: who needs one that survives a Redis that lost its data looks now and
// then whether it is there.

#include <string>
#include <vector>

#include "queue/queue.hpp"

namespace tripos::queue {

/// When runs are. Either `every` or `pattern`.
struct RepeatOptions {
    std::chrono::milliseconds every{0};   ///< zero: by the pattern
    std::string pattern;                  ///< five fields, or six with seconds first; see cron.hpp
    std::string tz = "UTC";               ///< of the pattern, an IANA name
    std::optional<std::int64_t> limit;    ///< how many runs there are
    std::optional<Timestamp> start_date;  ///< nothing before that
    std::optional<Timestamp> end_date;    ///< no run is later
    std::chrono::milliseconds offset{
        0};                    ///< runs are so long after the multiples of `every` since 1970
    bool immediately = false;  ///< the first run of a pattern is now
};

/// What each run is. Its options may not name an id, a delay, a parent or a deduplication.
struct JobTemplate {
    std::string name;         ///< of every job it makes
    std::string data = "{}";  ///< JSON text
    JobOptions options;       ///< of every job it makes
};

/// One as stored.
struct JobScheduler {
    std::string id;                    ///< one scheduler per id
    RepeatOptions repeat;              ///< when
    JobTemplate job;                   ///< what
    std::int64_t iteration_count = 0;  ///< runs so far, the next one included
    Timestamp next{};                  ///< of the run that waits or is being worked
    std::string next_job_id;           ///< of that run
};

/// The next run of a scheduler.
struct ScheduledRun {
    std::string job_id;                  ///< of the job added just now
    std::chrono::milliseconds delay{0};  ///< until it runs
};

/// The schedulers of a queue. As thread-safe as the Queue, which outlives it; calls throw as its.
class JobSchedulers {
  public:
    explicit JobSchedulers(Queue& queue) : queue_(queue) {}  ///< which outlives it

    /// Creates a scheduler, or changes the one of that id: the run that waits is replaced, at its
    /// time when the interval stays the same. With an interval and no start the first run is now.
    /// An Error: something is not acceptable, the end is past, or no run can be added.
    Task<Result<ScheduledRun>> upsert(std::string id, RepeatOptions repeat, JobTemplate job);
    /// A run that waits or is being worked is the last. False: there is no such scheduler.
    Task<bool> remove(std::string id);

    Task<std::optional<JobScheduler>> get(std::string id);  ///< nothing: no such scheduler
    /// By their next run, `start`..`end` inclusive.
    Task<std::vector<JobScheduler>> list(std::int64_t start, std::int64_t end, bool ascending);
    Task<std::int64_t> count();  ///< of this queue

  private:
    Task<std::vector<JobScheduler>> read_all(std::vector<std::string> ids);

    Queue& queue_;
};

}  // namespace tripos::queue
