// SPDX-License-Identifier: MIT
#pragma once
// The protocol of Cache, step by step. Thread-safe: each call runs on its caller's context, upkeep
// on the client's first.

#include <atomic>
#include <map>
#include <shared_mutex>

#include "async/task_group.hpp"
#include "cache/cache.hpp"
#include "cache/detail/flights.hpp"
#include "cache/detail/journal.hpp"
#include "core/random.hpp"
#include "redis/script.hpp"

namespace tripos::cache {

/// In front of every value: ours, and in this format.
inline constexpr std::string_view kMagic("TPC\x01", 4);

/// The counters of one family.
struct Counters {
    Counters(Metrics& metrics, const std::string& family);

    Counter& hits;
    Counter& misses;
    Counter& loads;
    Counter& refused_fills;
    Counter& errors;
};

class Cache::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(redis::Client& client, CacheOptions options, Metrics& metrics);

    void start();
    Task<> stop();

    Task<Bytes> get_or_set(Key key, Loader loader);
    Task<Bytes> get(Key key);
    Task<> set(Key key, std::string value);
    Task<> del_many(std::vector<Key> keys);
    Task<> clear();
    std::vector<FamilyStats> stats() const;

  private:
    enum class Only { values, any };

    /// The right to fill, as step 2 found it.
    struct Lease {
        std::string token;  ///< empty: do not store
        Bytes value;        ///< somebody stored it meanwhile
    };

    Counters& counters_of(const Family& family);
    std::string value_key(const Key& key) const { return options_.prefix + key.name; }
    bool is_usable(const std::string& key) const;
    void note_failure(Counters& counters, const std::exception& failure);

    Task<Bytes> lookup(std::string key, Counters& counters);
    Task<Bytes> lead(Key key, Loader loader, std::shared_ptr<Flight> flight);
    Task<Bytes> load_and_fill(Key key, Loader loader);
    Task<Lease> acquire(std::string key, Counters& counters);
    Task<> fill(Key key, std::string token, Bytes value);
    Task<bool> unlink(std::vector<std::string> keys);
    Task<> delete_matching(std::string pattern, Only only);
    Task<std::vector<std::string>> ours_of(std::vector<std::string> keys);

    Task<> upkeep();
    Task<> repeat_invalidations();
    Task<> look_at_memory();

    redis::Client& client_;
    const CacheOptions options_;
    Metrics& metrics_;
    const redis::Script fill_script_;
    SecureRandom random_;
    Flights flights_;
    Journal journal_;
    std::atomic<std::int64_t> skip_until_{
        0};  ///< steady clock, ns: Redis failed and is left alone for a moment
    std::atomic<bool> is_full_ = false;
    mutable std::shared_mutex counters_mutex_;
    std::map<std::string, Counters, std::less<>> counters_;
    TaskGroup group_;
};

}  // namespace tripos::cache
