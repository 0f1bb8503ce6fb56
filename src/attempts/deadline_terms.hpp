// SPDX-License-Identifier: MIT
#pragma once
// What a candidate's deadline at an exam depends on, collected. Inside the caller's transaction.

#include "attempts/attempt.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

/// Of an attempt that runs, or is about to: one without an id. `account_minutes`: hold_candidate().
DeadlineTerms terms_of(sql::Session& session, const exams::Exam& exam, const Attempt& attempt,
                       std::chrono::minutes account_minutes);

}  // namespace tripos::attempts
