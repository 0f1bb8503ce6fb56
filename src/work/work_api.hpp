// SPDX-License-Identifier: MIT
#pragma once
// How far long work is.
//
//   GET /api/admin/work/:id -> id, kind, subject, done, total, changed, problem, createdAt,
//   finishedAt

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "sql/database.hpp"

namespace tripos::work {

/// The database outlives the router.
void add_work_routes(http::Router& router, const accounts::Guard& guard, sql::Database& database);

}  // namespace tripos::work
