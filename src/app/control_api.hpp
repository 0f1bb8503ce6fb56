// SPDX-License-Identifier: MIT
#pragma once
// ControlApi: what the other commands of the program ask of `serve`, over DATA_DIR/tripos.sock, or
// of a process of their own when no server runs. The socket's mode is the permission: these routes
// are never on TCP.
//
//   POST /control/seed    {candidates, questions, answers}    -> {examId, tokens[], questions[{id,
//   optionIds[]}]}
//   POST /control/seed/erase {userIds[]}                      -> {erased}

#include "app/seeding.hpp"
#include "http/json_body.hpp"
#include "http/router.hpp"

namespace tripos::app {

/// Thread-safe. What it refers to outlives it.
class ControlApi {
  public:
    explicit ControlApi(Seeding& seeding);

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> seed(http::Request& request);
    Task<http::Reply> erase(http::Request& request);

    Seeding& seeding_;
};

}  // namespace tripos::app
