// SPDX-License-Identifier: MIT
#pragma once
// OutsideWatch: looks now and then at what a running server does not meet by itself - its machine,
// the database and Redis from outside, the relay, DNS, its own address - so that its findings speak
// of them too. A look may take seconds; it has a thread of its own.
//
// The gauge tripos_certificate_expiry_timestamp_seconds says when PUBLIC_URL's certificate ends.

#include <functional>
#include <mutex>
#include <stop_token>

#include "async/task_group.hpp"
#include "async/thread_pool.hpp"
#include "doctor/evidence.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::operations {

/// Thread-safe. Owned by the module; the context and the metrics outlive it.
class OutsideWatch {
  public:
    /// Blocks for some seconds at most, until it is to stop, and throws nothing.
    using Look = std::function<doctor::Evidence(std::stop_token)>;

    /// `look` may be empty: then nobody looks.
    OutsideWatch(asio::io_context& background, Metrics& metrics, Look look);

    void start();   ///< looks after 5 s, and then every 5 minutes
    Task<> stop();  ///< waits for no look; twice is fine

    /// What the last look saw; before it, that nobody has looked.
    doctor::Evidence latest() const;

  private:
    Task<> run();
    void note(doctor::Evidence seen);

    const Look look_;
    Gauge& certificate_ends_;
    mutable std::mutex mutex_;
    doctor::Evidence latest_;
    std::stop_source stop_;
    ThreadPool thread_;
    TaskGroup tasks_;
};

}  // namespace tripos::operations
