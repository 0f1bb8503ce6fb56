// SPDX-License-Identifier: MIT
#pragma once
// The boards for Grafana: which figures stand together, and how. One table, written as Grafana
// imports it. Immutable; thread-safe.

#include <string>
#include <vector>

namespace tripos::operations {

/// A line of a panel, or several.
struct BoardQuery {
    const char* expression;  ///< PromQL
    const char* legend;      ///< "{{queue}}"
};

struct BoardPanel {
    const char* title;
    const char* says;  ///< more of it; may be empty
    const char* unit;  ///< as Grafana names it
    std::vector<BoardQuery> queries;
};

struct Board {
    const char* name;   ///< of the file and of its address: "exam-day"
    const char* title;  ///< for people
    std::vector<BoardPanel> panels;
};

/// Overview, exam day, queue and mail, Redis, cache.
const std::vector<Board>& boards();
/// As Grafana imports it.
std::string to_json(const Board& board);

}  // namespace tripos::operations
