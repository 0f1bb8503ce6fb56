// SPDX-License-Identifier: MIT
#pragma once
// Requests: a step of the plan in the bytes that are sent.

#include <optional>
#include <string>

#include "loadtest/plan.hpp"
#include "loadtest/target.hpp"

namespace tripos::loadtest {

struct PlannedAnswer {
    std::uint16_t question = 0;
    std::uint8_t choice = 0;
};

bool is_taken(int status);
/// Whether a request of that kind should end with that status, after so many tries.
bool is_right_end(Ask ask, int status, int tries);

/// How many answers it saves.
std::uint32_t answers_of(const Step& step);
/// The one with that index.
PlannedAnswer answer_of(const Step& step, std::uint32_t index);

/// `token`: the candidate's. Requires: a paper, if the step saves answers.
std::string request_of(const Step& step, const Subject& subject, const std::string& token,
                       const std::optional<Paper>& paper);

}  // namespace tripos::loadtest
