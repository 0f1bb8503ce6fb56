// SPDX-License-Identifier: MIT
#pragma once
// WorkerGrace: while a process starts its workers are not connected yet. That a queue has none then
// says nothing, and nobody is to be woken for it.

#include <chrono>

#include "queue/condition.hpp"

namespace tripos::operations {

/// Value type; its time begins when it is made.
class WorkerGrace {
  public:
    static constexpr std::chrono::seconds kLength{30};

    /// Of none: nobody knows, while it lasts.
    void apply(queue::QueueCondition& seen, std::chrono::steady_clock::time_point now) const {
        if (seen.workers == 0 && now - begun_ < kLength) {
            seen.workers.reset();
        }
    }

  private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace tripos::operations
