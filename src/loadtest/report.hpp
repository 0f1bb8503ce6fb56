// SPDX-License-Identifier: MIT
#pragma once
// Report: what a load test found, as lines for people, JSON, and one HTML page that needs nothing.

#include <string>
#include <vector>

#include "loadtest/earlier.hpp"
#include "loadtest/oracle.hpp"
#include "loadtest/server_figures.hpp"
#include "loadtest/tally.hpp"

namespace tripos::loadtest {

enum class Verdict { met, missed, violated, is_void };

const char* to_text(Verdict verdict);

/// What was asked for, and what was measured.
struct Row {
    std::string what;
    std::string goal;  ///< empty: none, told only
    std::string measured;
    bool is_met = true;
};

struct Report {
    PlanParams params;
    Verdict verdict = Verdict::met;
    std::vector<Row> rows;
    std::vector<Violation> violations;
    std::vector<std::string> void_because;
    Tally exam;
    Tally results;
    ServerFigures figures;
};

/// "12.3 ms", "1.20 s".
std::string duration_text(std::int64_t micros);
std::string to_lines(const Report& report);
std::string to_json(const Report& report);
/// `earlier`: another run, drawn into it; null: none.
std::string to_html(const Report& report, const Earlier* earlier = nullptr);

}  // namespace tripos::loadtest
