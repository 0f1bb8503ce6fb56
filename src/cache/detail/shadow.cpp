// SPDX-License-Identifier: MIT
#include "cache/detail/shadow.hpp"

namespace tripos::cache {

void Shadow::add(const Entry& entry) {
    remove(entry.hash);
    auto kept = std::make_unique<Entry>(entry);
    kept->value = nullptr;
    kept->handles = Handles();
    queue_.push(*kept);
    entries_.emplace(entry.hash, std::move(kept));
    while (queue_.weight > limit_) {
        remove(queue_.oldest->hash);
    }
}

void Shadow::remove(std::uint64_t hash) {
    const auto found = entries_.find(hash);
    if (found != entries_.end()) {
        queue_.remove(*found->second);
        entries_.erase(found);
    }
}

void Shadow::clear() {
    queue_ = EntryQueue();
    entries_.clear();
}

bool Shadow::has(const Key& key, Instant now) const {
    const auto found = entries_.find(key.hash());
    return found != entries_.end() && found->second->name == key.name() &&
           now < found->second->expires_at && found->second->is_current(0);
}

}  // namespace tripos::cache
