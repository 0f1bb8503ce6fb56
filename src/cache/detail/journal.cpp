// SPDX-License-Identifier: MIT
#include "cache/detail/journal.hpp"

namespace tripos::cache {

void Journal::add(const std::string& key) {
    const std::lock_guard lock(mutex_);
    ++last_number_;
    if (!overflowed_) {
        keys_[key] = last_number_;
        if (keys_.size() > kLimit) {
            overflowed_ = true;
            keys_.clear();
        }
    }
    update_busy();
}

bool Journal::holds_back(const std::string& key) const {
    if (!busy_.load(std::memory_order_acquire)) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    return overflowed_ || keys_.contains(key);
}

bool Journal::has_overflowed() const {
    const std::lock_guard lock(mutex_);
    return overflowed_;
}

std::size_t Journal::size() const {
    const std::lock_guard lock(mutex_);
    return keys_.size();
}

std::optional<std::chrono::steady_clock::time_point> Journal::busy_since() const {
    const std::lock_guard lock(mutex_);
    return busy_since_;
}

std::vector<Journal::Entry> Journal::some(std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    for (const auto& [key, number] : keys_) {
        if (entries.size() == limit) {
            break;
        }
        entries.push_back(Entry{.key = key, .number = number});
    }
    return entries;
}

void Journal::done(const std::vector<Entry>& entries) {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries) {
        const auto found = keys_.find(entry.key);
        if (found != keys_.end() && found->second == entry.number) {
            keys_.erase(found);
        }
    }
    update_busy();
}

std::uint64_t Journal::mark() const {
    const std::lock_guard lock(mutex_);
    return last_number_;
}

void Journal::cleared(std::uint64_t mark) {
    const std::lock_guard lock(mutex_);
    if (overflowed_ && mark == last_number_) {
        overflowed_ = false;  // otherwise something was added meanwhile and is nowhere else
    }
    std::erase_if(keys_, [mark](const auto& entry) { return entry.second <= mark; });
    update_busy();
}

void Journal::update_busy() {
    const bool is_busy = overflowed_ || !keys_.empty();
    if (is_busy != busy_since_.has_value()) {
        busy_since_ = is_busy ? std::optional(std::chrono::steady_clock::now()) : std::nullopt;
    }
    busy_.store(is_busy, std::memory_order_release);
}

}  // namespace tripos::cache
