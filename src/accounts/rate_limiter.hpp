// SPDX-License-Identifier: MIT
#pragma once
// RateLimiter: how often something may happen per key within a window. Windows are fixed: they
// begin with the first try. In this process and bounded: when too many keys are alive, the ones
// whose window ends first are forgotten.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/clock.hpp"

namespace tripos::accounts {

struct RateLimit {
    int count = 0;  ///< tries per window
    std::chrono::seconds window{0};
};

/// Thread-safe.
class RateLimiter {
  public:
    explicit RateLimiter(const Clock& clock, std::size_t key_limit = 100'000)
        : clock_(clock), key_limit_(key_limit) {}

    /// Counts one try. Nothing: it is within the limit; otherwise how long to wait, at least a
    /// second.
    std::optional<std::chrono::seconds> hit(std::string key, RateLimit limit);

    std::size_t size() const;

  private:
    struct Window {
        Timestamp ends_at;
        int tries = 0;
    };

    void make_room(Timestamp now);

    const Clock& clock_;
    const std::size_t key_limit_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Window> windows_;
};

}  // namespace tripos::accounts
