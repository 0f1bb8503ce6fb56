// SPDX-License-Identifier: MIT
#include "cache/detail/tier.hpp"

#include <algorithm>
#include <atomic>
#include <shared_mutex>

namespace tripos::cache {

namespace {

constexpr std::size_t kSmallShare = 10;   ///< percent of a shard
constexpr std::size_t kLargestShare = 8;  ///< a value above 1/8 of its shard is not kept
constexpr std::uint8_t kMostVisits = 3;
constexpr std::size_t kFewestGhosts = 64;
constexpr int kMostLooks = 64;  ///< for an entry of one family

/// Readers may do it at once: one of their visits may be lost, and a popular entry is not written
/// to any more.
void note_visit(std::uint8_t& visits) {
    const std::atomic_ref counter(visits);
    const auto seen = counter.load(std::memory_order_relaxed);
    if (seen < kMostVisits) {
        counter.store(static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed);
    }
}

/// Among the oldest of the queue one of that family, rather one that nobody has asked for again;
/// null: none.
Entry* find_of_family(const EntryQueue& queue, const Family& family) {
    Entry* found = nullptr;
    int looks = 0;
    for (Entry* entry = queue.oldest; entry != nullptr && looks < kMostLooks;
         entry = entry->newer, ++looks) {
        if (entry->family != &family) {
            continue;
        }
        if (entry->visits == 0) {
            return entry;
        }
        found = found == nullptr ? entry : found;
    }
    return found;
}

}  // namespace

Tier::Tier(std::size_t limit, const Tickets& tickets)
    : shard_limit_(limit / kShards), tickets_(tickets) {
    for (auto& shard : shards_) {
        shard.shadow = Shadow(shard_limit_);
    }
}

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
    if (now >= entry.expires_at || (entry.lanes & needed) != needed ||
        entry.family != &key.family() || entry.name != key.name() || !entry.is_current(needed)) {
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
    Dropped dropped;  // destroyed outside the lock
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
    if (!make_room_in_family(shard, *entry, dropped)) {
        return;
    }
    shard.shadow.remove(entry->hash);
    Entry& kept = *entry;
    kept.family->counters().reside(1, static_cast<std::int64_t>(kept.weight));
    (kept.is_main ? shard.main : shard.small).push(kept);
    shard.index.emplace(kept.hash, std::move(entry));
    make_room(shard, dropped);
}

/// False: the family has its share of the tier, and nothing of it is near to give way here.
bool Tier::make_room_in_family(Shard& shard, const Entry& entry, Dropped& dropped) const {
    const Family& family = *entry.family;
    const double share = family.options().process_share;
    if (share >= 1) {
        return true;
    }
    const auto limit = static_cast<std::int64_t>(static_cast<double>(this->limit()) * share);
    while (family.counters().bytes() + static_cast<std::int64_t>(entry.weight) > limit) {
        Entry* oldest = find_of_family(shard.small, family);
        oldest = oldest != nullptr ? oldest : find_of_family(shard.main, family);
        if (oldest == nullptr) {
            return false;
        }
        drop(shard, *oldest, dropped);
    }
    return true;
}

void Tier::drop(Shard& shard, Entry& entry, Dropped& dropped) {
    ++shard.evictions;
    auto& counters = entry.family->counters();
    const auto age = std::max<Instant>(coarse_now() - entry.taken_at, 0);
    counters.add(Count::eviction);
    counters.add(Count::eviction_millis, static_cast<std::uint64_t>(age / 1'000'000));
    if (Shadow::is_sampled(entry.hash)) {
        shard.shadow.add(entry);
    }
    dropped.push_back(take_out(shard, entry));
}

/// S3-FIFO's eviction, until the shard is within its limit.
void Tier::make_room(Shard& shard, Dropped& dropped) const {
    while (shard.small.weight + shard.main.weight > shard_limit_) {
        const bool from_small =
            shard.main.oldest == nullptr || (shard.small.oldest != nullptr &&
                                             shard.small.weight > shard_limit_ * kSmallShare / 100);
        EntryQueue& queue = from_small ? shard.small : shard.main;
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
        drop(shard, entry, dropped);
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

std::unique_ptr<Entry> Tier::evict(std::uint64_t hash) {
    std::unique_ptr<Entry> dropped;
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.lock);
    const auto found = shard.index.find(hash);
    if (found != shard.index.end()) {
        dropped = take_out(shard, *found->second);
    }
    shard.shadow.remove(hash);
    return dropped;
}

void Tier::evict_all() {
    for (auto& shard : shards_) {
        std::vector<std::unique_ptr<Entry>> dropped;
        const std::lock_guard lock(shard.lock);
        for (EntryQueue* queue : {&shard.small, &shard.main}) {
            while (queue->oldest != nullptr) {
                dropped.push_back(take_out(shard, *queue->oldest));
            }
        }
        shard.shadow.clear();
    }
}

void Tier::note_miss(const Key& key, Instant now) const {
    if (!Shadow::is_sampled(key.hash())) {
        return;
    }
    const Shard& shard = shard_of(key.hash());
    const std::shared_lock lock(shard.lock);
    if (shard.shadow.has(key, now)) {
        key.family().counters().add(Count::missed_for_room, Shadow::kSampling);
    }
}

std::unique_ptr<Entry> Tier::look(const Key& key) const {
    const Shard& shard = shard_of(key.hash());
    const std::lock_guard lock(shard.lock);  // hits count visits in what is copied
    const auto found = shard.index.find(key.hash());
    if (found == shard.index.end() || found->second->family != &key.family() ||
        found->second->name != key.name()) {
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
