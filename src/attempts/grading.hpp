// SPDX-License-Identifier: MIT
#pragma once
// Grading: what each answer earns. Pure functions over values, in whole thousandths; the same
// inputs always give the same score. The answer key lives here, in correction and in result_store
// only, never beside anything a candidate is shown.

#include <optional>
#include <string>
#include <vector>

#include "exams/exam.hpp"

namespace tripos::attempts {

/// How a question is graded: by its right answers, with its marks for everybody, or not at all -
/// its marks leave the total.
enum class Treatment { answers, full_marks, drop };

std::string_view to_text(Treatment treatment);

/// One question's key within an exam.
struct KeyedQuestion {
    std::string question_id;
    questions::Marks marks = 0;
    questions::Marks negative_marks = 0;
    std::vector<questions::QuestionKey> right;  ///< each of them is; one unless it was corrected
    Treatment treatment = Treatment::answers;
    bool is_corrected = false;
};

struct AnswerKey {
    std::vector<KeyedQuestion> questions;  ///< in the order of the paper
    exams::NegativeMarks rule = exams::NegativeMarks::count;
};

/// What can be earned.
questions::Marks total_marks(const AnswerKey& key);

/// What a candidate saved for one question. Neither options nor a number: unanswered.
struct Answer {
    std::string question_id;
    std::vector<std::string> option_ids;
    std::optional<std::string> number;  ///< as decimal_text() writes it

    bool is_empty() const { return option_ids.empty() && !number; }
};

/// `given`: right or not, the question's marks are everybody's.
enum class Outcome { right, wrong, unanswered, given, dropped };

std::string_view to_text(Outcome outcome);

/// SINGLE and NUMERICAL are all or nothing, the tolerance inclusive; MULTIPLE needs the exact set.
Outcome outcome_of(const KeyedQuestion& question, const Answer* answer);

/// A wrong answer costs the negative marks; no answer is 0.
questions::Marks grade(const KeyedQuestion& question, const Answer* answer,
                       exams::NegativeMarks rule);

struct Grade {
    questions::Marks score = 0;
    std::vector<questions::Marks> per_question;  ///< in the order of the key
};

Grade grade(const AnswerKey& key, const std::vector<Answer>& answers);

/// The answer to that question, or null.
const Answer* find_answer(const std::vector<Answer>& answers, std::string_view question_id);

/// "1000,-250,0" and back.
std::string marks_list(const std::vector<questions::Marks>& marks);
std::vector<questions::Marks> parse_marks_list(std::string_view text);

}  // namespace tripos::attempts
