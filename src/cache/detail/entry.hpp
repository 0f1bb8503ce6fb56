// SPDX-License-Identifier: MIT
#pragma once
// Entry: one value as this process keeps it, with what its life depends on.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cache/detail/thread_row.hpp"
#include "cache/detail/versions.hpp"
#include "cache/family.hpp"

namespace tripos::cache {

using Value = std::shared_ptr<const void>;
/// Nanoseconds of the steady clock.
using Instant = std::int64_t;

/// A few milliseconds behind at most, and several times cheaper than the exact time.
Instant coarse_now();

inline constexpr Instant to_instant(std::chrono::steady_clock::time_point at) {
    return at.time_since_epoch().count();
}

/// The same value, several times, each with a reference count in a cache line of its own: threads
/// that take the same value do not wait for each other's counting.
class Handles {
  public:
    /// What `bytes` a value takes more because of them.
    static constexpr std::size_t kOverhead = 512;

    Handles() = default;
    explicit Handles(const Value& value);

    /// That of the calling thread.
    const Value& mine() const { return handles_[thread_row() % kCount]; }

  private:
    static constexpr std::size_t kCount = 4;
    std::array<Value, kCount> handles_;
};

/// One value as it is kept.
struct Entry {
    std::string name;  ///< without prefix
    std::uint64_t hash = 0;
    const Family* family = nullptr;
    Value value;  ///< null: known to be absent
    std::size_t weight = 0;
    std::uint64_t stamp = 0;  ///< of the fill that stored it
    std::chrono::microseconds load_time{};
    Instant taken_at = 0;
    Instant refresh_at = 0;  ///< then one reader loads anew
    Instant stale_at = 0;    ///< end of its ttl: its grace begins
    Instant expires_at = 0;
    Lanes lanes = 0;  ///< the read connections that announce its end
    std::array<Mark, 1 + Family::kMaxTags> marks;
    std::uint8_t mark_count = 0;

    bool is_current(Lanes needed) const;

    // Of the tier
    Handles handles;          ///< made when it is kept
    std::uint8_t visits = 0;  ///< readers count at once, through atomic_ref
    bool is_main = false;
    Entry* older = nullptr;
    Entry* newer = nullptr;
};

/// First in, first out; links live in the entries.
struct EntryQueue {
    Entry* oldest = nullptr;
    Entry* newest = nullptr;
    std::size_t weight = 0;

    void push(Entry& entry);
    void remove(Entry& entry);
};

}  // namespace tripos::cache
