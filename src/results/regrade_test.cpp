// SPDX-License-Identifier: MIT
#include "results/regrade.hpp"

#include <gtest/gtest.h>

namespace tripos::results {
namespace {

using attempts::Outcome;

/// Two questions of 1 mark each; the second one's key is `right`.
attempts::AnswerKey key_of(const std::string& right) {
    attempts::AnswerKey key;
    for (const auto& [id, option] : {std::pair<std::string, std::string>("one", "a"),
                                     std::pair<std::string, std::string>("two", right)}) {
        const questions::QuestionKey answer{.correct_ids = {option}};
        key.questions.push_back({.question_id = id, .marks = 1000, .right = {answer}});
    }
    return key;
}

/// Chose these options, and was graded by a and b.
void add(RegradeTally& tally, const std::string& who, const std::string& first,
         const std::string& second) {
    const std::vector<attempts::Answer> answers{{.question_id = "one", .option_ids = {first}},
                                                {.question_id = "two", .option_ids = {second}}};
    const auto grade = attempts::grade(key_of("b"), answers);
    attempts::attempt_store::Graded graded;
    graded.attempt.id = graded.attempt.user_id = who;
    graded.attempt.submitted_at = Timestamp();
    graded.attempt.score = grade.score;
    graded.marks = attempts::marks_list(grade.per_question);
    tally.add(graded, answers);
}

TEST(RegradeRuns, NameThoseWhoseRankChangesThoughTheirScoreDoesNot) {
    RegradeTally tally(key_of("b"), key_of("c"));
    add(tally, "was best", "a", "b");
    add(tally, "gains", "x", "c");
    add(tally, "stays", "a", "x");
    add(tally, "has nothing", "x", "x");
    const auto run = std::move(tally).finish({.last = 1, .in_force = 0}, 0);
    EXPECT_EQ(run.attempts, 4);
    ASSERT_EQ(run.changes.size(), 4U);
    for (const auto& change : run.changes) {
        const bool is_last = change.attempt_id == "has nothing";
        EXPECT_EQ(change.rank_after, is_last ? 4 : 1) << change.attempt_id;
        EXPECT_EQ(change.score_before == change.score_after,
                  is_last || change.attempt_id == "stays");
    }
    EXPECT_EQ(run.changes.back().rank_before, 3);
    ASSERT_EQ(run.questions.size(), 2U);
    EXPECT_EQ(run.questions[1].order, 2);
    std::int64_t wrong_twice = 0;
    for (const auto& [before, after, count] : run.questions[1].counts) {
        wrong_twice += before == Outcome::wrong && after == Outcome::wrong ? count : 0;
    }
    EXPECT_EQ(wrong_twice, 2);
}

TEST(RegradeRuns, HaveAnotherDigestWhenAnythingMoved) {
    const auto digest = [](const std::string& key, const std::string& answer,
                           std::int64_t corrections, std::int64_t late = 0) {
        RegradeTally tally(key_of("b"), key_of(key));
        add(tally, "somebody", "a", answer);
        return std::move(tally).finish({.last = corrections}, late).digest;
    };
    const auto before = digest("c", "b", 1);
    EXPECT_EQ(digest("c", "b", 1), before);
    EXPECT_NE(digest("b", "b", 1), before);
    EXPECT_NE(digest("c", "c", 1), before);
    EXPECT_NE(digest("c", "b", 2), before);
    EXPECT_NE(digest("c", "b", 1, 1), before);
}

TEST(RegradeRuns, SeeThatAGradeMovedWithoutItsAnswers) {
    attempts::attempt_store::Graded graded;
    graded.attempt.id = "attempt";
    graded.attempt.submitted_at = Timestamp();
    graded.attempt.score = 1000;
    graded.marks = "1,0";
    const auto digest = [&graded](std::int64_t late = 0) {
        GradesDigest grades;
        grades.add(graded);
        return grades.finish(late);
    };
    const auto before = digest();
    EXPECT_EQ(digest(), before);
    EXPECT_NE(digest(1), before) << "a late answer counts";
    graded.marks = "0,1";
    EXPECT_NE(digest(), before) << "the score is made of other marks";
    graded.marks = "1,0";
    graded.attempt.score = 0;
    EXPECT_NE(digest(), before);
    graded.attempt.score = 1000;
    graded.attempt.submitted_at = Timestamp(std::chrono::milliseconds(1));
    EXPECT_NE(digest(), before) << "it was opened and handed in again";
}

}  // namespace
}  // namespace tripos::results
