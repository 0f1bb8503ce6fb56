// SPDX-License-Identifier: MIT
#pragma once
// A small chart of bars for a terminal, drawn with the eighth blocks of Unicode. Pure, thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace tripos::app {

struct BarChart {
    std::vector<std::int64_t> values;  ///< oldest first, none negative
    std::size_t columns = 60;          ///< at most; more values than that are averaged in groups
    std::size_t rows = 4;              ///< at least 1
    std::string first_label;           ///< below the oldest value
    std::string last_label;            ///< below the newest value
};

/// Lines, each ended: the largest value at the axis, the bars, the labels. A value above 0 is
/// always seen.
std::string draw(const BarChart& chart);

}  // namespace tripos::app
