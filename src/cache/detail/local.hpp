// SPDX-License-Identifier: MIT
#pragma once
// Local: everything this process holds of the cache: values, versions, and the tickets that keep
// both honest. Announcements from Redis and invalidations from here end in the same few calls.
// Thread-safe.

#include <atomic>

#include "cache/detail/names.hpp"
#include "cache/detail/seams.hpp"
#include "cache/detail/tier.hpp"
#include "cache/detail/wakeups.hpp"

namespace tripos::cache {

/// The last invalidations, by hash of name, for explain().
class RecentInvalidations {
  public:
    enum class Origin : std::uint8_t { none, here, elsewhere };
    struct Item {
        Origin origin = Origin::none;
        Instant at = 0;
    };

    /// This process stores the value.
    void note_fill(std::uint64_t hash);
    /// This process ends the value.
    void note_here(std::uint64_t hash);
    /// Redis announced a change; `has_ended`: of a value that was here and had life left.
    void note_announced(std::uint64_t hash, bool has_ended);
    Item find(std::uint64_t hash) const;

  private:
    static constexpr std::size_t kSlots = 4'096;
    struct Slot {
        std::atomic<std::uint64_t> hash{0};
        std::atomic<Instant> at{0};
        std::atomic<Instant> echo_until{0};  ///< until then an announcement is of our own doing
        std::atomic<Origin> origin{Origin::none};
    };
    Slot& slot_for(std::uint64_t hash);

    std::array<Slot, kSlots> slots_;
};

struct Local {
    Local(std::string prefix, std::size_t bytes, const Seams& seams)
        : names(std::move(prefix)),
          tickets(seams.check_tickets),
          tier(bytes, tickets),
          versions(tickets) {}

    /// Redis announced a change of that name.
    void on_changed(std::string_view redis_name);
    /// This process invalidates that value (its name without prefix).
    void forget_value(std::string_view name);
    /// This process invalidates that tag or family (its version's name in Redis).
    void forget_version(std::string_view redis_name);
    /// Announcements were lost.
    void flush();

    const Names names;
    Tickets tickets;
    Tier tier;
    Versions versions;
    Wakeups wakeups;
    RecentInvalidations recent;
    std::atomic<std::uint64_t> pushes{0};
    std::atomic<std::uint64_t> flushes{0};
    /// Until then values may be served without asking (CacheOptions::max_staleness after the oldest
    /// sign of life).
    std::atomic<Instant> serve_until{0};
};

}  // namespace tripos::cache
