// SPDX-License-Identifier: MIT
#pragma once
// The greeting of all connections of a Client, which may be set while they connect. Thread-safe.

#include <mutex>

#include "redis/greeting.hpp"

namespace tripos::redis {

class GreetingSlot {
  public:
    void set(Greeting greeting) {
        const std::lock_guard lock(mutex_);
        greeting_ = std::move(greeting);
    }
    /// Empty: none.
    Greeting get() const {
        const std::lock_guard lock(mutex_);
        return greeting_;
    }

  private:
    mutable std::mutex mutex_;
    Greeting greeting_;
};

}  // namespace tripos::redis
