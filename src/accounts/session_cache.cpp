// SPDX-License-Identifier: MIT
#include "accounts/session_cache.hpp"

namespace tripos::accounts {

std::shared_ptr<const Principal> SessionCache::find(std::string_view token, Timestamp now) const {
    const Shard& shard = shards_[index_of(token)];
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(token);
    if (found == shard.entries.end() || found->second.until <= now) {
        return nullptr;
    }
    const auto& witness = found->second.witness;
    return witness.is_empty() || witness.holds() ? found->second.principal : nullptr;
}

void SessionCache::remember(std::string token, std::shared_ptr<const Principal> principal,
                            Timestamp until, Ticket ticket, cache::Witness witness) {
    Shard& shard = shards_[index_of(token)];
    const std::lock_guard lock(shard.mutex);
    // forget_if() counts before it visits the shards, so whoever is too late here sees the count.
    if (forgotten_.load() != ticket) {
        return;
    }
    if (shard.entries.size() >= shard_limit_ && !shard.entries.contains(token)) {
        shard.entries.erase(shard.entries.begin());
    }
    shard.entries.insert_or_assign(
        std::move(token),
        Entry{.principal = std::move(principal), .until = until, .witness = std::move(witness)});
}

void SessionCache::forget_session(const std::string& session_id) {
    forget_if([&](const Principal& principal) { return principal.session_id == session_id; });
}

void SessionCache::forget_user(const std::string& user_id) {
    forget_if([&](const Principal& principal) { return principal.user_id == user_id; });
}

void SessionCache::forget_if(const std::function<bool(const Principal&)>& matches) {
    forgotten_.fetch_add(1);
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.entries,
                      [&](const auto& entry) { return matches(*entry.second.principal); });
    }
}

}  // namespace tripos::accounts
