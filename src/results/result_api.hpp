// SPDX-License-Identifier: MIT
#pragma once
// The routes of results: a candidate's own, the staff's list and CSV, the public leaderboard.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "results/result_service.hpp"

namespace tripos::results {

/// The service outlives the router.
void add_result_routes(http::Router& router, const accounts::Guard& guard, ResultService& results);

}  // namespace tripos::results
