// SPDX-License-Identifier: MIT
#include "results/leaderboard.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::results {

namespace {

/// Requires: valid UTF-8, not empty.
std::string_view first_code_point(std::string_view text) {
    const auto is_rest = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const auto end = std::find_if_not(text.begin() + 1, text.end(), is_rest);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

std::vector<std::int64_t> ranks_of(const std::vector<questions::Marks>& scores) {
    std::vector<std::int64_t> ranks;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const bool is_tie = i > 0 && scores[i] == scores[i - 1];
        ranks.push_back(is_tie ? ranks.back() : static_cast<std::int64_t>(i) + 1);
    }
    return ranks;
}

std::optional<std::string> board_name(const accounts::Candidate& candidate,
                                      exams::BoardNames names) {
    switch (names) {
        case exams::BoardNames::full:
            return candidate.full_name;
        case exams::BoardNames::number:
            return candidate.enrollment_number;
        case exams::BoardNames::initials:
            break;
    }
    std::string initials;
    for (const auto word : split(candidate.full_name, ' ')) {
        if (!word.empty()) {
            initials += (initials.empty() ? "" : " ") + std::string(first_code_point(word)) + '.';
        }
    }
    return initials;
}

std::string leaderboard_body(const Leaderboard& board) {
    std::vector<questions::Marks> scores;
    for (const auto& entry : board.entries) {
        scores.push_back(*entry.attempt.score);
    }
    const auto ranks = ranks_of(scores);
    auto json = http::success_body("Leaderboard fetched");
    entity::write(json.name("exam").begin_object(), board.exam, kBoardExamMembers);
    json.member_raw("totalMarks", questions::marks_text(board.total_marks))
        .end_object()
        .name("data")
        .begin_array();
    std::int64_t count = 0;
    for (std::size_t i = 0; i < board.entries.size(); ++i) {
        const auto& candidate = board.entries[i].candidate;
        if (candidate && !candidate->on_leaderboard) {
            continue;
        }
        ++count;
        json.begin_object()
            .member("rank", ranks[i])
            .member("name",
                    candidate ? board_name(*candidate, board.exam.board_names) : std::nullopt)
            .member("department", candidate ? candidate->department : std::nullopt)
            .member("year", candidate ? candidate->year : std::nullopt)
            .member_raw("score", questions::marks_text(scores[i]))
            .end_object();
    }
    json.end_array()
        .member("count", count)
        .member("totalParticipants", board.participants)
        .end_object();
    return json.take();
}

}  // namespace tripos::results
