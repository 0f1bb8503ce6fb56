// SPDX-License-Identifier: MIT
#pragma once
// What Prometheus 2 makes of the points within a window, to the digit. Pure functions.

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "alerts/history.hpp"

namespace tripos::alerts::detail {

/// The window that ends `now`.
struct Window {
    Timestamp now{};
    std::chrono::milliseconds length{};
};

/// Points within it, both ends included.
std::vector<Point> within(const std::deque<Point>& points, const Window& window);

/// A counter's growth, resets made up for, and stretched towards the ends of the window where the
/// points do not reach them. Nothing: fewer than two points.
std::optional<double> growth(const std::vector<Point>& points, const Window& window);
/// How often the value changed.
double change_count(const std::vector<Point>& points);
/// The regression line's value so long after `now`. Nothing: fewer than two points.
std::optional<double> prediction(const std::vector<Point>& points, const Window& window,
                                 std::chrono::seconds later);
/// Of a cumulative histogram: (bound, count), in any order. NaN: nothing to say.
double bucket_quantile(double share, std::vector<std::pair<double, double>> buckets);

}  // namespace tripos::alerts::detail
