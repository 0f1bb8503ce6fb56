// SPDX-License-Identifier: MIT
#pragma once
// The exams that run, and the routes /api/exam-attempt/...: what a candidate does during one.

#include "accounts/guard.hpp"
#include "attempts/attempt_service.hpp"
#include "attempts/notice_service.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"
#include "limits/rate_limits.hpp"
#include "rosters/cohort_service.hpp"

namespace tripos::attempts {

/// Why saves and handing in have no limit.
inline constexpr const char* kNeverRefused = "Who sits an exam is never refused for asking often";

/// Numbers of notices that a page has shown go up to here.
inline constexpr std::int64_t kMostNoticeNumbers = 1'000'000;

/// What they work with; all outlives the router.
struct AttemptRoutesParts {
    AttemptService& attempts;
    exams::ExamService& exams;
    NoticeService& notices;
    rosters::CohortService& cohorts;
    const Clock& clock;
    const std::string& site;  ///< the address under which browsers reach this server
    limits::RateLimits& limits;
};

void add_attempt_routes(http::Router& router, const accounts::Guard& guard,
                        const AttemptRoutesParts& parts);

}  // namespace tripos::attempts
