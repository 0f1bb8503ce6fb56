// SPDX-License-Identifier: MIT
#pragma once
// The staff's routes around a running exam: close, extend, void, grade again. Thread-safe; the
// service outlives it.

#include "accounts/guard.hpp"
#include "exams/exam_control.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class ControlApi {
  public:
    explicit ControlApi(ExamControl& control) : control_(control) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Response> close(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> extend(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> make_void(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> calculate(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> say_post(http::Request& request, const accounts::Principal& caller);

    ExamControl& control_;
};

}  // namespace tripos::exams
