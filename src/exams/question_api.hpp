// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/question/...: staff only. Thread-safe; the service outlives it.

#include "accounts/guard.hpp"
#include "exams/question_service.hpp"
#include "http/router.hpp"

namespace tripos::exams {

class QuestionApi {
  public:
    explicit QuestionApi(QuestionService& service) : service_(service) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Response> create(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> list(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> show(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> update(http::Request& request, const accounts::Principal& caller);
    Task<http::Response> remove(http::Request& request, const accounts::Principal& caller);

    QuestionService& service_;
};

}  // namespace tripos::exams
