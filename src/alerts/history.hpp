// SPDX-License-Identifier: MIT
#pragma once
// History: what figures were in the last while, as Prometheus would have scraped them. Only series
// that somebody wants are kept, each for as long as somebody looks back. Not thread-safe.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/series.hpp"
#include "core/clock.hpp"

namespace tripos::alerts {

/// A value and when it was read.
struct Point {
    Timestamp at{};    ///< when
    double value = 0;  ///< what
};

/// How old the newest value of a figure may be and still be its value.
inline constexpr std::chrono::minutes kLookback{5};

class History {
  public:
    /// A row of what is kept.
    struct Want {
        Series series;                       ///< what
        std::chrono::milliseconds window{};  ///< how long
    };
    using Wanted = std::vector<Want>;
    /// Reads one series: its labels, and its points, the oldest first. Never none.
    using Visit = std::function<void(const Labels&, const std::deque<Point>&)>;

    /// Where several want a series it is kept for the longest.
    explicit History(const Wanted& wanted);

    /// The metrics to read. A histogram is two figures: NAME_bucket and NAME_count.
    std::set<std::string> metrics() const;
    /// Notes what is wanted of `readings`. Requires: `at` is later than at the last call.
    void add(Timestamp at, const std::vector<MetricReading>& readings);
    /// Notes one value of one series; as above.
    void add(Timestamp at, const std::string& name, const Labels& labels, double value);
    /// Every series of that name.
    void visit(std::string_view name, const Visit& visit) const;
    /// Drops what nobody looks back to any more.
    void forget_before(Timestamp now);
    std::size_t point_count() const;  ///< in memory

  private:
    struct Kept {
        std::chrono::milliseconds window{};
        std::deque<Point> points;
    };
    struct Figure {
        Wanted wanted;
        std::map<Labels, Kept> series;
    };

    std::map<std::string, Figure, std::less<>> figures_;
};

}  // namespace tripos::alerts
