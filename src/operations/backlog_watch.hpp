// SPDX-License-Identifier: MIT
#pragma once
// BacklogWatch: what waits to be done, as figures: tripos_queue_jobs, _oldest_seconds,
// _idle_seconds, _paused and _workers of each queue that a server works on,
// tripos_mail_outbox_oldest_seconds and tripos_mail_queued_seconds. Every process of a site sees
// the same: of several, take the largest.

#include <memory>
#include <string>
#include <vector>

#include "async/task_group.hpp"
#include "operations/operations_parts.hpp"
#include "operations/worker_grace.hpp"

namespace tripos::operations {

/// Confined to the background context. The parts outlive it.
class BacklogWatch {
  public:
    BacklogWatch(const OperationsParts& parts, const std::string& queue_prefix,
                 const std::vector<std::string>& queues);

    ~BacklogWatch();

    void start();   ///< looks at once, and then every 15 s
    Task<> stop();  ///< twice is fine

  private:
    struct Watched;
    struct Seen;

    Task<> run();
    Task<> look_into(Watched& one);
    Task<> look_into_database();
    Task<Seen> ask_database();

    const OperationsParts& parts_;
    Gauge& outbox_oldest_;
    Gauge& mail_queued_;
    Gauge& sql_up_;
    Gauge& running_;
    Gauge& overdue_;
    const WorkerGrace grace_;
    std::vector<std::unique_ptr<Watched>> queues_;
    TaskGroup tasks_;
};

}  // namespace tripos::operations
