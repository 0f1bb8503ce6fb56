// SPDX-License-Identifier: MIT
#pragma once
// Exponential backoff with jitter, for reconnecting and repeating. Pure arithmetic.

#include <chrono>

#include "core/random.hpp"

namespace tripos {

/// How long the waits are.
struct BackoffOptions {
    std::chrono::milliseconds first{100};   ///< the first wait
    std::chrono::milliseconds limit{5000};  ///< no wait is longer
    double jitter = 0.2;                    ///< share of the delay that is random, 0 to 1
};

/// Not thread-safe.
class Backoff {
  public:
    /// `random` outlives it.
    Backoff(BackoffOptions options, Random& random) : options_(options), random_(random) {}
    /// The next delay: first, doubled each time, at most limit.
    std::chrono::milliseconds next();
    void reset() { tries_ = 0; }          ///< after a success
    int tries() const { return tries_; }  ///< waits since the last reset

  private:
    BackoffOptions options_;
    Random& random_;
    int tries_ = 0;
};

}  // namespace tripos
