// SPDX-License-Identifier: MIT
#include "results/leaderboard.hpp"

#include <gtest/gtest.h>

namespace tripos::results {
namespace {

TEST(Leaderboard, TiesShareARank) {
    EXPECT_EQ(ranks_of({9000, 8000, 8000, 7000}), (std::vector<std::int64_t>{1, 2, 2, 4}));
    EXPECT_TRUE(ranks_of({}).empty());
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
