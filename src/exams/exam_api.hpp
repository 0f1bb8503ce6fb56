// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/exam/...: what is to come for candidates, building and publishing for staff.

#include "accounts/guard.hpp"
#include "core/time_zone.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"
#include "rosters/cohort_service.hpp"

namespace tripos::exams {

/// What they work with; all outlives the router.
struct ExamRoutesParts {
    ExamService& exams;
    rosters::CohortService& cohorts;
    const TimeZone& zone;
    const Clock& clock;
};

void add_exam_routes(http::Router& router, const accounts::Guard& guard,
                     const ExamRoutesParts& parts);

}  // namespace tripos::exams
