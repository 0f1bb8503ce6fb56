// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/admin/cohorts...: candidates as staff know them.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "rosters/cohort_service.hpp"

namespace tripos::rosters {

/// `cohorts` outlives the router.
void add_cohort_routes(http::Router& router, const accounts::Guard& guard, CohortService& cohorts);

}  // namespace tripos::rosters
