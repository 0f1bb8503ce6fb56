// SPDX-License-Identifier: MIT
#pragma once
// The exams that run, and the routes /api/exam-attempt/...: what a candidate does during one.

#include "accounts/guard.hpp"
#include "accounts/rate_limiter.hpp"
#include "attempts/attempt_service.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"
#include "rosters/cohort_service.hpp"

namespace tripos::attempts {

/// What they work with; all outlives the router.
struct AttemptRoutesParts {
    AttemptService& attempts;
    exams::ExamService& exams;
    rosters::CohortService& cohorts;
    const Clock& clock;
    const std::string& site;       ///< the address under which browsers reach this server
    accounts::RateLimiter& codes;  ///< tries of access codes
};

void add_attempt_routes(http::Router& router, const accounts::Guard& guard,
                        const AttemptRoutesParts& parts);

}  // namespace tripos::attempts
