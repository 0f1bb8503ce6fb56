// SPDX-License-Identifier: MIT
#pragma once
// Grading: what each answer earns. Pure functions over values, in whole thousandths; the same
// inputs always give the same score. The answer key lives here and in result_store only, never
// beside anything a candidate is shown.

#include <optional>
#include <string>
#include <vector>

#include "questions/marks.hpp"
#include "questions/question.hpp"

namespace tripos::attempts {

/// Whether a question may cost more than nothing (GRADING_CLAMP_NEGATIVE).
enum class NegativeMarks { count, clamp_to_zero };

/// One question's key within an exam.
struct KeyedQuestion {
    std::string question_id;
    questions::QuestionType type = questions::QuestionType::single_correct;
    questions::Marks marks = 0;
    questions::Marks negative_marks = 0;
    std::vector<std::string> correct_ids;  ///< any order
    std::optional<questions::NumericalKey> number;
};

/// In the order of the paper.
using AnswerKey = std::vector<KeyedQuestion>;

/// What a candidate saved for one question. Neither options nor a number: unanswered.
struct Answer {
    std::string question_id;
    std::vector<std::string> option_ids;
    std::optional<std::string> number;  ///< as decimal_text() writes it

    bool is_empty() const { return option_ids.empty() && !number; }
};

/// SINGLE and NUMERICAL are all or nothing, the tolerance inclusive; MULTIPLE needs the exact set;
/// a wrong answer costs the negative marks; no answer is 0.
questions::Marks grade(const KeyedQuestion& question, const Answer* answer, NegativeMarks rule);

struct Grade {
    questions::Marks score = 0;
    std::vector<questions::Marks> per_question;  ///< in the order of the key
};

Grade grade(const AnswerKey& key, const std::vector<Answer>& answers, NegativeMarks rule);

/// The answer to that question, or null.
const Answer* find_answer(const std::vector<Answer>& answers, std::string_view question_id);

/// "1000,-250,0" and back.
std::string marks_list(const std::vector<questions::Marks>& marks);
std::vector<questions::Marks> parse_marks_list(std::string_view text);

}  // namespace tripos::attempts
