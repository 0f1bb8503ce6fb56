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

    /// What this process knows of one ask, for the server that counts for all.
    struct Report {
        Counter heard = {};      ///< what that server said last
        std::int64_t alone = 0;  ///< counted here since
    };
    /// In the order of the asks. What was counted alone is on its way from now on: learn() or
    /// take_back() follows, and no other report tells it again.
    std::vector<Report> report(std::span<const Ask> asks, Timestamp now);
    /// The server has the reports, and answered what all processes together have counted, which is
    /// kept as far as there is room.
    void learn(std::span<const Ask> asks, std::span<const Report> reports,
               std::span<const Counter> counters, Timestamp now);
    /// Nobody knows whether it has them: they will be told again.
    void take_back(std::span<const Ask> asks, std::span<const Report> reports, Timestamp now);

    std::size_t size() const;

  private:
    struct ByEnd {
        Timestamp ends_at;
        const std::string* key;  ///< of counters_, whose nodes stay where they are
        auto operator<=>(const ByEnd&) const = default;
    };

    using Ends = std::set<ByEnd>;

    struct Entry {
        Counter heard = {};      ///< with the end and the delay that hold now
        std::int64_t alone = 0;  ///< beside what was heard
        std::int64_t on_way = 0;

        Counter all() const;
    };

    bool has_room(Ends& ends, Timestamp now);
    void put(const Ask& ask, const Entry& entry);
    Entry find(const std::string& key, Timestamp now) const;

    const std::size_t room_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> counters_;
    std::map<std::string, Ends> ends_;  ///< by kind
};

}  // namespace tripos::limits
