// SPDX-License-Identifier: MIT
#pragma once
// Grading attempts: within the transaction that ended them, or again later. Reads the key, its
// corrections and the answers, writes the scores.

#include "attempts/attempt_store.hpp"
#include "attempts/grading.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

/// The exam's key as it was published: without corrections.
AnswerKey read_published_key(sql::Session& session, const std::string& exam_id);

/// The exam's key, with the corrections in force.
AnswerKey read_answer_key(sql::Session& session, const std::string& exam_id);

/// Grades each attempt and stores the result.
void grade_attempts(sql::Session& session, const std::vector<Attempt>& attempts);

/// A grade that differs from the one stored.
struct Regrade {
    Attempt attempt;
    Grade grade;
};
/// Grades ended attempts, whose answers change no more, without writing: those that change.
std::vector<Regrade> find_regrades(sql::Session& session, const std::string& exam_id,
                                   const std::vector<attempt_store::Graded>& attempts);

}  // namespace tripos::attempts
