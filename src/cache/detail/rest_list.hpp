// SPDX-License-Identifier: MIT
#pragma once
// RestList: keys whose load failed a moment ago; while one rests, its value in grace answers
// without another try. Bounded: a key may be pushed out by another, which costs a try. Thread-safe.

#include <array>
#include <atomic>

#include "cache/detail/tier.hpp"

namespace tripos::cache {

class RestList {
  public:
    void rest(std::uint64_t hash, Instant until) {
        slots_[hash % kSlots].until.store(until, std::memory_order_relaxed);
        slots_[hash % kSlots].hash.store(hash, std::memory_order_release);
    }
    bool rests(std::uint64_t hash, Instant now) const {
        const auto& slot = slots_[hash % kSlots];
        return slot.hash.load(std::memory_order_acquire) == hash &&
               now < slot.until.load(std::memory_order_relaxed);
    }

  private:
    static constexpr std::size_t kSlots = 1'024;
    struct Slot {
        std::atomic<std::uint64_t> hash{0};
        std::atomic<Instant> until{0};
    };
    std::array<Slot, kSlots> slots_;
};

}  // namespace tripos::cache
