// SPDX-License-Identifier: MIT
#pragma once
// Tier: the values kept in this process, decoded, in at most so many bytes. What is read once (a
// scan over all results) does not push out what is read often: S3-FIFO (Yang et al., SOSP 2023).
// New entries queue in a small part; those asked for again move to the main part; names that fell
// out of the small part too early are remembered for a while and go straight to the main part next
// time. A family above its share of the tier makes room among its own values.
//
// A hit allocates nothing, moves nothing, and writes to nothing that another thread's hits write
// to: it shares the shard's lock, and counts its reference in a handle of its own (Handles), so
// hits scale with the threads. Thread-safe.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "cache/detail/read_mostly_lock.hpp"
#include "cache/detail/shadow.hpp"

namespace tripos::cache {

class Tier {
  public:
    struct Hit {
        Value value;  ///< null: known to be absent
        bool is_stale = false;
        bool wants_refresh = false;
    };
    struct Sizes {
        std::uint64_t bytes = 0;
        std::uint64_t entries = 0;
        std::uint64_t evictions = 0;
    };

    Tier(std::size_t limit, const Tickets& tickets);
    ~Tier();
    Tier(const Tier&) = delete;
    Tier& operator=(const Tier&) = delete;

    /// True if the value is here, within its life, and every one of the `needed` lanes would have
    /// told had it changed.
    bool find(const Key& key, Instant now, Lanes needed, Hit& hit) const;
    /// Keeps the entry if the ticket, taken before its value was read, is still valid.
    void keep(std::unique_ptr<Entry> entry, const Ticket& ticket);
    /// It changed; the ticket has been voided already. What was here of it.
    std::unique_ptr<Entry> evict(std::uint64_t hash);
    void evict_all();

    /// A lookup has not found its key: counts for its family what twice the room would have spared.
    void note_miss(const Key& key, Instant now) const;

    /// A copy of what is known of the entry, its life over or not.
    std::unique_ptr<Entry> look(const Key& key) const;
    Sizes sizes() const;
    std::size_t limit() const { return shard_limit_ * kShards; }

  private:
    static constexpr std::size_t kShards = 16;

    struct alignas(64) Shard {
        mutable ReadMostlyLock lock;
        boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Entry>> index;
        EntryQueue small;
        EntryQueue main;
        boost::unordered_flat_map<std::uint64_t, std::uint32_t> ghosts;
        std::deque<std::uint64_t> ghost_order;
        std::uint64_t evictions = 0;
        Shadow shadow;
    };

    Shard& shard_of(std::uint64_t hash) { return shards_[(hash >> 32) % kShards]; }
    const Shard& shard_of(std::uint64_t hash) const { return shards_[(hash >> 32) % kShards]; }
    using Dropped = std::vector<std::unique_ptr<Entry>>;

    bool make_room_in_family(Shard& shard, const Entry& entry, Dropped& dropped) const;
    void make_room(Shard& shard, Dropped& dropped) const;
    static void drop(Shard& shard, Entry& entry, Dropped& dropped);
    static std::unique_ptr<Entry> take_out(Shard& shard, Entry& entry);
    static void remember_ghost(Shard& shard, std::uint64_t hash);

    const std::size_t shard_limit_;
    const Tickets& tickets_;
    std::array<Shard, kShards> shards_;
};

}  // namespace tripos::cache
