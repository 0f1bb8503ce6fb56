// SPDX-License-Identifier: MIT
#pragma once
// Site: what all connections of one server share. Owns nothing of Asio, so that it may outlive the
// contexts.

#include <algorithm>
#include <atomic>

#include "http/detail/arrivals.hpp"
#include "http/detail/proxies.hpp"
#include "http/server.hpp"

namespace tripos::http::detail {

/// Thread-safe: constant after construction, except the atomics.
struct Site {
    Site(ServerOptions given, const Clock& site_clock, Metrics& registry)
        : options(std::move(given)),
          clock(site_clock),
          proxies(options.trusted_proxies),
          arrivals({.body_bytes = options.bodies_limit,
                    .per_address = options.half_requests_per_address > 0
                                       ? options.half_requests_per_address
                                       : std::max<std::size_t>(options.connection_limit / 4, 1)}),
          metrics(registry),
          open_gauge(registry.gauge("tripos_http_connections", "Open client connections")) {}

    /// Of the times of requests to that route.
    Histogram& seconds(std::string_view route) {
        Labels labels;
        if (options.route_class != nullptr) {
            labels["class"] = options.route_class(route);
        }
        return metrics.histogram(
            "tripos_http_request_seconds",
            "Time from a complete request to its written response, by what people wait for; one "
            "request in eight is measured",
            labels,
            {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60});
    }

    const ServerOptions options;
    const Clock& clock;
    const TrustedProxies proxies;
    Arrivals arrivals;
    Metrics& metrics;
    Gauge& open_gauge;
    std::atomic<bool> winding_down{false};
    std::atomic<bool> draining{false};  ///< winding_down, and idle connections close
    std::atomic<std::size_t> open{0};
};

}  // namespace tripos::http::detail
