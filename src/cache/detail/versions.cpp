// SPDX-License-Identifier: MIT
#include "cache/detail/versions.hpp"

namespace tripos::cache {

namespace {

/// Nobody sees the lanes of one value with another: it goes first and comes last, and none returns.
void put(Version& version, std::uint64_t value, Lanes lanes) {
    version.value.store(0, std::memory_order_relaxed);
    version.lanes.store(lanes, std::memory_order_release);
    version.value.store(value, std::memory_order_release);
}

}  // namespace

std::shared_ptr<Version> Versions::find(const std::string& name) {
    const auto hash = Hash()(name);
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    auto& record = shard.records[name];
    if (!record) {
        record = std::make_shared<Version>();
        record->name = name;
        record->hash = hash;
        if (shard.records.size() >= shard.purge_at) {
            const auto kept = record;
            purge(shard);
            return kept;
        }
    }
    return record;
}

void Versions::purge(Shard& shard) {
    std::erase_if(shard.records, [](const auto& entry) { return entry.second.use_count() == 1; });
    shard.purge_at = std::max<std::size_t>(4'096, shard.records.size() * 2);
}

void Versions::learn(Version& version, std::uint64_t value, Lanes lane, const Ticket& ticket) {
    const std::lock_guard lock(shard_of(version.hash).mutex);
    if (!tickets_.is_valid(ticket)) {
        return;
    }
    if (version.value.load(std::memory_order_relaxed) == value) {
        version.lanes.fetch_or(lane, std::memory_order_relaxed);
    } else {
        put(version, value, lane);
    }
}

void Versions::forget(std::string_view name) {
    Shard& shard = shard_of(Hash()(name));
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.records.find(name);
    if (found != shard.records.end()) {
        put(*found->second, 0, 0);
    }
}

void Versions::forget_all() {
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (auto& [name, version] : shard.records) {
            put(*version, 0, 0);
        }
    }
}

}  // namespace tripos::cache
