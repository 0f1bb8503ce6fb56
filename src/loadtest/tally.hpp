// SPDX-License-Identifier: MIT
#pragma once
// Tally: what a run measured, by kind of request and by second.

#include <array>
#include <cstdint>
#include <vector>

#include "loadtest/histogram.hpp"
#include "loadtest/plan.hpp"

namespace tripos::loadtest {

/// Of one kind of request.
struct AskTally {
    Histogram response;  ///< from the planned instant
    Histogram service;   ///< from the instant of sending, of the try that was answered
    std::int64_t done = 0;
    std::int64_t wrong = 0;    ///< ended with another status than it should
    std::int64_t retried = 0;  ///< tries beyond the first
};

/// Of one second of the plan, or of the time since somebody looked.
struct SecondTally {
    std::int64_t planned = 0;
    std::int64_t sent = 0;
    std::int64_t wrong = 0;
    Histogram response;  ///< of what was planned in it; of a look, of what ended
};

/// Of one run of a plan.
struct Tally {
    std::array<AskTally, kAsks> asks;
    std::vector<SecondTally> seconds;
    Histogram lag;           ///< by how much the generator was behind its plan
    double cpu_seconds = 0;  ///< of the generator's thread
    double wall_seconds = 0;

    AskTally& of(Ask ask) { return asks[static_cast<std::size_t>(ask)]; }
    const AskTally& of(Ask ask) const { return asks[static_cast<std::size_t>(ask)]; }
};

}  // namespace tripos::loadtest
