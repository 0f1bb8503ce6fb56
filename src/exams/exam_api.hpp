// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/exam/...: what is to come for candidates, building and publishing for staff.
// Thread-safe; what it borrows outlives it.

#include "accounts/guard.hpp"
#include "core/time_zone.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"

namespace tripos::exams {

using accounts::Principal;

class ExamApi {
  public:
    ExamApi(ExamService& exams, const TimeZone& zone, const Clock& clock)
        : exams_(exams), zone_(zone), clock_(clock) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    void add_staff_routes(http::Router& router, const accounts::Guard& guard);

    Task<http::Reply> upcoming(http::Request& request, const Principal& caller);
    Task<http::Reply> create(http::Request& request, const Principal& caller);
    Task<http::Reply> all(http::Request& request, const Principal& caller);
    Task<http::Reply> show(http::Request& request, const Principal& caller, std::string id);
    Task<http::Reply> change_questions(http::Request& request, const Principal& caller,
                                       std::string id);
    Task<http::Reply> update(http::Request& request, const Principal& caller, std::string id);
    Task<http::Reply> publish(http::Request& request, const Principal& caller, std::string id);
    Task<http::Reply> remove(http::Request& request, const Principal& caller, std::string id);

    /// The exam in the answer, as it is now.
    Task<http::Reply> answer_with(std::string exam_id, std::string message);

    ExamService& exams_;
    const TimeZone& zone_;
    const Clock& clock_;
};

}  // namespace tripos::exams
