// SPDX-License-Identifier: MIT
#include "attempts/deadline_terms.hpp"

#include "attempts/extension_store.hpp"
#include "exams/accommodation_store.hpp"

namespace tripos::attempts {

DeadlineTerms terms_of(sql::Session& session, const exams::Exam& exam, const Attempt& attempt,
                       std::chrono::minutes account_minutes) {
    const auto accommodations =
        exams::accommodation_store::list_for(session, attempt.user_id, exam.id);
    return {.started_at = attempt.started_at,
            .end_at = exam.end_at - extension_store::given_to_all(session, exam.id),
            .duration = exam.duration,
            .allowance = exams::allowance_of(accommodations, account_minutes),
            .may_pass_end = exam.extra_past_end,
            .given = extension_store::given_to(session, exam.id, attempt.user_id, attempt.id)};
}

}  // namespace tripos::attempts
