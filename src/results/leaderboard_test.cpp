// SPDX-License-Identifier: MIT
#include "results/leaderboard.hpp"

#include <gtest/gtest.h>

namespace tripos::results {
namespace {

TEST(Leaderboard, TiesShareARank) {
    EXPECT_EQ(ranks_of({9000, 8000, 8000, 7000}), (std::vector<std::int64_t>{1, 2, 2, 4}));
    EXPECT_TRUE(ranks_of({}).empty());
}

TEST(Leaderboard, NamesCandidatesAsTheExamSays) {
    const accounts::Candidate asha{.full_name = "Asha  Élan Rao", .enrollment_number = "E1"};
    EXPECT_EQ(board_name(asha, exams::BoardNames::full), "Asha  Élan Rao");
    EXPECT_EQ(board_name(asha, exams::BoardNames::initials), "A. É. R.");
    EXPECT_EQ(board_name(asha, exams::BoardNames::number), "E1");
    EXPECT_EQ(board_name(accounts::Candidate(), exams::BoardNames::number), std::nullopt);
}

TEST(Leaderboard, LeavesOutWhoOptedOutAndKeepsTheRanks) {
    Leaderboard board{.exam = exams::Exam(), .total_marks = 10'000, .participants = 3};
    for (const auto* const name : {"Top", "Hidden", "Last"}) {
        board.entries.push_back({.attempt = {.score = 500}, .candidate = accounts::Candidate()});
        auto& entry = board.entries.back();
        entry.attempt.score = 900 - 100 * static_cast<std::int64_t>(board.entries.size());
        entry.candidate->full_name = name;
        entry.candidate->on_leaderboard = std::string_view(name) != "Hidden";
    }
    const auto body = leaderboard_body(board);
    EXPECT_EQ(body.find("Hidden"), std::string::npos);
    EXPECT_NE(body.find(R"({"rank":3,"name":"Last")"), std::string::npos) << body;
    EXPECT_NE(body.find(R"("count":2,"totalParticipants":3)"), std::string::npos);
}

TEST(Leaderboard, ShowsNullsForAMissingProfile) {
    Leaderboard board{.exam = exams::Exam(), .total_marks = 10'000, .participants = 1};
    board.entries.push_back(
        {.attempt = {.score = 500}, .candidate = accounts::Candidate{.full_name = "Asha"}});
    const auto body = leaderboard_body(board);
    EXPECT_NE(body.find(R"({"rank":1,"name":"Asha","department":null,"year":null,"score":0.5})"),
              std::string::npos);
}

}  // namespace
}  // namespace tripos::results
