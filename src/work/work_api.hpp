// SPDX-License-Identifier: MIT
#pragma once
// WorkApi: how far long work is.
//
//   GET /api/admin/work/:id -> id, kind, subject, done, total, changed, problem, createdAt,
//   finishedAt

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "sql/database.hpp"

namespace tripos::work {

/// Thread-safe. The database outlives it.
class WorkApi {
  public:
    explicit WorkApi(sql::Database& database) : database_(database) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> show(http::Request& request, const accounts::Principal& principal);

    sql::Database& database_;
};

}  // namespace tripos::work
