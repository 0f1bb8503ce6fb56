// SPDX-License-Identifier: MIT
#pragma once
// QueueTuning: what is changed of a queue while the site runs - how many jobs at once, a pause -
// and kept over a restart. SQL has the truth; every process adopts it within some seconds, and
// Redis, whose workers obey it, gets it back after it has lost everything.
//
// Beside what it wrote into the queue's `meta`, Redis keeps the version of that. As long as it is
// the one of SQL, nothing is written: whoever pauses or resumes by Node keeps the last word.
// Whoever writes leaves a mark there first. When another has written since, or when the version
// before was not the one its own follows, nobody knows whether all of it is there, and the next
// round writes anew.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "operations/operations_parts.hpp"
#include "operations/queue_tuning_store.hpp"
#include "queue/queue.hpp"
#include "redis/script.hpp"

namespace tripos::operations {

using queue_tuning_store::Tuned;

/// Thread-safe but for start() and stop(). The parts outlive it.
class QueueTuning {
  public:
    QueueTuning(const OperationsParts& parts, std::string queue_prefix);

    /// At once, before workers begin. An outage is none of its business: start() looks again.
    Task<> adopt();
    void start();
    Task<> stop();  ///< twice is fine

    /// So many jobs of the queue at once, on all workers; nothing: as the settings have it. Throws
    /// as sql::Database and queue::Queue do; what SQL has taken Redis gets in the next round.
    Task<> set_concurrency(queue::Queue& queue, std::optional<std::int64_t> jobs);
    /// Paused even where SQL is away: then only Redis remembers it.
    Task<> pause(queue::Queue& queue);
    Task<> resume(queue::Queue& queue);
    /// The queue is gone.
    Task<> forget(const queue::Queue& queue);
    /// Those that differ from the settings.
    Task<std::vector<Tuned>> list();

  private:
    struct Change {
        std::int64_t mark;
        std::int64_t seen;  ///< the version before; 0: none
    };

    Task<> run();
    Task<> look();
    void adopt_here(const std::vector<Tuned>& all);
    Task<> bring_to_redis(Tuned tuned);
    Task<> keep_pause(queue::Queue& queue, bool is_paused);
    Task<> limit(queue::Queue& queue, std::optional<std::int64_t> jobs);
    Task<> hold(queue::Queue& queue, bool is_paused);
    Task<Change> begin_change(const queue::Queue& queue);
    /// Of who wrote all that is tuned.
    Task<> end_change(const queue::Queue& queue, Change change, std::int64_t version);
    /// Of who wrote one part: the other is of this version only if all was of the one before.
    Task<> end_part(const queue::Queue& queue, Change change, std::int64_t version);
    Task<std::optional<std::int64_t>> version_in_redis(const queue::Queue& queue);

    const OperationsParts& parts_;
    const std::string prefix_;
    const redis::Script begin_change_;
    const redis::Script end_change_;
    /// Of the background context:
    std::map<std::string, std::optional<std::int64_t>> adopted_;
    bool was_connected_ = false;
    Event changed_;
    TaskGroup tasks_;
};

}  // namespace tripos::operations
