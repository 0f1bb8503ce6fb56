// SPDX-License-Identifier: MIT
#pragma once
// Leaderboard: the best of one exam. Values and pure functions.

#include <optional>
#include <string>
#include <vector>

#include "exams/exam.hpp"
#include "exams/json_writer.hpp"

namespace tripos::exams {

struct LeaderboardEntry {
    std::optional<std::string> name;
    std::optional<std::string> department;  ///< nothing: no profile
    std::optional<std::string> year;
    Marks score = 0;
};

struct Leaderboard {
    Exam exam;
    Marks total_marks = 0;
    std::vector<LeaderboardEntry> entries;  ///< the best first
    std::int64_t participants = 0;
};

/// Ranks of scores in falling order; equal scores share one: 1, 2, 2, 4.
std::vector<std::int64_t> ranks_of(const std::vector<Marks>& scores);

/// The whole answer of GET /leaderboard/top-five.
std::string leaderboard_body(const Leaderboard& board);

}  // namespace tripos::exams
