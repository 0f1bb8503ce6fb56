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
        auto& ends = ends_[ask.kind];
        if (counter.count == 0 && !has_room(ends, now)) {
            return Refusal{i, ends.empty() ? milliseconds(1000) : ends.begin()->ends_at - now};
        }
    }
    for (std::size_t i = 0; act != Act::look && i < asks.size(); ++i) {
        count_one(counters[i], asks[i].limit, now);
        put(asks[i], counters[i]);
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
        if (runs && (counters_.contains(asks[i].key) || has_room(ends_[asks[i].kind], now))) {
            put(asks[i], counters[i]);
        }
    }
}

std::size_t CounterTable::size() const {
    const std::lock_guard lock(mutex_);
    return counters_.size();
}

bool CounterTable::has_room(Ends& ends, Timestamp now) {
    while (!ends.empty() && ends.begin()->ends_at <= now) {
        const auto over = counters_.find(*ends.begin()->key);
        ends.erase(ends.begin());
        counters_.erase(over);
    }
    return ends.size() < room_;
}

void CounterTable::put(const Ask& ask, const Counter& counter) {
    auto& ends = ends_[ask.kind];
    const auto [entry, is_new] = counters_.try_emplace(ask.key);
    if (!is_new) {
        ends.erase({entry->second.ends_at, &entry->first});
    }
    entry->second = counter;
    ends.insert({counter.ends_at, &entry->first});
}

Counter CounterTable::find(const std::string& key, Timestamp now) const {
    const auto found = counters_.find(key);
    return found == counters_.end() || found->second.ends_at <= now ? Counter() : found->second;
}

}  // namespace tripos::limits
