// SPDX-License-Identifier: MIT
#pragma once
// Cache: read-through over Redis with one load per key at a time in the process. docs/caching.md
// tells the protocol.
//
// No stale set: every fill holds a lease, a token in Redis that an invalidation destroys; a load
// that was overtaken by an invalidation answers its callers but is not stored. A failure of Redis
// never fails a request: it is counted and the loader answers. Values are bytes, ready for the
// wire. No cached value may depend on the clock or on the caller.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::cache {

/// Keys of one kind: they share a lifetime and counters. Declared once, in cache/keys of the module
/// that owns them.
struct Family {
    std::string name;  ///< "exam_questions", in metrics
    std::chrono::seconds ttl{3600};
};

/// A typed key: its published name and its family. The family outlives the key.
struct Key {
    std::string name;  ///< "exam:42:questions", without CACHE_PREFIX
    const Family* family;
};

using Bytes = std::shared_ptr<const std::string>;

/// Loads the value from the source of truth; null: there is none (not cached). Runs on the context
/// of the first caller.
using Loader = std::function<Task<Bytes>()>;

struct FamilyStats {
    std::string family;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t loads = 0;          ///< loader runs; fewer than misses when callers shared one
    std::uint64_t refused_fills = 0;  ///< overtaken by an invalidation
    std::uint64_t errors = 0;         ///< Redis failed
};

struct CacheOptions {
    std::string prefix;                       ///< CACHE_PREFIX; braces are refused
    std::chrono::milliseconds lease{10'000};  ///< longer than any load
    double memory_share = 0.5;  ///< fills stop above this share of the server's maxmemory
};

/// Thread-safe. Owned by the composition root; the client outlives it.
class Cache {
  public:
    Cache(redis::Client& client, CacheOptions options, Metrics& metrics);
    ~Cache();
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;

    /// Ends the upkeep (repeating invalidations, watching memory). Before the client's; twice is
    /// fine.
    Task<> stop();

    /// The cached value, or the loader's, stored under the key. Callers that miss together share
    /// one load; its exception reaches all of them.
    Task<Bytes> get_or_set(Key key, Loader loader);

    Task<Bytes> get(Key key);
    /// An invalidation followed by a leased fill.
    Task<> set(Key key, std::string value);
    /// After COMMIT of what changed: from then on no caller gets the old value. When Redis cannot
    /// be reached the keys are remembered, not served from the cache, and deleted when it is back.
    Task<> del(Key key);
    Task<> del_many(std::vector<Key> keys);
    /// Every value of this cache's prefix and known families.
    Task<> clear();

    std::vector<FamilyStats> stats() const;

    class Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace tripos::cache
