// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/question/...: staff only.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "questions/question_service.hpp"

namespace tripos::questions {

/// The service outlives the router.
void add_question_routes(http::Router& router, const accounts::Guard& guard,
                         QuestionService& questions);

}  // namespace tripos::questions
