// SPDX-License-Identifier: MIT
#include "questions/question.hpp"

#include <gtest/gtest.h>

namespace tripos::questions {
namespace {

Question single(std::vector<Option> options) {
    return Question{.statement = "Which?", .domain = "general", .options = std::move(options)};
}

bool is_fit(const Question& question) {
    return problems_of(question).empty();
}

TEST(Question, SingleNeedsExactlyOneCorrectOption) {
    EXPECT_TRUE(is_fit(single({{.text = "a", .is_correct = true}, {.text = "b"}})));
    EXPECT_FALSE(is_fit(single({{.text = "a"}, {.text = "b"}})));
    EXPECT_FALSE(
        is_fit(single({{.text = "a", .is_correct = true}, {.text = "b", .is_correct = true}})));
    EXPECT_FALSE(is_fit(single({})));
    EXPECT_FALSE(is_fit(single({{.text = "a", .is_correct = true}, {.text = ""}})));
}

TEST(Question, MultipleNeedsAtLeastOneCorrectOption) {
    auto question = single({{.text = "a", .is_correct = true}, {.text = "b", .is_correct = true}});
    question.type = QuestionType::multiple_correct;
    EXPECT_TRUE(is_fit(question));
    question.options[0].is_correct = question.options[1].is_correct = false;
    EXPECT_FALSE(is_fit(question));
}

TEST(Question, NumericalNeedsANumberAndTakesNoOptions) {
    auto question = single({{.text = "a", .is_correct = true}, {.text = "b"}});
    QuestionChange change;
    change.members.set(&Question::type, QuestionType::numerical);
    question = changed(std::move(question), change);
    EXPECT_TRUE(question.options.empty());
    EXPECT_FALSE(is_fit(question));
    QuestionChange number;
    number.numerical_answer = "9.8";
    number.tolerance = "0.1";
    question = changed(std::move(question), number);
    EXPECT_TRUE(is_fit(question));
    EXPECT_EQ(question.key->tolerance, "0.1");
}

TEST(Question, ChangeKeepsWhatIsNotGiven) {
    QuestionChange change;
    change.members.set(&Question::marks, Marks{4000});
    const auto question =
        changed(single({{.text = "a", .is_correct = true}, {.text = "b"}}), change);
    EXPECT_EQ(question.marks, 4000);
    EXPECT_EQ(question.statement, "Which?");
    EXPECT_EQ(question.options.size(), 2u);
}

TEST(Question, HasAFormulaBetweenTwoDollars) {
    EXPECT_TRUE(has_formula(Format::markdown, "so $x$"));
    EXPECT_TRUE(has_formula(Format::markdown, "$$x$$"));
    EXPECT_FALSE(has_formula(Format::plain, "so $x$"));
    EXPECT_FALSE(has_formula(Format::markdown, "costs $5"));
    EXPECT_FALSE(has_formula(Format::markdown, "costs $5, not \\$6"));
    EXPECT_FALSE(has_formula(Format::markdown, ""));
}

}  // namespace
}  // namespace tripos::questions
