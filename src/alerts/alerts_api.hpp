// SPDX-License-Identifier: MIT
#pragma once
// Alerts and their silences, for operators.
//
//   GET    /api/admin/alerts
//   POST   /api/admin/alerts/silences {rule, minutes, why?}
//   DELETE /api/admin/alerts/silences/:id
//   POST   /control/alerts/list, /control/alerts/silence {rule, minutes, why?},
//          /control/alerts/unsilence {id}, /control/alerts/test: for `tripos alerts`

#include "accounts/guard.hpp"
#include "alerts/alert_watch.hpp"
#include "module/parts.hpp"

namespace tripos::alerts {

/// Handlers are thread-safe. The parts and the watch outlive it.
class AlertsApi {
  public:
    AlertsApi(const Parts& parts, AlertWatch& watch) : parts_(parts), watch_(watch) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void add_control_routes(http::Router& router);

  private:
    Task<http::Reply> list(http::Request& request);
    Task<http::Reply> silence(http::Request& request);
    Task<http::Reply> end_silence(http::Request& request, std::string id);
    Task<http::Reply> unsilence(http::Request& request);
    Task<http::Reply> test(http::Request& request);
    Task<http::Reply> end(std::string id);

    const Parts& parts_;
    AlertWatch& watch_;
};

}  // namespace tripos::alerts
