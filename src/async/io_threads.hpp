// SPDX-License-Identifier: MIT
#pragma once
// IoThreads: one io_context per thread. The HTTP server spreads connections over `count` of them;
// one more, background(), carries queue workers, the outbox relay and periodic work, so that they
// never delay a request; it is a patient thread (this_thread.hpp).

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "async/task.hpp"

namespace tripos {

/// Owned by the composition root; everything that runs on a context is destroyed before it.
class IoThreads {
  public:
    explicit IoThreads(std::size_t request_threads);  ///< 0: one per core
    ~IoThreads();                                     ///< stop()s
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    void start();  ///< begins to run all contexts; twice is fine
    /// Stops the contexts where they are and joins the threads. Twice is fine; start() goes on.
    void stop();

    std::size_t request_count() const { return contexts_.size() - 1; }  ///< contexts for requests
    /// The index-th for requests.
    asio::io_context& request(std::size_t index) { return *contexts_[index + 1]; }
    asio::io_context& background() { return *contexts_.front(); }  ///< the one for background work
    /// Every context, background first.
    std::vector<asio::io_context*> all();

  private:
    using Work = asio::executor_work_guard<asio::io_context::executor_type>;
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<Work> work_;
    std::vector<std::thread> threads_;
};

/// Runs `task` on `context` from a plain thread and waits for its result; rethrows its exception.
/// The context must be run by another thread.
template <class T>
T run_blocking(asio::io_context& context, Task<T> task);

/// For the destructor of what works on `context`: runs `task` there and waits for its end. Callable
/// from any thread; on the context's own one its other handlers run meanwhile. A context that has
/// stopped does no harm any more: then there is nothing to wait for. What escapes is logged.
void finish_on(asio::io_context& context, Task<> task);

}  // namespace tripos

#include "async/detail/run_blocking.hpp"
