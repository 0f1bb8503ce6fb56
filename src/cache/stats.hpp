// SPDX-License-Identifier: MIT
#pragma once
// What the cache tells about itself: figures per family, and everything about one key. Value types.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tripos::cache {

/// Since the process started. hits of four kinds and misses add up to the lookups.
struct FamilyStats {
    std::string family;                  ///< its name
    std::string pattern;                 ///< of its keys
    std::chrono::milliseconds ttl{};     ///< as declared
    std::string ttl_setting;             ///< what declares it; empty: nothing that can be set
    std::uint64_t process_hits = 0;      ///< found in this process
    std::uint64_t redis_hits = 0;        ///< found in Redis
    std::uint64_t stale_hits = 0;        ///< answered in its grace
    std::uint64_t negative_hits = 0;     ///< known to be absent
    std::uint64_t misses = 0;            ///< answered by a load, its own or a shared one
    std::uint64_t loads = 0;             ///< loader runs
    std::uint64_t load_failures = 0;     ///< loader runs that threw
    std::uint64_t load_timeouts = 0;     ///< given up at the hard timeout
    std::uint64_t loads_refused = 0;     ///< too many were waiting
    std::uint64_t overtaken_loads = 0;   ///< under way when this process invalidated their key
    std::uint64_t early_refreshes = 0;   ///< loads ahead of the ttl
    std::uint64_t waited_elsewhere = 0;  ///< loads spared because another process was loading
    std::uint64_t fills = 0;             ///< values stored in Redis
    std::uint64_t refused_fills = 0;     ///< not stored: an invalidation overtook the load
    std::uint64_t invalidations = 0;     ///< keys invalidated by this process
    std::uint64_t unreadable = 0;        ///< values of another schema or not ours
    std::uint64_t evictions = 0;         ///< entries of this process that made room for others
    std::chrono::milliseconds eviction_age{};  ///< of those, on average, since they came here
    std::uint64_t missed_for_room = 0;      ///< twice the process tier would have had it; estimated
    std::uint64_t redis_failures = 0;       ///< Redis failed; the loader answered
    std::chrono::microseconds load_time{};  ///< in loaders, altogether
    std::chrono::microseconds time_saved{};  ///< hits times the mean load
    std::uint64_t entries = 0;               ///< in this process now
    std::uint64_t bytes = 0;                 ///< of those

    /// Of one load, on average; zero without loads.
    std::chrono::microseconds mean_load() const {
        return loads == 0 ? std::chrono::microseconds(0)
                          : load_time / static_cast<std::int64_t>(loads);
    }
    /// Answers without a load, of every kind.
    std::uint64_t hits() const { return process_hits + redis_hits + stale_hits + negative_hits; }
    std::uint64_t lookups() const { return hits() + misses; }  ///< hits and misses
    /// 0 to 1; 0 without lookups.
    double hit_rate() const {
        return lookups() == 0 ? 0 : static_cast<double>(hits()) / static_cast<double>(lookups());
    }
};

/// A key that many ask for.
struct TopKey {
    std::string name;    ///< without CACHE_PREFIX
    std::string family;  ///< its family's name
    double share = 0;    ///< of all lookups of late, 0 to 1; estimated from a sample, not too high
};

/// What a cache has done since the start of its process.
struct Stats {
    std::vector<FamilyStats> families;      ///< as declared
    std::vector<TopKey> top_keys;           ///< at most ten, the most asked for first
    std::uint64_t process_bytes = 0;        ///< of the in-process tier now
    std::uint64_t process_limit = 0;        ///< it never holds more
    std::uint64_t process_entries = 0;      ///< in the tier of this process
    std::uint64_t process_evictions = 0;    ///< for want of room
    std::uint64_t pushes = 0;               ///< invalidations Redis announced
    std::uint64_t flushes = 0;              ///< a connection was lost: the tier was emptied
    bool is_tracking = false;               ///< every read connection is coherent now
    std::chrono::milliseconds staleness{};  ///< of the oldest sign of life among them (G3)
    std::chrono::milliseconds max_staleness{1'000};  ///< until nothing is served without another
    std::uint64_t journal = 0;                       ///< invalidations Redis has yet to confirm
    std::chrono::milliseconds journal_age{};  ///< since when there is such a one; 0: there is none
};

/// Everything about one key.
struct Explanation {
    /// What a copy is worth.
    enum class State { absent, fresh, stale, negative, invalidated, unreadable };

    /// A version recorded in the value against the present one; they differ: invalidated.
    struct Version {
        std::string name;      ///< "cachetag:exam:42", "cachegen:exam"
        std::string recorded;  ///< hex; empty: the value records none
        std::string present;   ///< hex; empty: none
    };
    /// A copy of the value.
    struct Copy {
        State state = State::absent;           ///< what it is worth
        std::uint64_t bytes = 0;               ///< of the value
        std::chrono::milliseconds ttl_left{};  ///< before it counts as stale; negative: since when
        std::chrono::milliseconds age{};       ///< in this process: since it was taken over
    };

    std::string name;                        ///< with CACHE_PREFIX, as in Redis
    std::string family;                      ///< empty: no declared family has such a name
    std::vector<std::string> tags;           ///< of the value
    Copy in_process;                         ///< of this process
    Copy in_redis;                           ///< of Redis
    bool redis_answered = false;             ///< else in_redis, lease and versions are unknown
    std::chrono::milliseconds load_time{};   ///< of the load that made the value
    std::string lease_holder;                ///< token of the load under way anywhere; empty: none
    std::chrono::milliseconds lease_left{};  ///< of a load under way; zero: none
    std::vector<Version> versions;           ///< of its tags
    bool held_back = false;                  ///< an invalidation of it waits in the journal
    std::string last_invalidation;           ///< "here", "elsewhere"; empty: none known here
    std::chrono::milliseconds since_invalidation{};  ///< zero: never invalidated here
};

std::string_view to_text(Explanation::State state);

}  // namespace tripos::cache
