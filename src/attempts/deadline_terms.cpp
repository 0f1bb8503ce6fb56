// SPDX-License-Identifier: MIT
#include "attempts/deadline_terms.hpp"

#include "exams/accommodation_store.hpp"

namespace tripos::attempts {

DeadlineTerms terms_of(sql::Session& session, const exams::Exam& exam, const std::string& user_id,
                       Timestamp started_at, std::chrono::minutes account_minutes) {
    const auto accommodations = exams::accommodation_store::list_for(session, user_id, exam.id);
    return {.started_at = started_at,
            .end_at = exam.end_at,
            .duration = exam.duration,
            .allowance = exams::allowance_of(accommodations, account_minutes),
            .may_pass_end = exam.extra_past_end,
            .given = {}};
}

}  // namespace tripos::attempts
