// SPDX-License-Identifier: MIT
#pragma once
// The working part of Cache, over several files: lookup.cpp finds values, load.cpp and lease.cpp
// make them, invalidate.cpp and guard.cpp end them, meet.cpp distrusts new servers, upkeep.cpp
// repeats and watches, report.cpp tells.
// docs/caching.md has the protocol.

#include <atomic>
#include <deque>
#include <shared_mutex>

#include "cache/cache.hpp"
#include "cache/detail/flights.hpp"
#include "cache/detail/journal.hpp"
#include "cache/detail/lane.hpp"
#include "cache/detail/published.hpp"
#include "cache/detail/record.hpp"
#include "cache/detail/rest_list.hpp"
#include "cache/detail/seams.hpp"
#include "cache/detail/top_keys.hpp"
#include "core/random.hpp"
#include "redis/script.hpp"

namespace tripos::cache {

struct Witness::State {
    const Local& local;
    std::array<Mark, 2> marks;  ///< of the tag, and of all witnesses
};

class Cache::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(redis::Client& client, CacheOptions options, Metrics& metrics, Seams seams);

    void start();
    Task<> meet_servers();
    Task<> stop();
    void end();  ///< stops from a plain thread and waits
    const Family& declare(FamilyOptions options, Family::Decode decode, Family::Weigh weigh,
                          std::type_index type);
    std::optional<Key> parse(std::string_view name) const;
    const Family* find_family(std::string_view name) const;

    Value peek(const Key& key);
    Task<Value> get_or_set(Key key, Loader loader, Call call);
    Task<Values> get_or_set_many(std::vector<Key> keys,
                                 std::function<Loader(std::size_t)> loader_of, Call call);
    Task<std::optional<Value>> get(Key key, Call call);
    Task<> set(Key key, Loader write);

    Task<> invalidate(std::vector<Key> keys, std::vector<std::string> tags);
    Task<> clear(const Family* family);
    Task<bool> replay(std::string record);
    Task<std::string> guard(std::vector<Key> keys, std::chrono::milliseconds longest);
    Task<Witness> witness(std::string tag);

    Stats stats() const;
    Task<Explanation> explain(Key key);
    Task<std::optional<std::string>> stored(Key key);

    using Targets = Record;  ///< what is to end
    Targets targets_of(const std::vector<Key>& keys, std::vector<std::string> tags) const;
    /// `token`: of the guards to release; empty: none. False if Redis did not confirm.
    Task<bool> end(Targets targets, std::string token);

    Pending pending_;

  private:
    /// What a lookup found without loading.
    struct Found {
        enum class Kind { nothing, hit, stale };
        Kind kind = Kind::nothing;
        Value value;
        bool wants_refresh = false;
        Count counts_as = Count::miss;
    };
    /// The right to fill, as Redis gave it.
    struct Lease {
        enum class Kind {
            granted,
            held,         ///< by a load elsewhere
            unavailable,  ///< Redis failed or is full: load without storing
        };
        Kind kind = Kind::unavailable;
        std::string token;
        Look look;  ///< what is stored now
        std::array<std::uint64_t, StoredValue::kMaxVersions> versions{};
    };
    /// One load, as its steps hand it on.
    struct Load {
        Key key;
        Loader loader;
        Call call;
        FlightPtr flight;
        Lane* lane;
        bool is_alone = false;  ///< of one caller, without lease and flight table
        bool is_loaded = false;
        Bytes bytes = nullptr;  ///< what the loader gave
        std::chrono::microseconds took{};
    };
    struct Many;

