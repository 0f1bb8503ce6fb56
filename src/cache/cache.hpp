// SPDX-License-Identifier: MIT
#pragma once
// Cache: read-through over Redis with a coherent tier in this process. It cannot serve what was
// invalidated: docs/caching.md states the guarantees G1 to G4 and the protocol behind them.
//
//     const auto papers = cache.declare<Paper>(options, &Paper::read);      // once, at start
//     auto paper = co_await cache.get_or_set(papers.key(exam_id), load);   // anywhere
//     co_await cache.del(papers.key(exam_id));                             // after COMMIT
//
// A failure of Redis never fails a request: it is counted and the loader answers. No cached value
// may depend on the clock or on the caller. A loader reads what is committed when it starts, in a
// transaction of its own.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <vector>

#include "async/task.hpp"
#include "cache/family.hpp"
#include "cache/pending.hpp"
#include "cache/stats.hpp"
#include "core/error.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::cache {

struct Seams;  // cache/detail/seams.hpp

/// Loads the value from the source of truth; null: there is none. Runs on the context of the caller
/// that began the load and outlives its request; cancelled at the family's hard timeout.
using Loader = std::function<Task<Bytes>()>;

/// The load took longer than its family's hard timeout. The HTTP edge answers 503.
class LoadTimedOut : public Overloaded {
  public:
    /// Names the family in its text.
    explicit LoadTimedOut(const std::string& family)
        : Overloaded("cache", "loading took too long: " + family, std::chrono::seconds(1)) {}
};

/// What all families of one cache share.
struct CacheOptions {
    std::string prefix;                            ///< CACHE_PREFIX; with a hash tag in a Cluster
    std::size_t process_bytes = 64U << 20;         ///< of the tier in this process; 0: none
    std::chrono::milliseconds sync_interval{100};  ///< from one sign of life of Redis to the next
    /// How long a value is served from this process without one.
    std::chrono::milliseconds max_staleness{1'000};
    std::chrono::hours version_life{24};  ///< of a tag's version; longer than any value lives
    double memory_share = 0.5;            ///< fills stop above this share of the server's maxmemory
};

/// What one call asks beyond its family's options; it may only tighten them.
struct Call {
    std::optional<Freshness> freshness = {};            ///< tighter than the family's
    std::optional<std::chrono::milliseconds> ttl = {};  ///< shorter than the family's
};

/// A tag as it was at some time: for caches of one's own, whose entries end with the tag. Copies
/// are cheap; thread-safe. The cache outlives it.
class Witness {
  public:
    Witness() = default;
    /// True while the tag was not invalidated and this process would have been told.
    bool holds() const;
    /// Redis could not be asked.
    bool is_empty() const { return state_ == nullptr; }

  private:
    friend class Cache;
    struct State;
    std::shared_ptr<const State> state_;
};

/// Thread-safe. Owned by the composition root; the client outlives it. Its destructor ends what
/// runs in the background and waits for it, unless its contexts do not run (any more): never
/// destroyed on one of them, nor while a call is under way.
class Cache {
  public:
    /// The client and the metrics outlive it.
    Cache(redis::Client& client, CacheOptions options, Metrics& metrics);
    /// For tests of the guarantees.
    Cache(redis::Client& client, CacheOptions options, Metrics& metrics, Seams seams);
    ~Cache();
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;

    /// A family of this cache, at start. Declared again it is the same one. Requires: pattern and
    /// tags use kParts parts, no other family's names could be this one's. A type whose values own
    /// more than sizeof(T) says so, for CacheOptions::process_bytes: `decoded_bytes(const T&)`
    /// beside it returns what a value holds besides itself and its stored bytes.
    template <class T, std::size_t kParts = 1>
    FamilyOf<T, kParts> declare(FamilyOptions options,
                                std::function<std::shared_ptr<const T>(Bytes)> decode);
    /// Of values that are their bytes.
    template <std::size_t kParts = 1>
    FamilyOf<std::string, kParts> declare(FamilyOptions options);
    /// The key of that name, for tools; nothing: no declared family has such names.
    std::optional<Key> parse(std::string_view name) const;
    /// The declared family of that name, or null.
    const Family* find_family(std::string_view name) const;

