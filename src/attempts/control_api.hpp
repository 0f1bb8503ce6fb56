// SPDX-License-Identifier: MIT
#pragma once
// The staff's routes around a running exam: close, extend, void. Thread-safe; the
// service outlives it.

#include "accounts/guard.hpp"
#include "attempts/exam_control.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

using accounts::Principal;

class ControlApi {
  public:
    explicit ControlApi(ExamControl& control) : control_(control) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> close(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> extend(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> make_void(http::Request& request, const Principal& caller,
                                std::string attempt_id);

    ExamControl& control_;
};

}  // namespace tripos::attempts
