// SPDX-License-Identifier: MIT
#pragma once
// HealthApi: is the process alive, what do its dependencies say, what do its metrics say.
//
//   GET /healthz, /api/health   liveness, touches no dependency
//   GET /readyz                 each dependency with its state; 503 when the database is away; for
//                               those who may see /metrics, also what the Redis servers are like
//   GET /metrics                Prometheus text, for loopback or with METRICS_TOKEN

#include <string>

#include "core/secret.hpp"
#include "operations/database_metrics.hpp"
#include "operations/operations_parts.hpp"
#include "operations/process_metrics.hpp"

namespace tripos::operations {

struct HealthOptions {
    Secret metrics_token;
    std::string version;
};

/// Thread-safe. The parts outlive it.
class HealthApi {
  public:
    HealthApi(const OperationsParts& parts, HealthOptions options);

    void add_routes(http::Router& router);
    /// /metrics for whoever reaches the router: an address of its own guards it.
    void add_metrics_route(http::Router& router);
    /// POST /control/figures, for `tripos doctor --bundle`.
    void add_control_routes(http::Router& router);

    /// Those that are only made when somebody asks, but for what is since the last time.
    void refresh_figures() {
        database_metrics_.refresh();
        process_metrics_.refresh();
    }

    /// From then on /readyz answers 503: the process is stopping.
    void set_stopping() { stopping_ = true; }

    /// Another one after each start: whoever hears it has reached this process.
    const std::string& instance() const { return instance_; }

  private:
    Task<http::Reply> live(http::Request& request);
    Task<http::Reply> ready(http::Request& request);
    Task<http::Reply> metrics(http::Request& request);
    Task<http::Reply> open_metrics(http::Request& request);
    Task<bool> database_answers();
    boost::json::object dependencies(bool database) const;
    /// With the session of somebody who runs the site.
    Task<bool> is_staff(const http::Request& request) const;
    /// From this machine, or with METRICS_TOKEN.
    bool is_operator(const http::Request& request) const;

    const OperationsParts& parts_;
    const HealthOptions options_;
    const Timestamp started_at_;
    const std::string instance_;
    DatabaseMetrics database_metrics_;
    ProcessMetrics process_metrics_;
    std::atomic<bool> stopping_{false};
};

}  // namespace tripos::operations
