// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/exam-attempt/...: what a candidate does during an exam. Thread-safe; what it
// borrows outlives it.

#include "accounts/guard.hpp"
#include "exams/attempt_service.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class AttemptApi {
  public:
    AttemptApi(AttemptService& service, const Clock& clock) : service_(service), clock_(clock) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Response> start(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> page(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> save(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> submit(http::Request& request, const accounts::Principal& caller);

    AttemptService& service_;
    const Clock& clock_;
};

}  // namespace tripos::exams
