// SPDX-License-Identifier: MIT
#pragma once
// SessionCache: tokens that were checked a moment ago, and whose they are. Bounded and sharded, so
// that threads rarely meet.
//
// A check that began before a forget_*() call must not be remembered after it: the checker takes a
// ticket before it reads the database, and remember() drops what an intervening forget_*() has made
// doubtful. What another process ends is noticed by the entry's witness, the user's tag in the
// cache; an entry made while Redis was away has none and is believed until its time is over.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "accounts/principal.hpp"
#include "cache/cache.hpp"
#include "core/clock.hpp"

namespace tripos::accounts {

/// Thread-safe.
class SessionCache {
  public:
    using Ticket = std::uint64_t;

    explicit SessionCache(std::size_t limit) : shard_limit_(limit / kShards + 1) {}

    /// The entry, unless its time has passed or its witness fell.
    std::shared_ptr<const Principal> find(std::string_view token, Timestamp now) const;
    Ticket ticket() const { return forgotten_.load(); }
    /// Remembers until `until`, if nothing was forgotten since the ticket was taken.
    void remember(std::string token, std::shared_ptr<const Principal> principal, Timestamp until,
                  Ticket ticket, cache::Witness witness = cache::Witness());
    void forget_session(const std::string& session_id);
    void forget_user(const std::string& user_id);

  private:
    struct Entry {
        std::shared_ptr<const Principal> principal;
        Timestamp until;
        cache::Witness witness;
    };
    struct Hash {
        using is_transparent = void;
        /// A token ends with its signature, which no other token has.
        std::size_t operator()(std::string_view token) const {
            constexpr std::size_t kEnd = 24;
            token.remove_prefix(token.size() - std::min(token.size(), kEnd));
            return std::hash<std::string_view>()(token);
        }
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries;
    };
    static constexpr std::size_t kShards = 32;

    static std::size_t index_of(std::string_view token) { return Hash()(token) / 7 % kShards; }
    void forget_if(const std::function<bool(const Principal&)>& matches);

    const std::size_t shard_limit_;
    std::array<Shard, kShards> shards_;
    std::atomic<Ticket> forgotten_{0};
};

}  // namespace tripos::accounts
