// SPDX-License-Identifier: MIT
#pragma once
// TaskGroup: the owner of background coroutines. Whoever starts work that outlives a call keeps a
// TaskGroup as its last member, so that the work ends before what it uses. The only place that
// detaches a coroutine.

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string_view>

#include "async/task.hpp"

namespace tripos {

/// Confined to its context, except the constructor.
/// Lifetime: a spawned Task may refer to objects that outlive stop(). An exception that escapes a
/// Task is logged as an error with the task's name; operation_aborted after stop() ends it quietly.
class TaskGroup {
  public:
    explicit TaskGroup(asio::any_io_executor executor);  ///< runs its tasks on `executor`
    ~TaskGroup();  ///< Requires: stop() has completed, or nothing was spawned, or the context no
                   ///< longer runs.
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `task` on the group's context. After stop() it is dropped unstarted.
    /// Callable from any thread when the context is not running yet.
    void spawn(std::string_view name, Task<> task);

    /// Cancels every task (their next cancellable wait throws operation_aborted) and waits until
    /// all have ended. May be called twice, or before anything was spawned.
    Task<> stop();

    /// Waits until all have ended without cancelling them.
    Task<> join();

    std::size_t size() const;  ///< tasks that have not ended

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tripos
