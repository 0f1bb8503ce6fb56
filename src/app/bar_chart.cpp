// SPDX-License-Identifier: MIT
#include "app/bar_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/assert.hpp"

namespace tripos::app {

namespace {

constexpr std::array<std::string_view, 9> kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t kSteps = kBlocks.size() - 1;  // per row

/// As many as there are columns, each the average of its group.
std::vector<double> fitted(const std::vector<std::int64_t>& values, std::size_t columns) {
    const std::size_t group = (values.size() + columns - 1) / columns;
    std::vector<double> bars;
    // From the newest on, so that only the oldest group may be short.
    for (std::size_t end = values.size(); end > 0; end -= std::min(group, end)) {
        const std::size_t begin = end - std::min(group, end);
        const auto sum = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                         values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
        bars.push_back(sum / static_cast<double>(end - begin));
    }
    std::reverse(bars.begin(), bars.end());
    return bars;
}

std::string padded_left(const std::string& text, std::size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string without_trailing_spaces(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::string draw(const BarChart& chart) {
    TRIPOS_ASSERT(chart.columns > 0 && chart.rows > 0);
    if (chart.values.empty()) {
        return "";
    }
    const std::vector<double> bars = fitted(chart.values, chart.columns);
    const double highest = std::max(*std::max_element(bars.begin(), bars.end()), 1.0);
    const std::string top = std::to_string(std::llround(highest));
    const auto full = static_cast<double>(chart.rows * kSteps);
    std::string text;
    for (std::size_t row = chart.rows; row-- > 0;) {
        std::string line = padded_left(row + 1 == chart.rows ? top
                                       : row == 0            ? "0"
                                                             : "",
                                       top.size());
        line += " |";
        for (const double bar : bars) {
            const double height = bar > 0 ? std::max(std::round(bar / highest * full), 1.0) : 0;
            const double above = height - static_cast<double>(row * kSteps);
            line += kBlocks[static_cast<std::size_t>(
                std::clamp(above, 0.0, static_cast<double>(kSteps)))];
        }
        text += without_trailing_spaces(std::move(line)) + '\n';
    }
    if (chart.first_label.empty() && chart.last_label.empty()) {
        return text;
    }
    // The labels stay apart, also where the bars are few.
    const std::size_t between =
        std::max(bars.size(), chart.first_label.size() + 2 + chart.last_label.size()) -
        chart.first_label.size();
    const std::string indent(top.size() + 2, ' ');
    return text +
           without_trailing_spaces(indent + chart.first_label +
                                   padded_left(chart.last_label, between)) +
           '\n';
}

}  // namespace tripos::app
