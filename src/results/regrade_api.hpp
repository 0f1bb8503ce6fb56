// SPDX-License-Identifier: MIT
#pragma once
// Mending a wrong key, and grading again.
//
//   POST /api/exam/:examId/corrections {questionId, kind, answers, reason}
//   GET  /api/exam/:examId/corrections
//   POST /api/exam/:examId/regrade  -> a dry run; {dry: false, run, confirm, mail} applies it
//   POST /api/result/:examId/calculate

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "results/regrade_service.hpp"

namespace tripos::results {

/// The service outlives the router.
void add_regrade_routes(http::Router& router, const accounts::Guard& guard,
                        RegradeService& regrades);

}  // namespace tripos::results
