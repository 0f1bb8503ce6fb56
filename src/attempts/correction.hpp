// SPDX-License-Identifier: MIT
#pragma once
// Correction: how one exam's question is graded though its key, its marks or itself turned out
// wrong. The question bank keeps what it has. Corrections are added and never changed; of a
// question the last one decides, once a regrade has put it in force. Values and pure functions.

#include <string>
#include <vector>

#include "attempts/grading.hpp"

namespace tripos::attempts {

struct Correction {
    std::string exam_id;
    std::int64_t number = 0;  ///< 1, 2, ... within the exam
    std::string question_id;
    Treatment treatment = Treatment::answers;
    std::vector<std::string> answers;  ///< of Treatment::answers: each is right, as answer_line()
    std::string reason;
    std::string made_by;  ///< an account
    Timestamp made_at{};
};

inline constexpr auto kCorrectionMembers = entity::Table(
    entity::Member{"exam_id", &Correction::exam_id},
    entity::Member{"number", &Correction::number, "number"},
    entity::Member{"question_id", &Correction::question_id, "questionId", http::schema::uuid},
    entity::Member{"kind", &Correction::treatment, "kind"},
    entity::Member{"answers", &Correction::answers},
    entity::Member{"reason", &Correction::reason, "reason"},
    entity::Member{"made_by", &Correction::made_by, "madeBy", http::schema::uuid},
    entity::Member{"made_at", &Correction::made_at, "madeAt"});

/// A right answer as one line: the ids of its options with commas, or a number and its tolerance.
/// And back, for a question of that type.
std::string answer_line(const questions::QuestionKey& right);
questions::QuestionKey read_answer_line(std::string_view line, questions::QuestionType type);

/// Grading follows them, the last of each question; others than the key's are ignored.
void apply_corrections(AnswerKey& key, const std::vector<Correction>& corrections);

/// For the trail of audit, and members of the answer: how the question is graded.
void write_treatment(http::JsonWriter& json, const KeyedQuestion& question);

/// The right answer as the next value: an option's id, several, or {value, tolerance}.
void write_right(http::JsonWriter& json, const questions::QuestionKey& right);
http::Schema right_shape();

/// kind and answers of a correction, as members.
http::Members treatment_shape();

}  // namespace tripos::attempts
