// SPDX-License-Identifier: MIT
#pragma once
// What is wrong with the site, as far as a running server sees it: the doctor's table over what the
// server has at hand (docs/troubleshooting.md).
//
//   GET  /api/admin/findings   -> data: every check with its verdict, the worst first
//   POST /control/findings     -> {data, instance}, for `tripos doctor`

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "doctor/evidence.hpp"
#include "operations/operations_parts.hpp"
#include "operations/outside_watch.hpp"
#include "operations/worker_grace.hpp"

namespace tripos::operations {

/// Thread-safe. The parts outlive it.
class FindingsApi {
  public:
    /// `instance`: of this process, for /control/findings.
    FindingsApi(const OperationsParts& parts, std::string queue_prefix, std::string instance);

    void start() { outside_.start(); }
    Task<> stop() { return outside_.stop(); }

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void add_control_routes(http::Router& router);

  private:
    Task<http::Reply> list(http::Request& request);
    Task<http::Reply> control_list(http::Request& request);
    Task<boost::json::array> findings();
    Task<doctor::Evidence> gather();
    /// `outside`: what was seen of the servers from there.
    std::vector<doctor::RedisLook> redis(const std::vector<doctor::RedisLook>& outside) const;
    Task<std::vector<queue::QueueCondition>> queues();
    /// Those of a minute ago at most.
    Task<> add_strays(std::vector<queue::QueueCondition>& queues);
    Task<doctor::OutboxLook> outbox();

    const OperationsParts& parts_;
    const std::string queue_prefix_;
    const std::string instance_;
    const WorkerGrace grace_;
    OutsideWatch outside_;
    std::mutex mutex_;                                        ///< of what follows
    std::map<std::string, std::vector<std::string>> strays_;  ///< by queue
    std::chrono::steady_clock::time_point strays_due_{};      ///< when they are looked for again
};

/// The queues that a server works on.
const std::vector<std::string>& own_queues();

}  // namespace tripos::operations
