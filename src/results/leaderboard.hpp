// SPDX-License-Identifier: MIT
#pragma once
// Leaderboard: the best of one exam. Values and pure functions.

#include <optional>
#include <string>
#include <vector>

#include "results/result.hpp"

namespace tripos::results {

/// What it says of its exam, beside the marks.
inline constexpr auto kBoardExamMembers =
    entity::joined(entity::only(exams::kMembers, &exams::Exam::id, &exams::Exam::title),
                   entity::Table(entity::Member{nullptr, &exams::Exam::start_at, "examDate"}),
                   entity::only(exams::kMembers, &exams::Exam::end_at));

struct Leaderboard {
    exams::Exam exam;
    questions::Marks total_marks = 0;
    std::vector<StaffResult> entries;  ///< the best first, all with a score, ties at the cut too
    std::int64_t participants = 0;
};

/// Ranks of scores in falling order; equal scores share one: 1, 2, 2, 4.
std::vector<std::int64_t> ranks_of(const std::vector<questions::Marks>& scores);

/// As the exam's board names candidates: nothing when it has no such name for them.
std::optional<std::string> board_name(const accounts::Candidate& candidate,
                                      exams::BoardNames names);

/// The whole answer of GET /leaderboard/top-five. Candidates who opted out are not there; the ranks
/// of the others are what they are.
std::string leaderboard_body(const Leaderboard& board);

}  // namespace tripos::results
