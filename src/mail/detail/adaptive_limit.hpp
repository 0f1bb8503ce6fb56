// SPDX-License-Identifier: MIT
#pragma once
// AdaptiveLimit: how many connections to a relay work at the same time. Halved when the relay
// refuses or throttles, at most once per round of transfers, and one more after each second in
// which all went well: additive increase, multiplicative decrease. Pure arithmetic; not
// thread-safe.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace tripos::mail::detail {

class AdaptiveLimit {
  public:
    using Instant = std::chrono::steady_clock::time_point;

    explicit AdaptiveLimit(std::size_t most) : most_(most), limit_(most) {}

    std::size_t current() const { return limit_; }

    /// Fewer at once; more as the relay bears them.
    void set_most(std::size_t most) {
        most_ = most;
        limit_ = std::min(limit_, most_);
    }

    void on_success(Instant now) {
        if (limit_ < most_ && now >= changed_ + kStep) {
            ++limit_;
            changed_ = now;
        }
    }

    /// A transfer that began at `begun` failed at `now`. Those that were under way together when
    /// the relay began to refuse count once.
    void on_failure(Instant begun, Instant now) {
        if (begun >= halved_) {
            limit_ = std::max<std::size_t>(1, limit_ / 2);
            halved_ = now;
        }
        changed_ = now;
    }

  private:
    static constexpr std::chrono::seconds kStep{1};

    std::size_t most_;
    std::size_t limit_;
    Instant changed_;  ///< the limit, or the last failure
    Instant halved_;
};

}  // namespace tripos::mail::detail
