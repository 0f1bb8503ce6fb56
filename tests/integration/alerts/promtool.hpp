// SPDX-License-Identifier: MIT
#pragma once
// Random histories of every figure that a rule looks at, what our evaluator says of them, and the
// same as a file for `promtool test rules`.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "alerts/evaluator.hpp"

namespace tripos::alerts::test {

/// One series: a value every 15 s, or none.
struct Line {
    std::string name;
    Labels labels;
    std::vector<std::optional<double>> values;
};

/// `steps` of every figure, with quiet and busy times, gaps and resets.
std::vector<Line> make_history(std::uint32_t seed, std::size_t steps);

/// What fires, by the number of the step.
std::vector<std::vector<AlertKey>> verdicts(const std::vector<Line>& lines, std::size_t steps);

/// A test of promtool that expects these verdicts every `stride` steps.
std::string promtool_test(const std::vector<Line>& lines,
                          const std::vector<std::vector<AlertKey>>& verdicts, std::size_t stride);

}  // namespace tripos::alerts::test
