// SPDX-License-Identifier: MIT
#pragma once
// The routes of results: a candidate's own, the staff's list and CSV, the public leaderboard.
// Thread-safe; the service outlives it.

#include "accounts/guard.hpp"
#include "http/cached_body.hpp"
#include "http/router.hpp"
#include "results/result_service.hpp"

namespace tripos::results {

using accounts::Principal;

class ResultApi {
  public:
    explicit ResultApi(ResultService& service) : service_(service) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> list(http::Request& request, const Principal& caller);
    Task<http::Reply> score(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> analysis(http::Request& request, const Principal& caller,
                               std::string exam_id);
    Task<http::Reply> of_exam(http::Request& request, const Principal& caller, std::string exam_id);
    Task<http::Reply> of_exam_csv(http::Request& request, const Principal& caller,
                                  std::string exam_id);
    Task<http::Reply> calculate(http::Request& request, const Principal& caller,
                                std::string exam_id);
    Task<http::Reply> say_post(http::Request& request, const Principal& caller);
    Task<http::Reply> leaderboard(http::Request& request);

    Task<http::Reply> answer(std::string exam_id, std::string user_id,
                             ResultService::Detail detail);

    ResultService& service_;
    http::LatestBody leaderboard_{"application/json; charset=utf-8"};
};

}  // namespace tripos::results
