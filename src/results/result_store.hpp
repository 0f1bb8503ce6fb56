// SPDX-License-Identifier: MIT
#pragma once
// Results put together from what the modules below keep, and whether they were announced (table
// result_announcements). Each function runs inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "results/leaderboard.hpp"
#include "results/result.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::results::result_store {

std::vector<sql::Migration> migrations();

/// In the order of the paper, with the key in force.
std::vector<ResultQuestion> questions_of(sql::Session& session, const exams::Exam& exam);

/// Nothing when there is no such attempt or it was voided.
std::optional<AttemptResult> find(sql::Session& session, const std::string& attempt_id);

/// The best score first, those without one last.
std::vector<StaffResult> list(sql::Session& session, const std::string& exam_id, std::int64_t limit,
                              std::int64_t offset);
/// The same with ranks, of those who are called so by name, address or number; empty: of all.
std::vector<StaffResult> page(sql::Session& session, const std::string& exam_id,
                              const std::string& search, std::int64_t limit, std::int64_t offset);
ResultStatistics statistics(sql::Session& session, const std::string& exam_id);

Leaderboard leaderboard(sql::Session& session, const exams::Exam& exam, std::int64_t places);

/// False: they were announced before.
bool put_announcement(sql::Session& session, const std::string& exam_id, const std::string& author,
                      Timestamp now);

}  // namespace tripos::results::result_store
