// SPDX-License-Identifier: MIT
#include "cache/detail/local.hpp"

namespace tripos::cache {

void RecentInvalidations::note(std::uint64_t hash, Origin origin) {
    Slot& slot = slots_[hash % kSlots];
    const Instant now = coarse_now();
    // Our own invalidation is announced to us as well.
    if (origin == Origin::elsewhere && slot.hash == hash && slot.origin == Origin::here &&
        now - slot.at < 1'000'000'000) {
        return;
    }
    slot.origin = origin;
    slot.at = now;
    slot.hash = hash;
}

RecentInvalidations::Item RecentInvalidations::find(std::uint64_t hash) const {
    const Slot& slot = slots_[hash % kSlots];
    return slot.hash == hash ? Item{.origin = slot.origin, .at = slot.at} : Item();
}

void Local::on_changed(std::string_view redis_name) {
    pushes.fetch_add(1, std::memory_order_relaxed);
    if (names.is_version(redis_name)) {
        forget_version(redis_name);
        return;
    }
    const auto leased = Names::value_of_lease(redis_name);
    if (!leased.empty()) {
        wakeups.wake(leased);
        return;
    }
    const auto hash = hash_of(names.bare(redis_name));
    tickets.void_one(hash);
    tier.evict(hash);
    recent.note(hash, RecentInvalidations::Origin::elsewhere);
    wakeups.wake(redis_name);
}

void Local::forget_value(std::string_view name) {
    const auto hash = hash_of(name);
    tickets.void_one(hash);
    tier.evict(hash);
    recent.note(hash, RecentInvalidations::Origin::here);
}

void Local::forget_version(std::string_view redis_name) {
    tickets.void_one(hash_of(redis_name));
    versions.forget(redis_name);
}

void Local::flush() {
    flushes.fetch_add(1, std::memory_order_relaxed);
    tickets.void_all();
    versions.forget_all();
    tier.evict_all();
    wakeups.wake_all();
}

}  // namespace tripos::cache
