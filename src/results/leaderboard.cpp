// SPDX-License-Identifier: MIT
#include "results/leaderboard.hpp"

namespace tripos::results {

std::vector<std::int64_t> ranks_of(const std::vector<questions::Marks>& scores) {
    std::vector<std::int64_t> ranks;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const bool is_tie = i > 0 && scores[i] == scores[i - 1];
        ranks.push_back(is_tie ? ranks.back() : static_cast<std::int64_t>(i) + 1);
    }
    return ranks;
}

std::string leaderboard_body(const Leaderboard& board) {
    std::vector<questions::Marks> scores;
    for (const auto& entry : board.entries) {
        scores.push_back(*entry.attempt.score);
    }
    const auto ranks = ranks_of(scores);
    auto json = http::success_body("Leaderboard fetched");
    json.name("exam")
        .begin_object()
        .member("id", board.exam.id)
        .member("title", board.exam.title)
        .member("examDate", board.exam.start_at)
        .member("endTime", board.exam.end_at)
        .member_raw("totalMarks", questions::marks_text(board.total_marks))
        .end_object()
        .name("data")
        .begin_array();
    for (std::size_t i = 0; i < board.entries.size(); ++i) {
        const auto& candidate = board.entries[i].candidate;
        json.begin_object()
            .member("rank", ranks[i])
            .member("name", candidate ? std::optional(candidate->full_name) : std::nullopt)
            .member("department", candidate ? candidate->department : std::nullopt)
            .member("year", candidate ? candidate->year : std::nullopt)
            .member_raw("score", questions::marks_text(scores[i]))
            .end_object();
    }
    json.end_array()
        .member("count", static_cast<std::int64_t>(board.entries.size()))
        .member("totalParticipants", board.participants)
        .end_object();
    return json.take();
}

}  // namespace tripos::results
