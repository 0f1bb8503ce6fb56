// SPDX-License-Identifier: MIT
#include "limits/counter_table.hpp"

#include <algorithm>
#include <utility>

namespace tripos::limits {

Counter CounterTable::Entry::all() const {
    auto counter = heard;
    counter.count += alone + on_way;
    return counter;
}

std::optional<Refusal> CounterTable::apply(Act act, std::span<const Ask> asks, Timestamp now) {
    using std::chrono::milliseconds;
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const auto& ask = asks[i];
        const auto counter = entries.emplace_back(find(ask.key, now)).all();
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
        auto& entry = entries[i];
        auto counter = entry.all();
        count_one(counter, asks[i].limit, now);
        ++entry.alone;
        entry.heard.ends_at = counter.ends_at;
        entry.heard.next_at = counter.next_at;
        put(asks[i], entry);
    }
    return std::nullopt;
}

std::vector<CounterTable::Report> CounterTable::report(std::span<const Ask> asks, Timestamp now) {
    const std::lock_guard lock(mutex_);
    std::vector<Report> reports;
    for (const auto& ask : asks) {
        auto entry = find(ask.key, now);
        reports.push_back({.heard = entry.heard, .alone = entry.alone});
        if (entry.alone > 0) {
            entry.on_way += std::exchange(entry.alone, 0);
            put(ask, entry);
        }
    }
    return reports;
}

void CounterTable::learn(std::span<const Ask> asks, std::span<const Report> reports,
                         std::span<const Counter> counters, Timestamp now) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const bool runs = counters[i].ends_at > now;
        if (runs && (counters_.contains(asks[i].key) || has_room(ends_[asks[i].kind], now))) {
            auto entry = find(asks[i].key, now);
            entry.heard = counters[i];
            entry.on_way -= std::min(entry.on_way, reports[i].alone);
            put(asks[i], entry);
        }
    }
}

void CounterTable::take_back(std::span<const Ask> asks, std::span<const Report> reports,
                             Timestamp now) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < asks.size(); ++i) {
        auto entry = find(asks[i].key, now);
        const auto untold = std::min(entry.on_way, reports[i].alone);
        if (untold > 0) {
            entry.on_way -= untold;
            entry.alone += untold;
            put(asks[i], entry);
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

void CounterTable::put(const Ask& ask, const Entry& entry) {
    auto& ends = ends_[ask.kind];
    const auto [place, is_new] = counters_.try_emplace(ask.key);
    if (!is_new) {
        ends.erase({place->second.heard.ends_at, &place->first});
    }
    place->second = entry;
    ends.insert({entry.heard.ends_at, &place->first});
}

CounterTable::Entry CounterTable::find(const std::string& key, Timestamp now) const {
    const auto found = counters_.find(key);
    const bool runs = found != counters_.end() && found->second.heard.ends_at > now;
    return runs ? found->second : Entry();
}

}  // namespace tripos::limits
