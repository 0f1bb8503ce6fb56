// SPDX-License-Identifier: MIT
#include "attempts/grading.hpp"

#include <gtest/gtest.h>

namespace tripos::attempts {
namespace {

using Ids = std::vector<std::string>;

struct GradedRow {
    const char* name;
    questions::QuestionType type;
    Ids selected;
    std::optional<std::string> number;
    questions::Marks expected;
    questions::Marks expected_clamped;
};

class GradingTable : public testing::TestWithParam<GradedRow> {};

/// Marks 2, cost 0.5; right are a (SINGLE), a and b (MULTIPLE), 9.8 within 0.1 (NUMERICAL).
KeyedQuestion question_of(questions::QuestionType type) {
    questions::QuestionKey key{.type = type, .correct_ids = {}, .number = std::nullopt};
    if (type == questions::QuestionType::numerical) {
        key.number = questions::NumericalKey{.value = "9.8", .tolerance = "0.1"};
    } else {
        key.correct_ids =
            type == questions::QuestionType::single_correct ? Ids{"a"} : Ids{"a", "b"};
    }
    return {.question_id = "q", .marks = 2000, .negative_marks = 500, .right = {key}};
}

TEST_P(GradingTable, EarnsWhatTheRuleSays) {
    const auto& row = GetParam();
    const Answer answer{.question_id = "q", .option_ids = row.selected, .number = row.number};
    const auto question = question_of(row.type);
    EXPECT_EQ(grade(question, &answer, exams::NegativeMarks::count), row.expected);
    EXPECT_EQ(grade(question, &answer, exams::NegativeMarks::clamp_to_zero), row.expected_clamped);
}

constexpr auto kSingle = questions::QuestionType::single_correct;
constexpr auto kMultiple = questions::QuestionType::multiple_correct;
constexpr auto kNumerical = questions::QuestionType::numerical;

INSTANTIATE_TEST_SUITE_P(
    Rows, GradingTable,
    testing::Values(GradedRow{"SingleRight", kSingle, {"a"}, {}, 2000, 2000},
                    GradedRow{"SingleWrong", kSingle, {"b"}, {}, -500, 0},
                    GradedRow{"SingleCleared", kSingle, {}, {}, 0, 0},
                    GradedRow{"MultipleExactSet", kMultiple, {"b", "a"}, {}, 2000, 2000},
                    GradedRow{"MultipleRepeated", kMultiple, {"a", "b", "a"}, {}, 2000, 2000},
                    GradedRow{"MultipleSubset", kMultiple, {"a"}, {}, -500, 0},
                    GradedRow{"MultipleSuperset", kMultiple, {"a", "b", "c"}, {}, -500, 0},
                    GradedRow{"NumericalExact", kNumerical, {}, "9.8", 2000, 2000},
                    GradedRow{"NumericalLowerBound", kNumerical, {}, "9.7", 2000, 2000},
                    GradedRow{"NumericalUpperBound", kNumerical, {}, "9.9", 2000, 2000},
                    GradedRow{"NumericalJustOutside", kNumerical, {}, "9.901", -500, 0},
                    GradedRow{"NumericalCleared", kNumerical, {}, {}, 0, 0}),
    [](const testing::TestParamInfo<GradedRow>& row) { return std::string(row.param.name); });

TEST(Grading, SumsEachQuestionInTheOrderOfTheKey) {
    auto first = question_of(kSingle);
    first.question_id = "one";
    auto second = question_of(kNumerical);
    second.question_id = "two";
    auto third = question_of(kMultiple);
    third.question_id = "three";
    const std::vector<Answer> answers{{.question_id = "two", .number = "1"},
                                      {.question_id = "one", .option_ids = {"a"}}};
    const AnswerKey key{.questions = {first, second, third}};
    const auto graded = grade(key, answers);
    EXPECT_EQ(graded.score, 1500);
    EXPECT_EQ(graded.per_question, (std::vector<questions::Marks>{2000, -500, 0}));
}

TEST(Grading, MarksListReadsBack) {
    const std::vector<questions::Marks> marks{2000, -500, 0};
    EXPECT_EQ(marks_list(marks), "2000,-500,0");
    EXPECT_EQ(parse_marks_list(marks_list(marks)), marks);
    EXPECT_TRUE(parse_marks_list("").empty());
}

}  // namespace
}  // namespace tripos::attempts
