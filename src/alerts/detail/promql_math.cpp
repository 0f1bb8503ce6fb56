// SPDX-License-Identifier: MIT
#include "alerts/detail/promql_math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tripos::alerts::detail {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
/// A gap to the window's end that is longer than so many of the usual is no missing point, but
/// where the series begins or ends.
constexpr double kUsualGaps = 1.1;

double seconds(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1'000;
}

/// How far the growth is stretched towards one end of the window.
double stretch(double gap, double usual) {
    return gap < usual * kUsualGaps ? gap : usual / 2;
}

}  // namespace

std::vector<Point> within(const std::deque<Point>& points, const Window& window) {
    const auto begin = std::find_if(
        points.begin(), points.end(),
        [oldest = window.now - window.length](const Point& point) { return point.at >= oldest; });
    const auto end = std::find_if(begin, points.end(),
                                  [&window](const Point& point) { return point.at > window.now; });
    return {begin, end};
}

std::optional<double> growth(const std::vector<Point>& points, const Window& window) {
    if (points.size() < 2) {
        return std::nullopt;
    }
    const auto& first = points.front();
    const auto& last = points.back();
    double grown = last.value - first.value;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].value < points[i - 1].value) {  // it began anew
            grown += points[i - 1].value;
        }
    }
    auto before = seconds(first.at - (window.now - window.length));
    const auto after = seconds(window.now - last.at);
    const auto sampled = seconds(last.at - first.at);
    const auto usual = sampled / static_cast<double>(points.size() - 1);
    if (grown > 0 && first.value >= 0) {  // a counter was never below 0
        before = std::min(before, sampled * (first.value / grown));
    }
    return grown * ((sampled + stretch(before, usual) + stretch(after, usual)) / sampled);
}

double change_count(const std::vector<Point>& points) {
    double count = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        count += points[i].value != points[i - 1].value ? 1 : 0;
    }
    return count;
}

std::optional<double> prediction(const std::vector<Point>& points, const Window& window,
                                 std::chrono::seconds later) {
    if (points.size() < 2) {
        return std::nullopt;
    }
    const auto count = static_cast<double>(points.size());
    double sum_x = 0;
    double sum_y = 0;
    double sum_xy = 0;
    double sum_xx = 0;
    for (const auto& point : points) {
        const auto x = seconds(point.at - window.now);
        sum_x += x;
        sum_y += point.value;
        sum_xy += x * point.value;
        sum_xx += x * x;
    }
    const auto slope = (sum_xy - sum_x * sum_y / count) / (sum_xx - sum_x * sum_x / count);
    return slope * static_cast<double>(later.count()) + sum_y / count - slope * sum_x / count;
}

double bucket_quantile(double share, std::vector<std::pair<double, double>> buckets) {
    std::sort(buckets.begin(), buckets.end());
    if (buckets.size() < 2 || !std::isinf(buckets.back().first)) {
        return kNothing;
    }
    for (std::size_t i = 1; i < buckets.size(); ++i) {  // scraped in the middle of a change
        buckets[i].second = std::max(buckets[i].second, buckets[i - 1].second);
    }
    const auto all = buckets.back().second;
    if (all == 0) {
        return kNothing;
    }
    auto rank = share * all;
    const auto found = std::find_if(buckets.begin(), buckets.end() - 1,
                                    [rank](const auto& bucket) { return bucket.second >= rank; });
    if (found == buckets.end() - 1) {  // beyond the largest bound there is nothing to measure by
        return (found - 1)->first;
    }
    if (found == buckets.begin()) {
        return found->first <= 0 ? found->first : found->first * (rank / found->second);
    }
    const auto& below = *(found - 1);
    rank -= below.second;
    return below.first + (found->first - below.first) * (rank / (found->second - below.second));
}

}  // namespace tripos::alerts::detail
