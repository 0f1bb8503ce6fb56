// SPDX-License-Identifier: MIT
#include "attempts/correction.hpp"

#include <gtest/gtest.h>

namespace tripos::attempts {
namespace {

using questions::QuestionKey;
using questions::QuestionType;

/// One SINGLE question of 2 marks, -0.5, whose key is a.
AnswerKey key_of_one() {
    const QuestionKey right{.type = QuestionType::single_correct, .correct_ids = {"a"}};
    return {.questions = {
                {.question_id = "q", .marks = 2000, .negative_marks = 500, .right = {right}}}};
}

Correction correction_to(Treatment treatment, std::vector<std::string> answers = {}) {
    return {.question_id = "q", .treatment = treatment, .answers = std::move(answers)};
}

/// What choosing a, choosing b and choosing nothing earns.
std::vector<questions::Marks> earned(const std::vector<Correction>& corrections) {
    auto key = key_of_one();
    apply_corrections(key, corrections);
    std::vector<questions::Marks> scores;
    for (const auto* option : {"a", "b"}) {
        const std::vector<Answer> answers{{.question_id = "q", .option_ids = {option}}};
        scores.push_back(grade(key, answers).score);
    }
    scores.push_back(grade(key, {}).score);
    return scores;
}

using Scores = std::vector<questions::Marks>;

TEST(Corrections, DecideWhatAnswersEarn) {
    EXPECT_EQ(earned({}), (Scores{2000, -500, 0}));
    EXPECT_EQ(earned({correction_to(Treatment::answers, {"b"})}), (Scores{-500, 2000, 0}));
    EXPECT_EQ(earned({correction_to(Treatment::answers, {"a", "b"})}), (Scores{2000, 2000, 0}));
    EXPECT_EQ(earned({correction_to(Treatment::full_marks)}), (Scores{2000, 2000, 2000}));
    EXPECT_EQ(earned({correction_to(Treatment::drop)}), (Scores{0, 0, 0}));
}

TEST(Corrections, OfAQuestionTheLastDecidesAlone) {
    EXPECT_EQ(earned({correction_to(Treatment::drop), correction_to(Treatment::answers, {"a"})}),
              (Scores{2000, -500, 0}));
    auto key = key_of_one();
    apply_corrections(
        key, {correction_to(Treatment::answers, {"b"}), correction_to(Treatment::full_marks)});
    EXPECT_EQ(key.questions[0].right[0].correct_ids, (std::vector<std::string>{"a"}));
    EXPECT_EQ(total_marks(key), 2000);
    apply_corrections(key, {correction_to(Treatment::drop)});
    EXPECT_EQ(total_marks(key), 0);
}

TEST(Corrections, KeepTheirAnswersAsLines) {
    const QuestionKey several{.type = QuestionType::multiple_correct, .correct_ids = {"a", "b"}};
    const auto read = read_answer_line(answer_line(several), QuestionType::multiple_correct);
    EXPECT_EQ(read.correct_ids, several.correct_ids);
    const QuestionKey number{.type = QuestionType::numerical,
                             .number = questions::NumericalKey{"-6.626e-34", "1e-36"}};
    const auto again = read_answer_line(answer_line(number), QuestionType::numerical);
    EXPECT_EQ(again.number->value, "-6.626e-34");
    EXPECT_EQ(again.number->tolerance, "1e-36");
}

}  // namespace
}  // namespace tripos::attempts
