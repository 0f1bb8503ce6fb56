// SPDX-License-Identifier: MIT
#include "cache/detail/tier.hpp"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <shared_mutex>

namespace tripos::cache {

namespace {

constexpr std::size_t kSmallShare = 10;   ///< percent of a shard
constexpr std::size_t kLargestShare = 8;  ///< a value above 1/8 of its shard is not kept
constexpr std::uint8_t kMostVisits = 3;
constexpr std::size_t kFewestGhosts = 64;

/// Readers may do it at once: one of their visits may be lost, and a popular entry is not written
/// to any more.
void note_visit(std::uint8_t& visits) {
    const std::atomic_ref counter(visits);
    const auto seen = counter.load(std::memory_order_relaxed);
    if (seen < kMostVisits) {
        counter.store(static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed);
    }
}

}  // namespace

Handles::Handles(const Value& value) {
    struct alignas(64) Holder {
        Value value;
    };
    for (auto& handle : handles_) {
        if (value) {
            auto holder = std::make_shared<const Holder>(Holder{value});
            const void* target = holder->value.get();
            handle = Value(std::move(holder), target);
        }
    }
}

Instant coarse_now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

bool Entry::is_current(Lanes needed) const {
    return std::all_of(marks.begin(), marks.begin() + mark_count,
                       [needed](const Mark& mark) { return mark.holds(needed); });
}

void Tier::Queue::push(Entry& entry) {
    entry.older = newest;
    entry.newer = nullptr;
    (newest == nullptr ? oldest : newest->newer) = &entry;
    newest = &entry;
    weight += entry.weight;
}

void Tier::Queue::remove(Entry& entry) {
    (entry.older == nullptr ? oldest : entry.older->newer) = entry.newer;
    (entry.newer == nullptr ? newest : entry.newer->older) = entry.older;
    weight -= entry.weight;
}

Tier::Tier(std::size_t limit, const Tickets& tickets)
    : shard_limit_(limit / kShards), tickets_(tickets) {}

Tier::~Tier() {
    evict_all();
}

bool Tier::find(const Key& key, Instant now, Lanes needed, Hit& hit) const {
    const Shard& shard = shard_of(key.hash());
    const std::shared_lock lock(shard.lock);
    const auto found = shard.index.find(key.hash());
    if (found == shard.index.end()) {
        return false;
    }
    Entry& entry = *found->second;
    if (now >= entry.expires_at || (entry.lanes & needed) != needed || entry.name != key.name() ||
        !entry.is_current(needed)) {
        return false;
    }
    note_visit(entry.visits);
    hit.value = entry.handles.mine();
    hit.is_stale = now >= entry.stale_at;
    hit.wants_refresh = now >= entry.refresh_at;
    return true;
}

void Tier::keep(std::unique_ptr<Entry> entry, const Ticket& ticket) {
    if (entry->weight > shard_limit_ / kLargestShare) {
        return;
    }
    entry->handles = Handles(entry->value);
    std::vector<std::unique_ptr<Entry>> dropped;  // destroyed outside the lock
    Shard& shard = shard_of(entry->hash);
    const std::lock_guard lock(shard.lock);
    if (!tickets_.is_valid(ticket)) {
        return;
    }
    const auto found = shard.index.find(entry->hash);
    if (found != shard.index.end()) {
        Entry& old = *found->second;
        if (old.stamp == entry->stamp && old.name == entry->name) {
            entry->lanes |= old.lanes;  // the same fill, read over another connection
        }
        entry->visits = old.visits;
        entry->is_main = old.is_main;
        dropped.push_back(take_out(shard, old));
    } else {
        entry->is_main = shard.ghosts.contains(entry->hash);
    }
    Entry& kept = *entry;
    kept.family->counters().reside(1, static_cast<std::int64_t>(kept.weight));
    (kept.is_main ? shard.main : shard.small).push(kept);
    shard.index.emplace(kept.hash, std::move(entry));
    make_room(shard, dropped);
}

/// S3-FIFO's eviction, until the shard is within its limit.
void Tier::make_room(Shard& shard, std::vector<std::unique_ptr<Entry>>& dropped) {
    while (shard.small.weight + shard.main.weight > shard_limit_) {
        const bool from_small =
            shard.main.oldest == nullptr || (shard.small.oldest != nullptr &&
                                             shard.small.weight > shard_limit_ * kSmallShare / 100);
        Queue& queue = from_small ? shard.small : shard.main;
        Entry& entry = *queue.oldest;
        const bool is_wanted = entry.visits > (from_small ? 1 : 0);
        if (is_wanted) {
            queue.remove(entry);
            entry.visits =
                from_small ? std::uint8_t{0} : static_cast<std::uint8_t>(entry.visits - 1);
            entry.is_main = true;
            shard.main.push(entry);
            continue;
        }
        if (from_small) {
            remember_ghost(shard, entry.hash);
        }
        ++shard.evictions;
        dropped.push_back(take_out(shard, entry));
    }
}

std::unique_ptr<Entry> Tier::take_out(Shard& shard, Entry& entry) {
    (entry.is_main ? shard.main : shard.small).remove(entry);
    const auto found = shard.index.find(entry.hash);
    auto owned = std::move(found->second);
    shard.index.erase(found);
    owned->family->counters().reside(-1, -static_cast<std::int64_t>(owned->weight));
    return owned;
}

void Tier::remember_ghost(Shard& shard, std::uint64_t hash) {
    ++shard.ghosts[hash];
    shard.ghost_order.push_back(hash);
    while (shard.ghost_order.size() > std::max(kFewestGhosts, shard.index.size())) {
        const auto oldest = shard.ghosts.find(shard.ghost_order.front());
        shard.ghost_order.pop_front();
        if (oldest != shard.ghosts.end() && --oldest->second == 0) {
            shard.ghosts.erase(oldest);
        }
    }
}

void Tier::evict(std::uint64_t hash) {
    std::unique_ptr<Entry> dropped;
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.lock);
    const auto found = shard.index.find(hash);
    if (found != shard.index.end()) {
        dropped = take_out(shard, *found->second);
    }
}

void Tier::evict_all() {
    for (auto& shard : shards_) {
        std::vector<std::unique_ptr<Entry>> dropped;
        const std::lock_guard lock(shard.lock);
        for (Queue* queue : {&shard.small, &shard.main}) {
            while (queue->oldest != nullptr) {
                dropped.push_back(take_out(shard, *queue->oldest));
            }
        }
    }
}

std::unique_ptr<Entry> Tier::look(const Key& key) const {
    const Shard& shard = shard_of(key.hash());
    const std::lock_guard lock(shard.lock);  // hits count visits in what is copied
    const auto found = shard.index.find(key.hash());
    if (found == shard.index.end() || found->second->name != key.name()) {
        return nullptr;
    }
    return std::make_unique<Entry>(*found->second);
}

Tier::Sizes Tier::sizes() const {
    Sizes sizes;
    for (const auto& shard : shards_) {
        const std::shared_lock lock(shard.lock);
        sizes.bytes += shard.small.weight + shard.main.weight;
        sizes.entries += shard.index.size();
        sizes.evictions += shard.evictions;
    }
    return sizes;
}

}  // namespace tripos::cache
