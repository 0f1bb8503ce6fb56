// SPDX-License-Identifier: MIT
#pragma once
// The routes that read the trail of audit: /api/admin/audit and the same as CSV. Thread-safe; what
// it borrows outlives it.

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "sql/database.hpp"

namespace tripos::operations {

class AuditApi {
  public:
    explicit AuditApi(sql::Database& database) : database_(database) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;

    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> send_csv(http::Request& request, const Principal& principal);

    sql::Database& database_;
};

}  // namespace tripos::operations
