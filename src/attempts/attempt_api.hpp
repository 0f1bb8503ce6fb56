// SPDX-License-Identifier: MIT
#pragma once
// The exams that run, and the routes /api/exam-attempt/...: what a candidate does during one.
// Thread-safe; what it borrows outlives it.

#include "accounts/guard.hpp"
#include "attempts/attempt_service.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

using accounts::Principal;

class AttemptApi {
  public:
    AttemptApi(AttemptService& service, exams::ExamService& exams, const Clock& clock)
        : service_(service), exams_(exams), clock_(clock) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> live(http::Request& request, const Principal& caller);
    Task<http::Reply> start(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> page(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> save(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> submit(http::Request& request, const Principal& caller, std::string exam_id);

    AttemptService& service_;
    exams::ExamService& exams_;
    const Clock& clock_;
};

}  // namespace tripos::attempts
