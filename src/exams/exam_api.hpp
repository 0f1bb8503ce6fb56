// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/exam/...: lists for candidates, building and publishing for staff. Thread-safe;
// what it borrows outlives it.

#include "accounts/guard.hpp"
#include "core/time_zone.hpp"
#include "exams/attempt_service.hpp"
#include "exams/exam_service.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class ExamApi {
  public:
    ExamApi(ExamService& exams, AttemptService& attempts, const TimeZone& zone, const Clock& clock)
        : exams_(exams), attempts_(attempts), zone_(zone), clock_(clock) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    void add_staff_routes(http::Router& router, const accounts::Guard& guard);

    Task<http::Response> live(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> upcoming(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> create(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> all(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> show(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> change_questions(http::Request& request,
                                          const accounts::Principal& caller);
    Task<http::Response> update(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> publish(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> remove(http::Request& request, const accounts::Principal& caller);

    /// The exam in the answer, as it is now.
    Task<http::Response> answer_with(std::string exam_id, std::string message);

    ExamService& exams_;
    AttemptService& attempts_;
    const TimeZone& zone_;
    const Clock& clock_;
};

}  // namespace tripos::exams
