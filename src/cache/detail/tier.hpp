// SPDX-License-Identifier: MIT
#pragma once
// Tier: the values kept in this process, decoded, in at most so many bytes. What is read once (a
// scan over all results) does not push out what is read often: S3-FIFO (Yang et al., SOSP 2023).
// New entries queue in a small part; those asked for again move to the main part; names that fell
// out of the small part too early are remembered for a while and go straight to the main part next
// time.
//
// A hit allocates nothing, moves nothing, and writes to nothing that another thread's hits write
// to: it shares the shard's lock, and counts its reference in a handle of its own (Handles), so
// hits scale with the threads. Thread-safe.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "cache/detail/read_mostly_lock.hpp"
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
    /// It changed; the ticket has been voided already.
    void evict(std::uint64_t hash);
    void evict_all();

    /// A copy of what is known of the entry, its life over or not.
    std::unique_ptr<Entry> look(const Key& key) const;
    Sizes sizes() const;
    std::size_t limit() const { return shard_limit_ * kShards; }

  private:
    static constexpr std::size_t kShards = 16;

    /// First in, first out; links live in the entries.
    struct Queue {
        Entry* oldest = nullptr;
        Entry* newest = nullptr;
        std::size_t weight = 0;

        void push(Entry& entry);
        void remove(Entry& entry);
    };
    struct alignas(64) Shard {
        mutable ReadMostlyLock lock;
        boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Entry>> index;
        Queue small;
        Queue main;
        boost::unordered_flat_map<std::uint64_t, std::uint32_t> ghosts;
        std::deque<std::uint64_t> ghost_order;
        std::uint64_t evictions = 0;
    };

    Shard& shard_of(std::uint64_t hash) { return shards_[(hash >> 32) % kShards]; }
    const Shard& shard_of(std::uint64_t hash) const { return shards_[(hash >> 32) % kShards]; }
    void make_room(Shard& shard, std::vector<std::unique_ptr<Entry>>& dropped);
    static std::unique_ptr<Entry> take_out(Shard& shard, Entry& entry);
    static void remember_ghost(Shard& shard, std::uint64_t hash);

    const std::size_t shard_limit_;
    const Tickets& tickets_;
    std::array<Shard, kShards> shards_;
};

}  // namespace tripos::cache
