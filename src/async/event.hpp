// SPDX-License-Identifier: MIT
#pragma once
// Event: wakes coroutines that wait for "something changed". Auto-reset: a notify with nobody
// waiting is remembered once, so no wake-up is lost.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "async/task.hpp"

namespace tripos {

/// Confined to its context; notify_from_any_thread() may be called anywhere while the context
/// lives.
class Event {
  public:
    explicit Event(asio::any_io_executor executor);  ///< resumes those who wait on `executor`

    void notify();                  ///< on the executor's thread
    void notify_from_any_thread();  ///< wakes as notify() does, a moment later

    /// Until notified, or `limit` has passed; true if notified. One waiter at a time. Throws
    /// operation_aborted when cancelled.
    Task<bool> wait_for(std::chrono::steady_clock::duration limit);

  private:
    asio::steady_timer timer_;
    bool signalled_ = false;
};

}  // namespace tripos
