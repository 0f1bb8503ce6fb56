// SPDX-License-Identifier: MIT
#pragma once
// Freshness: how far behind the last invalidation an answer may be. A family has one; a call may
// only ask for a tighter one. Value type.

#include <algorithm>
#include <chrono>

namespace tripos::cache {

/// How far behind an answer may be.
class Freshness {
  public:
    /// With this resolution.
    using Duration = std::chrono::milliseconds;

    /// Whatever this process holds. Redis announces each invalidation to it; an announcement takes
    /// as long as a packet, and CacheOptions::max_staleness bounds the case that none comes.
    static constexpr Freshness cached() { return Freshness(Duration::max()); }
    /// Nothing invalidated longer than `staleness` ago. Usually costs nothing: the connection is
    /// asked for a sign of life each CacheOptions::sync_interval.
    static constexpr Freshness at_most(Duration staleness) { return Freshness(staleness); }
    /// Nothing whose invalidation was confirmed anywhere before this call began. Costs one round
    /// trip, shared by all calls of the same turn of the event loop.
    static constexpr Freshness strict() { return Freshness(Duration::zero()); }

    /// Zero: strict; the largest: whatever is held.
    constexpr Duration staleness() const { return staleness_; }
    /// One round trip is asked for.
    constexpr bool is_strict() const { return staleness_ <= Duration::zero(); }
    /// Whatever this process holds will do.
    constexpr bool is_cached() const { return staleness_ == Duration::max(); }
    /// The stricter of the two.
    constexpr Freshness tighter(Freshness other) const {
        return Freshness(std::min(staleness_, other.staleness_));
    }

  private:
    constexpr explicit Freshness(Duration staleness) : staleness_(staleness) {}

    Duration staleness_;
};

}  // namespace tripos::cache
