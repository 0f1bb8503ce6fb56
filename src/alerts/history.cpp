// SPDX-License-Identifier: MIT
#include "alerts/history.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tripos::alerts {

namespace {

/// Of one figure. A program that makes up labels without end must not fill our memory.
constexpr std::size_t kMostSeries = 2'000;
constexpr std::string_view kBucket = "_bucket";
constexpr std::string_view kCount = "_count";

std::string shortest(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

History::History(Wanted wanted) {
    for (const auto& [name, window] : wanted) {
        figures_[name].window = std::max<std::chrono::milliseconds>(window, kLookback);
    }
}

std::set<std::string> History::metrics() const {
    std::set<std::string> names;
    for (const auto& [name, kept] : figures_) {
        names.insert(name);
        for (const auto part : {kBucket, kCount}) {
            if (name.ends_with(part)) {
                names.insert(name.substr(0, name.size() - part.size()));
            }
        }
    }
    return names;
}

void History::add(Timestamp at, const std::vector<MetricReading>& readings) {
    for (const auto& reading : readings) {
        const bool is_histogram = !reading.at_most.empty();
        add(at, is_histogram ? reading.name + std::string(kCount) : reading.name, reading.labels,
            reading.value);
        auto labels = reading.labels;
        for (const auto& [bound, count] : reading.at_most) {
            labels["le"] = std::isinf(bound) ? "+Inf" : shortest(bound);
            add(at, reading.name + std::string(kBucket), labels, count);
        }
    }
    forget_before(at);
}

void History::add(Timestamp at, const std::string& name, const Labels& labels, double value) {
    const auto found = figures_.find(name);
    if (found == figures_.end()) {
        return;
    }
    auto& series = found->second.series;
    if (series.size() < kMostSeries || series.contains(labels)) {
        series[labels].push_back({at, value});
    }
}

void History::forget_before(Timestamp now) {
    for (auto& [name, kept] : figures_) {
        for (auto& [labels, points] : kept.series) {
            while (!points.empty() && points.front().at < now - kept.window) {
                points.pop_front();
            }
        }
        std::erase_if(kept.series, [](const auto& series) { return series.second.empty(); });
    }
}

void History::visit(std::string_view name, const Visit& visit) const {
    const auto found = figures_.find(name);
    if (found == figures_.end()) {
        return;
    }
    for (const auto& [labels, points] : found->second.series) {
        visit(labels, points);
    }
}

std::size_t History::point_count() const {
    std::size_t count = 0;
    for (const auto& [name, kept] : figures_) {
        for (const auto& [labels, points] : kept.series) {
            count += points.size();
        }
    }
    return count;
}

}  // namespace tripos::alerts
