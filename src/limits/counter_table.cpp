// SPDX-License-Identifier: MIT
#include "limits/counter_table.hpp"

namespace tripos::limits {

std::optional<Refusal> CounterTable::apply(Act act, std::span<const Ask> asks, Timestamp now) {
    using std::chrono::milliseconds;
    const std::lock_guard lock(mutex_);
    std::vector<Counter> counters;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const auto& ask = asks[i];
        const auto counter = counters.emplace_back(find(ask.key, now));
        if (act == Act::add) {
            continue;
        }
        if (counter.count >= ask.limit.count) {
            return Refusal{i, counter.ends_at - now};
        }
        if (counter.next_at > now) {
            return Refusal{i, counter.next_at - now};
        }
        if (counter.count == 0 && !has_room(ask.room, now)) {
            return Refusal{i, ends_.empty() ? milliseconds(1000) : ends_.begin()->ends_at - now};
        }
    }
    for (std::size_t i = 0; act != Act::look && i < asks.size(); ++i) {
        count_one(counters[i], asks[i].limit, now);
        put(asks[i].key, counters[i]);
    }
    return std::nullopt;
}

std::vector<Counter> CounterTable::known(std::span<const Ask> asks, Timestamp now) const {
    const std::lock_guard lock(mutex_);
    std::vector<Counter> counters;
    for (const auto& ask : asks) {
        counters.push_back(find(ask.key, now));
    }
    return counters;
}

void CounterTable::learn(std::span<const Ask> asks, std::span<const Counter> counters,
                         Timestamp now) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const bool runs = counters[i].ends_at > now;
        if (runs && (counters_.contains(asks[i].key) || has_room(asks[i].room, now))) {
            put(asks[i].key, counters[i]);
        }
    }
}

std::size_t CounterTable::size() const {
    const std::lock_guard lock(mutex_);
    return counters_.size();
}

bool CounterTable::has_room(std::size_t room, Timestamp now) {
    while (!ends_.empty() && ends_.begin()->ends_at <= now) {
        const auto over = counters_.find(*ends_.begin()->key);
        ends_.erase(ends_.begin());
        counters_.erase(over);
    }
    return counters_.size() < room;
}

void CounterTable::put(const std::string& key, const Counter& counter) {
    const auto [entry, is_new] = counters_.try_emplace(key);
    if (!is_new) {
        ends_.erase({entry->second.ends_at, &entry->first});
    }
    entry->second = counter;
    ends_.insert({counter.ends_at, &entry->first});
}

Counter CounterTable::find(const std::string& key, Timestamp now) const {
    const auto found = counters_.find(key);
    return found == counters_.end() || found->second.ends_at <= now ? Counter() : found->second;
}

}  // namespace tripos::limits
