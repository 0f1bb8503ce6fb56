// SPDX-License-Identifier: MIT
#pragma once
// AlertsModule: the rules, who watches them, and the routes for that, put together.

#include "alerts/alert_watch.hpp"
#include "alerts/alerts_api.hpp"
#include "module/module.hpp"

namespace tripos::alerts {

class AlertsModule final : public Module {
  public:
    /// `refresh`: as AlertWatch has it.
    AlertsModule(const Parts& parts, const accounts::Guard& guard, std::function<void()> refresh,
                 AlertWatchOptions options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override { api_.add_routes(router, guard_); }
    void add_control_routes(http::Router& router) override { api_.add_control_routes(router); }
    Task<> start() override;
    Task<> stop(std::chrono::milliseconds grace) override;

  private:
    const Parts parts_;
    const accounts::Guard& guard_;
    AlertWatch watch_;
    AlertsApi api_;
};

}  // namespace tripos::alerts
