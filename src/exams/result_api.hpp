// SPDX-License-Identifier: MIT
#pragma once
// The routes of results: a candidate's own, the staff's list and CSV, the public leaderboard.
// Thread-safe; the service outlives it.

#include "accounts/guard.hpp"
#include "exams/result_service.hpp"
#include "http/cached_body.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class ResultApi {
  public:
    explicit ResultApi(ResultService& service) : service_(service) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Response> list(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> score(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> analysis(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> of_exam(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> of_exam_csv(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> leaderboard(http::Request& request);

    Task<http::Response> answer(std::optional<std::string> exam_id, std::string user_id,
                                ResultService::Detail detail);

    ResultService& service_;
    http::LatestBody leaderboard_{"application/json; charset=utf-8"};
};

}  // namespace tripos::exams
