// SPDX-License-Identifier: MIT
#pragma once
// RelayPause: how long to leave a relay alone that is away or throttles. It doubles from 1 s to 30
// s with each failure in a row and starts again after a success. Pure arithmetic; not thread-safe.

#include <algorithm>
#include <chrono>

namespace tripos::mail::detail {

class RelayPause {
  public:
    using Instant = std::chrono::steady_clock::time_point;

    /// The pause after a failure at `now`; `requested` is what the relay's words asked for (0:
    /// nothing). Several connections that fail in one outage count once: inside a running pause it
    /// does not grow.
    std::chrono::milliseconds after_failure(Instant now, std::chrono::milliseconds requested) {
        if (now >= until_) {
            pause_ = pause_.count() == 0 ? kFirst : std::min(kLimit, pause_ * 2);
            until_ = now + pause_;
        }
        return std::max(pause_, requested);
    }

    void after_success() {
        pause_ = std::chrono::milliseconds(0);
        until_ = Instant();
    }

  private:
    static constexpr std::chrono::milliseconds kFirst{1'000};
    static constexpr std::chrono::milliseconds kLimit{30'000};

    std::chrono::milliseconds pause_{0};
    Instant until_;
};

}  // namespace tripos::mail::detail
