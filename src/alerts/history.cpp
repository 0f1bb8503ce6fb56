// SPDX-License-Identifier: MIT
#include "alerts/history.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

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

/// Nothing: nobody wants it.
std::optional<std::chrono::milliseconds> window_of(const History::Wanted& wanted,
                                                   const Labels& labels) {
    std::optional<std::chrono::milliseconds> longest;
    for (const auto& one : wanted) {
        if (one.series.includes(labels)) {
            longest =
                std::max<std::chrono::milliseconds>({longest.value_or(kLookback), one.window});
        }
    }
    return longest;
}

}  // namespace

History::History(const Wanted& wanted) {
    for (const auto& one : wanted) {
        figures_[one.series.name].wanted.push_back(one);
    }
}

std::set<std::string> History::metrics() const {
    std::set<std::string> names;
    for (const auto& [name, figure] : figures_) {
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
    auto& [wanted, series] = found->second;
    auto kept = series.find(labels);
    if (kept == series.end()) {
        const auto window = window_of(wanted, labels);
        if (!window || series.size() >= kMostSeries) {
            return;
        }
        kept = series.emplace(labels, Kept{.window = *window, .points = {}}).first;
    }
    kept->second.points.push_back({at, value});
}

void History::forget_before(Timestamp now) {
    for (auto& [name, figure] : figures_) {
        for (auto& [labels, kept] : figure.series) {
            while (!kept.points.empty() && kept.points.front().at < now - kept.window) {
                kept.points.pop_front();
            }
        }
        std::erase_if(figure.series, [](const auto& one) { return one.second.points.empty(); });
    }
}

void History::visit(std::string_view name, const Visit& visit) const {
    const auto found = figures_.find(name);
    if (found == figures_.end()) {
        return;
    }
    for (const auto& [labels, kept] : found->second.series) {
        visit(labels, kept.points);
    }
}

std::size_t History::point_count() const {
    std::size_t count = 0;
    for (const auto& [name, figure] : figures_) {
        for (const auto& [labels, kept] : figure.series) {
            count += kept.points.size();
        }
    }
    return count;
}

}  // namespace tripos::alerts
