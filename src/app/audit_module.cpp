// SPDX-License-Identifier: MIT
#include "app/audit_module.hpp"

#include "audit/trail.hpp"
#include "http/json_body.hpp"

namespace tripos::app {

std::vector<sql::Migration> AuditModule::migrations() {
    return audit::migrations();
}

void AuditModule::add_control_routes(http::Router& router) {
    router.post("/control/audit/verify", http::bind(this, &AuditModule::verify),
                http::Operation("Audit commands", "verify"));
}

Task<> AuditModule::start_work() {
    sealer_.start();
    co_return;
}

Task<> AuditModule::stop(std::chrono::milliseconds) {
    return sealer_.stop();
}

Task<http::Reply> AuditModule::verify(http::Request&) {
    const auto verdict = co_await audit::verify(database_);
    boost::json::object members{{"sealed", verdict.sealed},
                                {"unsealed", verdict.unsealed},
                                {"seal", verdict.seal},
                                {"problem", verdict.problem}};
    co_return http::success(200, "Verified", std::move(members));
}

}  // namespace tripos::app
