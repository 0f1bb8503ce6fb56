// SPDX-License-Identifier: MIT
#pragma once
// Tickets: rule (P) of the protocol. Whoever is about to read something from Redis takes a ticket
// first; an announcement that it changed, arriving at any time before the value is put to use,
// voids the ticket. So a reply that crosses an announcement is never kept: nothing would ever evict
// it. Names share tickets by hash; a collision only costs a value that could have been kept.
// Thread-safe, without locks.

#include <array>
#include <atomic>
#include <cstdint>

namespace tripos::cache {

struct Ticket {
    std::uint64_t epoch = 0;
    std::uint32_t changes = 0;
    std::uint64_t hash = 0;
};

class Tickets {
  public:
    Tickets() = default;
    /// For tests: false takes the guard out.
    explicit Tickets(bool enforced) : enforced_(enforced) {}

    Ticket take(std::uint64_t hash) const {
        return Ticket{
            .epoch = epoch_.load(), .changes = changes_[hash % kSlots].load(), .hash = hash};
    }
    bool is_valid(const Ticket& ticket) const {
        return !enforced_ || (epoch_.load() == ticket.epoch &&
                              changes_[ticket.hash % kSlots].load() == ticket.changes);
    }
    /// The name with this hash changed. Before it is evicted.
    void void_one(std::uint64_t hash) { changes_[hash % kSlots].fetch_add(1); }
    /// Anything may have changed. Before everything is evicted.
    void void_all() { epoch_.fetch_add(1); }

  private:
    static constexpr std::size_t kSlots = 16'384;

    const bool enforced_ = true;
    std::atomic<std::uint64_t> epoch_{0};
    std::array<std::atomic<std::uint32_t>, kSlots> changes_{};
};

}  // namespace tripos::cache