    /// Every family is declared. From now on a server that was not met before - a replica that
    /// became master, a restarted one, another at the same address - is not believed: what it holds
    /// may be older than what it confirmed elsewhere, so all versions end before it is used. Does
    /// that for the server that is there; one that is away is met later.
    Task<> meet_servers();

    /// Ends what runs in the background, as the destructor does, ahead of it; twice is fine.
    Task<> stop();

    /// The value if this process has it and the family's freshness allows it without asking; null
    /// otherwise. No allocation, no suspension.
    template <class T>
    std::shared_ptr<const T> peek(const KeyOf<T>& key);
    /// The cached value, or the loader's; null: there is none. One load per key at a time over all
    /// processes; the loader's exception reaches all who wait for it. Throws LoadTimedOut,
    /// Overloaded.
    template <class T>
    Task<std::shared_ptr<const T>> get_or_set(KeyOf<T> key, Loader loader, Call call = Call());
    /// As many at once; one round trip for those that this process has not. `loader_of(i)` loads
    /// the i-th: see BatchLoader for loading them together.
    template <class T>
    Task<std::vector<std::shared_ptr<const T>>> get_or_set_many(
        std::vector<KeyOf<T>> keys, std::function<Loader(std::size_t)> loader_of,
        Call call = Call());
    /// The cached value; nothing: not cached; null: known to be absent.
    template <class T>
    Task<std::optional<std::shared_ptr<const T>>> get(KeyOf<T> key, Call call = Call());
    /// A guarded write: `write` changes the source of truth and returns the value as it is after
    /// its COMMIT, read after it began; null: there is none. From its beginning on no older value
    /// is stored by any process; at its end its own is, unless an invalidation, another write or a
    /// load came between: then the value just ends. Its transaction must end within the family's
    /// hard timeout, if a crash is to be safe. Throws what `write` throws; the value has ended.
    Task<> set(Key key, Loader write);

    // Invalidations: after COMMIT of what changed, one round trip each. From their return on no
    // caller here gets the old value, and no strict caller anywhere. When Redis cannot be reached
    // they are remembered, what they name is not served from the cache, and they are repeated until
    // Redis confirms them.
    Task<> del(Key key);                     ///< of one value
    Task<> del_many(std::vector<Key> keys);  ///< of several values
    /// Every value that carries the tag.
    Task<> invalidate_tag(std::string tag);
    /// Of values and of all that carry the tags.
    Task<> invalidate(std::vector<Key> keys, std::vector<std::string> tags);
    /// Every value of every declared family, or of one.
    Task<> clear();
    Task<> clear(const Family& family);  ///< of one family

    /// What announced writes have left to do.
    Pending& pending();
    /// Repeats what WriteScope::record() wrote; false: Redis did not confirm it, do so again.
    Task<bool> replay(std::string record);

    /// An empty one, which never holds, when Redis cannot be asked.
    Task<Witness> witness(std::string tag);

    Stats stats() const;                 ///< since the start of this process
    Task<Explanation> explain(Key key);  ///< what is known about a key, here and in Redis
    /// The value's bytes as Redis holds them, valid or not; nothing: none, or Redis is away.
    Task<std::optional<std::string>> stored(Key key);

    class Impl;

  private:
    friend class WriteScope;
    using Value = std::shared_ptr<const void>;
    using Values = std::vector<Value>;

    /// The token to end() with; empty: Redis is away, or may evict.
    Task<std::string> guard(std::vector<Key> keys, std::chrono::milliseconds longest);
    /// `token`: of a guard to release; empty: none. False: Redis did not confirm it.
    Task<bool> end(std::vector<Key> keys, std::vector<std::string> tags, std::string token);

    /// `type`: of the values decoded.
    const Family& declare_any(FamilyOptions options, Family::Decode decode, Family::Weigh weigh,
                              std::type_index type, std::size_t parts);
    Value peek_any(const Key& key);
    Task<Value> get_or_set_any(Key key, Loader loader, Call call);
    Task<Values> get_or_set_many_any(std::vector<Key> keys,
                                     std::function<Loader(std::size_t)> loader_of, Call call);
    Task<std::optional<Value>> get_any(Key key, Call call);

    std::shared_ptr<Impl> impl_;
};

}  // namespace tripos::cache

#include "cache/detail/cache_templates.hpp"
