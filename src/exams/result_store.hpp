// SPDX-License-Identifier: MIT
#pragma once
// SQL that reads results (tables attempts, answers, exam_questions, question_options; joins users
// and profiles). Each function runs inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "exams/leaderboard.hpp"
#include "exams/result.hpp"
#include "sql/session.hpp"

namespace tripos::exams::result_store {

/// Nothing when there is no such attempt or it was voided.
std::optional<AttemptResult> find(sql::Session& session, const std::string& attempt_id);

/// The best score first, those without one last.
std::vector<StaffResult> list(sql::Session& session, const std::string& exam_id, std::int64_t limit,
                              std::int64_t offset);
ResultStatistics statistics(sql::Session& session, const std::string& exam_id);

Leaderboard leaderboard(sql::Session& session, const Exam& exam, std::int64_t places);

}  // namespace tripos::exams::result_store
