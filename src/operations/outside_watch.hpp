// SPDX-License-Identifier: MIT
#pragma once
// OutsideWatch: looks now and then at what a running server does not meet by itself - its machine,
// the database from outside, the relay - so that its findings speak of them too. A look may take
// seconds; it has a thread of its own.

#include <functional>
#include <mutex>

#include "async/task_group.hpp"
#include "async/thread_pool.hpp"
#include "doctor/evidence.hpp"

namespace tripos::operations {

/// Thread-safe. Owned by the module; the context outlives it.
class OutsideWatch {
  public:
    /// `look`: blocks for some seconds at most, and throws nothing; empty: nobody looks.
    OutsideWatch(asio::io_context& background, std::function<doctor::Evidence()> look);

    void start();   ///< looks after 5 s, and then every 5 minutes
    Task<> stop();  ///< twice is fine

    /// What the last look saw; before it, that nobody has looked.
    doctor::Evidence latest() const;

  private:
    Task<> run();

    const std::function<doctor::Evidence()> look_;
    mutable std::mutex mutex_;
    doctor::Evidence latest_;
    ThreadPool thread_;
    TaskGroup tasks_;
};

}  // namespace tripos::operations
