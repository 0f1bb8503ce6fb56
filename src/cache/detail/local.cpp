// SPDX-License-Identifier: MIT
#include "cache/detail/local.hpp"

namespace tripos::cache {

namespace {

constexpr Instant kEcho = 1'000'000'000;  ///< what we do is announced to us sooner, or not at all

}  // namespace

RecentInvalidations::Slot& RecentInvalidations::slot_for(std::uint64_t hash) {
    Slot& slot = slots_[hash % kSlots];
    if (slot.hash.exchange(hash) != hash) {
        slot.origin = Origin::none;
        slot.echo_until = 0;
    }
    return slot;
}

void RecentInvalidations::note_fill(std::uint64_t hash) {
    slot_for(hash).echo_until = coarse_now() + kEcho;
}

void RecentInvalidations::note_here(std::uint64_t hash) {
    Slot& slot = slot_for(hash);
    slot.at = coarse_now();
    slot.origin = Origin::here;
    slot.echo_until = slot.at + kEcho;
}

void RecentInvalidations::note_announced(std::uint64_t hash, bool has_ended) {
    Slot& slot = slot_for(hash);
    const Instant now = coarse_now();
    if (now < slot.echo_until.exchange(0) || !has_ended) {
        return;
    }
    slot.at = now;
    slot.origin = Origin::elsewhere;
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
    const auto leased = names.value_of_lease(redis_name);
    if (!leased.empty()) {
        wakeups.wake(leased);
        return;
    }
    const auto hash = hash_of(names.bare(redis_name));
    tickets.void_one(hash);
    const auto dropped = tier.evict(hash);
    // Nothing here, and it was a load that stored what was missing.
    recent.note_announced(hash, dropped && coarse_now() < dropped->expires_at);
    wakeups.wake(redis_name);
}

void Local::forget_value(std::string_view name) {
    const auto hash = hash_of(name);
    tickets.void_one(hash);
    tier.evict(hash);
    recent.note_here(hash);
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