    // lookup.cpp
    Lane* lane_of(const asio::any_io_executor& executor) const;
    Freshness freshness_of(const Key& key, const Call& call) const;
    bool is_usable(const Key& key) const;
    bool holds_back(const Key& key) const;
    void note_failure(const Family& family, const std::exception& failure);
    bool find_here(const Key& key, const Freshness& freshness, const Lane& lane, Tier::Hit& hit);
    Task<bool> catch_up(const Freshness& freshness, Lane& lane);
    Task<Found> find(Key key, Freshness freshness, Lane& lane);
    Task<Found> find_in_redis(Key key, Lane& lane);
    Task<Value> answer(Key key, Loader loader, Call call, Lane& lane);
    Task<> answer_one(std::shared_ptr<Many> many, std::size_t index);
    /// The flight's end, or Landing::Kind::timed_out when the patience ends first.
    Task<Landing> wait_for(FlightPtr flight, std::optional<std::chrono::nanoseconds> patience,
                           Lane& lane);
    void count_lookup(const Key& key, Count kind) const;
    Value count(const Key& key, Count kind, Value value) const;

    // load.cpp
    void take_off(Load load);
    void refresh(const Key& key, const Loader& loader, const Call& call, Lane& lane);
    Task<> lead(Load load);
    void give_up_at_hard_timeout(const Load& load, asio::steady_timer& timer);
    Task<Landing> load_under_lease(Load& load);
    Task<Value> run_loader(Load& load);
    /// `own_guard`: of the writer whose value it is; empty: none. False: not stored.
    Task<bool> fill(const Load& load, Lease lease, std::string own_guard);

    // lease.cpp
    Task<> drop_lease(const Key& key);
    Task<Lease> obtain_lease(Load& load);
    Task<Lease> ask_for_lease(Key key);
    Task<> cool_down(const Load& load, const Lease& lease);

    // invalidate.cpp
    void forget(const Targets& targets);
    Task<bool> end_everything();
    Task<Mark> mark(std::string name, std::chrono::milliseconds life, Lane& lane);
    Task<bool> unlink(const Targets& targets);
    Task<bool> unlink_guarded(const Targets& targets, std::string token);
    Task<bool> unlink(std::vector<std::string> names);
    /// The reply; nothing if Redis did not confirm. Lifetime: `command` outlives the call.
    Task<std::optional<redis::Reply>> confirm(const std::function<Task<redis::Reply>()>& command);

    // meet.cpp
    /// The server that was met last. Thread-safe.
    class LastMet {
      public:
        bool is(const std::string& server) const {
            const std::lock_guard lock(mutex_);
            return server_ == server;
        }
        void set(const std::string& server) {
            const std::lock_guard lock(mutex_);
            server_ = server;
        }

      private:
        mutable std::mutex mutex_;
        std::string server_;
    };
    static Task<> greet(std::shared_ptr<Impl> self, redis::Ask ask);
    Task<> meet(redis::Ask ask);
    std::vector<std::string> all_versions() const;

    // upkeep.cpp
    Task<> upkeep();
    Task<> repeat_invalidations();
    Task<> look_at_memory();
    void note_sync();
    void publish();

    redis::Client& client_;
    const CacheOptions options_;
    const Seams seams_;
    const redis::Script fill_script_;
    const redis::Script guard_script_;
    const redis::Script release_script_;
    SecureRandom random_;
    mutable std::shared_mutex families_mutex_;
    std::deque<Declared> families_;  ///< outlives what is kept of them: its end is counted there
    Local local_;
    Flights flights_;
    RestList resting_;
    Journal journal_;
    mutable TopKeys top_keys_;
    const LaneParts lane_parts_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    LastMet last_met_;
    std::atomic<Instant> skip_until_{0};  ///< Redis failed and is left alone for a moment
    std::atomic<bool> is_full_ = false;
    std::atomic<bool> is_out_ =
        false;  ///< an invalidation was repeated in vain, and none since not
    Published published_;
};

/// After a failure Redis is not asked for so long.
inline constexpr Instant kBreak = 500'000'000;

/// Of the right to fill: a little longer than the load may take.
inline std::chrono::milliseconds lease_life(const Key& key) {
    return key.family().options().hard_timeout + std::chrono::seconds(1);
}

/// As Redis takes it; at least 1.
std::string whole_millis(std::chrono::milliseconds time);

inline Instant exact_now() {
    return to_instant(std::chrono::steady_clock::now());
}

}  // namespace tripos::cache
