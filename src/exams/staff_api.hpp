// SPDX-License-Identifier: MIT
#pragma once
// The routes of who invigilates: PUT and GET /api/exam/:examId/staff, GET /api/exam/assigned.
// Thread-safe; what it borrows outlives it.

#include "accounts/guard.hpp"
#include "exams/staff_service.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class StaffApi {
  public:
    explicit StaffApi(StaffService& staff) : staff_(staff) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;

    Task<http::Reply> assign(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> list(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> assigned(http::Request& request, const Principal& caller);

    Task<http::Reply> answer_with(std::string exam_id, std::string message);

    StaffService& staff_;
};

}  // namespace tripos::exams
