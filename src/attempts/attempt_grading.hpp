// SPDX-License-Identifier: MIT
#pragma once
// Grading attempts within the transaction that ended them: reads the key and the answers, writes
// the scores.

#include "attempts/attempt_store.hpp"
#include "attempts/grading.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

/// The exam's key, in the order of its paper.
AnswerKey read_answer_key(sql::Session& session, const std::string& exam_id);

/// Grades each attempt and stores the result; the number of attempts whose score or marks changed.
std::int64_t grade_attempts(sql::Session& session, const std::vector<Attempt>& attempts,
                            NegativeMarks rule);

}  // namespace tripos::attempts
