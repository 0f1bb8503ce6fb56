// SPDX-License-Identifier: MIT
#pragma once
// ControlApi: what the other commands of the program ask of `serve`, over DATA_DIR/tripos.sock, or
// of a process of their own when no server runs. The socket's mode is the permission: these routes
// are never on TCP.
//
//   POST /control/users   {email, fullName, admin, password?} -> {id, password? (when made here)}
//   POST /control/backup  {folder}                            -> {folder}
//   POST /control/seed    {candidates, questions, answers}    -> {examId, tokens[], questions[{id,
//   optionIds[]}]}

#include "app/data_folder.hpp"
#include "app/seeding.hpp"
#include "app/services.hpp"
#include "http/json_body.hpp"
#include "http/router.hpp"

namespace tripos::app {

/// Thread-safe. All references outlive it.
class ControlApi {
  public:
    ControlApi(const DataFolder& folder, sql::Database& database, Services& services,
               Seeding& seeding, Random& random);

    void add_routes(http::Router& router);

  private:
    Task<http::Response> create_user(http::Request& request);
    Task<http::Response> backup(http::Request& request);
    Task<http::Response> seed(http::Request& request);

    const DataFolder& folder_;
    sql::Database& database_;
    Services& services_;
    Seeding& seeding_;
    Random& random_;
};

}  // namespace tripos::app
