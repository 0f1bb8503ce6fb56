// SPDX-License-Identifier: MIT
#pragma once
// RelayPause: how long a connection leaves a relay alone that is away or throttles. It doubles from
// 1 s to 30 s with each failure in a row and starts again after a success. Pure arithmetic; not
// thread-safe.

#include <algorithm>
#include <chrono>

namespace tripos::mail::detail {

class RelayPause {
  public:
    /// The pause after a failure; `requested` is what the relay's words asked for (0: nothing).
    std::chrono::milliseconds after_failure(std::chrono::milliseconds requested) {
        pause_ = pause_.count() == 0 ? kFirst : std::min(kLimit, pause_ * 2);
        return std::max(pause_, requested);
    }

    void after_success() { pause_ = std::chrono::milliseconds(0); }

  private:
    static constexpr std::chrono::milliseconds kFirst{1'000};
    static constexpr std::chrono::milliseconds kLimit{30'000};

    std::chrono::milliseconds pause_{0};
};

}  // namespace tripos::mail::detail
