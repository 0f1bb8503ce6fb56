// SPDX-License-Identifier: MIT
#pragma once
// FakeClock: the test decides what time it is. Starts at 2026-01-05T09:00:00Z, a Monday.

#include <atomic>
#include <chrono>

#include "core/clock.hpp"

namespace tripos::test {

/// Thread-safe.
class FakeClock final : public Clock {
  public:
    static constexpr Timestamp kStart =
        std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + std::chrono::hours(9);

    explicit FakeClock(Timestamp start = kStart) : millis_(to_millis(start)) {}

    Timestamp now() const override { return from_millis(millis_.load()); }

    void set(Timestamp at) { millis_.store(to_millis(at)); }
    void advance(std::chrono::milliseconds by) { millis_.fetch_add(by.count()); }

  private:
    std::atomic<std::int64_t> millis_;
};

}  // namespace tripos::test
