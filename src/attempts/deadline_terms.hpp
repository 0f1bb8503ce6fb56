// SPDX-License-Identifier: MIT
#pragma once
// What a candidate's deadline at an exam depends on, collected. Inside the caller's transaction.

#include <string>

#include "attempts/deadline.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

/// Of an attempt that begins, or began, at `started_at`. `account_minutes`: hold_candidate().
DeadlineTerms terms_of(sql::Session& session, const exams::Exam& exam, const std::string& user_id,
                       Timestamp started_at, std::chrono::minutes account_minutes);

}  // namespace tripos::attempts
