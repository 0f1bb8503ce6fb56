// SPDX-License-Identifier: MIT
#pragma once
// HistoryApi: the last hour of the key figures, without Prometheus.
//
//   GET /api/admin/history?after=   -> data: since, intervalSeconds, samples oldest first
//
// A sample every 10 s tells of the minute before it, so that single requests do not make the lines
// jump. It lives in this process: a restart forgets it, and each process has its own.

#include <deque>

#include "async/task_group.hpp"
#include "operations/history_figures.hpp"
#include "operations/operations_parts.hpp"

namespace tripos::operations {

/// Thread-safe. The parts outlive it.
class HistoryApi {
  public:
    explicit HistoryApi(const OperationsParts& parts);

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void start();
    Task<> stop();  ///< twice is fine

  private:
    Task<http::Reply> show(http::Request& request);
    Task<> run();
    void take();

    const OperationsParts& parts_;
    const Timestamp since_;
    History history_;
    std::deque<Totals> minute_;  ///< those of the last minute, oldest first; of run()
    TaskGroup tasks_;
};

}  // namespace tripos::operations
