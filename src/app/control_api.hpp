// SPDX-License-Identifier: MIT
#pragma once
// ControlApi: what the other commands of the program ask of `serve`, over DATA_DIR/tripos.sock, or
// of a process of their own when no server runs. The socket's mode is the permission: these routes
// are never on TCP.
//
//   POST /control/backup  {folder}                            -> {folder}
//   POST /control/seed    {candidates, questions, answers}    -> {examId, tokens[], questions[{id,
//   optionIds[]}]}
//   POST /control/seed/erase {userIds[]}                      -> {erased}

#include "app/data_folder.hpp"
#include "app/seeding.hpp"
#include "http/json_body.hpp"
#include "http/router.hpp"
#include "module/parts.hpp"

namespace tripos::app {

/// Thread-safe. All references outlive it.
class ControlApi {
  public:
    ControlApi(const DataFolder& folder, const Parts& parts, Seeding& seeding);

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> backup(http::Request& request);
    Task<http::Reply> seed(http::Request& request);
    Task<http::Reply> erase(http::Request& request);

    const DataFolder& folder_;
    const Parts& parts_;
    Seeding& seeding_;
};

}  // namespace tripos::app
