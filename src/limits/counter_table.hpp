// SPDX-License-Identifier: MIT
#pragma once
// CounterTable: counters of this process. A counter whose window runs is never forgotten: when its
// kind has no room left, what needs a new one is refused.

#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "limits/counter.hpp"

namespace tripos::limits {

/// Thread-safe.
class CounterTable {
  public:
    /// `room`: a counter begins only while fewer of its kind run.
    explicit CounterTable(std::size_t room) : room_(room) {}

    /// Asks in order and counts all or, when one of them refuses, none. count-n.lua is its twin:
    /// limits_itest holds one to the other.
    std::optional<Refusal> apply(Act act, std::span<const Ask> asks, Timestamp now);

    /// In the order of the asks; a counter that does not run is empty.
    std::vector<Counter> known(std::span<const Ask> asks, Timestamp now) const;
    /// Takes over what all processes together have counted, as far as there is room.
    void learn(std::span<const Ask> asks, std::span<const Counter> counters, Timestamp now);

    std::size_t size() const;

  private:
    struct ByEnd {
        Timestamp ends_at;
        const std::string* key;  ///< of counters_, whose nodes stay where they are
        auto operator<=>(const ByEnd&) const = default;
    };

    using Ends = std::set<ByEnd>;

    bool has_room(Ends& ends, Timestamp now);
    void put(const Ask& ask, const Counter& counter);
    Counter find(const std::string& key, Timestamp now) const;

    const std::size_t room_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Counter> counters_;
    std::map<std::string, Ends> ends_;  ///< by kind
};

}  // namespace tripos::limits
