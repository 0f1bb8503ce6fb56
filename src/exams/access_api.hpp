// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/exam/:examId/access: who may start an exam, and from where.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "module/parts.hpp"
#include "rosters/cohort_service.hpp"

namespace tripos::exams {

/// What they work with; all outlives the router.
struct AccessRoutesParts : Parts {
    rosters::CohortService& cohorts;
};

void add_access_routes(http::Router& router, const accounts::Guard& guard,
                       const AccessRoutesParts& parts);

}  // namespace tripos::exams
