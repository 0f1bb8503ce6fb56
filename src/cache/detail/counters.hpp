// SPDX-License-Identifier: MIT
#pragma once
// Counters of one family. Each thread counts in a row of its own, so that counting a hit costs a
// few nanoseconds on any number of threads. Thread-safe.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "cache/detail/thread_row.hpp"

namespace tripos::cache {

/// A lookup counts once, as a hit of some kind or as a miss.
enum class Count : std::size_t {
    process_hit,       ///< found in this process
    redis_hit,         ///< found in Redis
    stale_hit,         ///< answered in its grace: loading anew failed or dragged
    negative_hit,      ///< known to be absent, in this process or Redis
    miss,              ///< answered by a load, its own or one it joined
    load,              ///< loader runs
    load_failure,      ///< loader runs that threw
    load_timeout,      ///< loads given up at the hard timeout
    load_refused,      ///< loads refused because too many were waiting
    load_micros,       ///< time in loaders
    overtaken_load,    ///< under way when this process invalidated what it loads
    early_refresh,     ///< loads ahead of the ttl
    waited_elsewhere,  ///< loads spared because another process was loading
    fill,              ///< values stored
    refused_fill,      ///< not stored: an invalidation overtook the load
    invalidation,      ///< keys invalidated by this process
    unreadable,        ///< values of another schema or not ours
    eviction,          ///< entries of this process that made room for others
    eviction_millis,   ///< how old those were, altogether
    missed_for_room,   ///< a tier of twice the size would have had it; estimated
    redis_failure,     ///< Redis failed; the loader answered
    kinds_,
};

class Counters {
  public:
    /// What this thread's row had of it before.
    std::uint64_t add(Count kind, std::uint64_t amount = 1) {
        return rows_[thread_row() % kRows].values[static_cast<std::size_t>(kind)].fetch_add(
            amount, std::memory_order_relaxed);
    }
    std::uint64_t value(Count kind) const;

    /// An entry came into this process, or left (negative).
    void reside(std::int64_t entries, std::int64_t bytes) {
        entries_.fetch_add(entries, std::memory_order_relaxed);
        bytes_.fetch_add(bytes, std::memory_order_relaxed);
    }
    std::int64_t entries() const { return entries_.load(std::memory_order_relaxed); }
    std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  private:
    static constexpr std::size_t kRows = 16;
    static constexpr std::size_t kKinds = static_cast<std::size_t>(Count::kinds_);
    struct alignas(64) Row {
        std::array<std::atomic<std::uint64_t>, kKinds> values{};
    };

    std::array<Row, kRows> rows_{};
    std::atomic<std::int64_t> entries_{0};
    std::atomic<std::int64_t> bytes_{0};
};

}  // namespace tripos::cache
