// SPDX-License-Identifier: MIT
#pragma once
// Shadow: what a tier of twice the size would still hold. It keeps, without their values, a sample
// of the entries that had to make room, until as much has made room after them as the tier holds; a
// lookup that finds its key there would have been a hit. Not thread-safe: each shard has one.

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>

#include "cache/detail/entry.hpp"

namespace tripos::cache {

class Shadow {
  public:
    static constexpr std::uint64_t kSampling = 16;  ///< one key in so many

    Shadow() = default;
    /// Of a shard of that many bytes.
    explicit Shadow(std::size_t shard_limit) : limit_(shard_limit / kSampling) {}

    static bool is_sampled(std::uint64_t hash) { return (hash >> 16) % kSampling == 0; }

    /// It made room. Requires: a sampled one.
    void add(const Entry& entry);
    /// The value changed, or is in the tier again.
    void remove(std::uint64_t hash);
    void clear();
    /// Its value would still be good.
    bool has(const Key& key, Instant now) const;

  private:
    std::size_t limit_ = 0;
    EntryQueue queue_;
    boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Entry>> entries_;
};

}  // namespace tripos::cache
