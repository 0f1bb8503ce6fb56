// SPDX-License-Identifier: MIT
#pragma once
// Processors that are plain blocking functions: they run on a ThreadPool, so that the worker's
// context stays free to renew locks. The pool should have as many threads as the worker has slots.

#include <functional>
#include <string>

#include "async/thread_pool.hpp"
#include "queue/worker.hpp"

namespace tripos::queue {

/// What a blocking processor may ask of its worker, from its pool thread.
class BlockingContext {
  public:
    virtual ~BlockingContext() = default;
    /// As JobContext's; a long computation asks now and then.
    virtual bool is_abandoned() const = 0;
    /// Waits until Redis has it. Throws what JobContext's throws.
    virtual void log(std::string line) = 0;
    virtual void update_progress(std::string json) = 0;  ///< JSON; waits until it is stored
};

using BlockingFunction = std::function<Outcome(const Job& job, BlockingContext& context)>;

/// A processor that runs `function` on `pool`, which outlives the worker. A call cannot be
/// interrupted: closing the worker waits for those that run. Exceptions mean Retry, as those of any
/// processor, also that of a pool whose queue is full.
Processor blocking(ThreadPool& pool, BlockingFunction function);

}  // namespace tripos::queue
