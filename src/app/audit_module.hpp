// SPDX-License-Identifier: MIT
#pragma once
// AuditModule: the trail of audit, put together: its tables, its sealer, and the command that
// verifies it. What reads it over HTTP is in operations.

#include "audit/sealer.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"

namespace tripos::app {

class AuditModule final : public Module {
  public:
    explicit AuditModule(const Parts& parts)
        : database_(parts.database),
          sealer_(parts.database, parts.clock, parts.random, parts.metrics, parts.background) {}

    static std::vector<sql::Migration> migrations();
    void add_control_routes(http::Router& router) override;
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

  private:
    Task<http::Reply> verify(http::Request& request);

    sql::Database& database_;
    audit::Sealer sealer_;
};

}  // namespace tripos::app
