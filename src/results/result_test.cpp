// SPDX-License-Identifier: MIT
#include "results/result.hpp"

#include <gtest/gtest.h>

namespace tripos::results {
namespace {

TEST(Csv, HasAHeaderAndKeepsNegativeScoresNumbers) {
    std::vector<StaffResult> results(1);
    results[0].attempt.id = "id";
    results[0].candidate = accounts::Candidate{.full_name = "=cmd()"};
    results[0].attempt.status = attempts::AttemptStatus::submitted;
    results[0].attempt.score = -250;
    results[0].attempt.started_at = from_millis(0);
    EXPECT_EQ(results_csv(results),
              "\"name\",\"email\",\"enrollmentNumber\",\"department\",\"status\",\"score\","
              "\"startedAt\",\"submittedAt\",\"attemptId\"\r\n"
              "\"'=cmd()\",\"\",\"\",\"\",\"SUBMITTED\",-0.25,"
              "\"1970-01-01T00:00:00.000Z\",\"\",\"id\"\r\n");
}

TEST(Result, ScoreIsPartOfTheAnalysisButNotTheReverse) {
    AttemptResult result;
    result.attempt.id = "attempt";
    result.attempt.exam_id = "exam";
    result.attempt.status = attempts::AttemptStatus::submitted;
    result.attempt.score = 1500;
    result.exam.title = "Physics";
    ResultQuestion question{
        .question = {.question_id = "q", .order = 1, .marks = 2000},
        .options = {{.id = "a", .text = "A", .is_correct = true}, {.id = "b", .text = "B"}},
        .key = {.right = {{.correct_ids = {"a"}}}}};
    result.questions.push_back(question);
    result.answers.push_back({.question_id = "q", .option_ids = {"a"}});
    result.marks = {1500};
    const auto bytes = encode_result(result);
    const auto view = ResultView::read(std::make_shared<const std::string>(bytes));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->score_members,
              R"("attemptId":"attempt","examId":"exam","examTitle":"Physics","score":1.5,)"
              R"("status":"SUBMITTED","submittedAt":null)");
    EXPECT_NE(view->analysis_members.find(R"("totalMarks":2,"percentage":75,)"),
              std::string_view::npos);
    const auto shown = analysis_of(*view);
    EXPECT_NE(shown.find(R"("isCorrect":true)"), std::string::npos);
    EXPECT_NE(shown.find(
                  R"("studentAnswer":{"selectedOptionIds":["a"],"numericalAnswer":null,)"
                  R"("marksObtained":1.5},"keyHeld":false,"correctAnswer":"a","correction":null})"),
              std::string::npos);
    const auto held = analysis_of(*view, {"q"});
    EXPECT_EQ(held.find(R"("isCorrect":true)"), std::string::npos);
    EXPECT_EQ(held.find(R"("isCorrect":false)"), std::string::npos);
    EXPECT_NE(held.find(R"("marksObtained":null},"keyHeld":true,"correctAnswer":null,)"
                        R"("correction":null})"),
              std::string::npos);
}

}  // namespace
}  // namespace tripos::results
