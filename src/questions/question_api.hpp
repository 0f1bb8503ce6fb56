// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/question/...: staff only. Thread-safe; the service outlives it.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "questions/question_service.hpp"

namespace tripos::questions {

using accounts::Principal;

class QuestionApi {
  public:
    explicit QuestionApi(QuestionService& service) : service_(service) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> create(http::Request& request, const Principal& caller);
    Task<http::Reply> list(http::Request& request, const Principal& caller);
    Task<http::Reply> show(http::Request& request, const Principal& caller, std::string id);
    Task<http::Reply> update(http::Request& request, const Principal& caller, std::string id);
    Task<http::Reply> remove(http::Request& request, const Principal& caller, std::string id);

    QuestionService& service_;
};

}  // namespace tripos::questions
