// SPDX-License-Identifier: MIT
#pragma once
// Site: what all connections of one server share. Owns nothing of Asio, so that it may outlive the
// contexts.

#include <atomic>

#include "http/detail/proxies.hpp"
#include "http/server.hpp"

namespace tripos::http::detail {

/// Thread-safe: constant after construction, except the atomics.
struct Site {
    Site(ServerOptions given, Metrics& registry)
        : options(std::move(given)),
          proxies(options.trusted_proxies),
          metrics(registry),
          open_gauge(registry.gauge("tripos_http_connections", "Open client connections")),
          seconds(registry.histogram("tripos_http_request_seconds",
                                     "Time from a complete request to its written response; one "
                                     "request in eight is measured")) {}

    const ServerOptions options;
    const TrustedProxies proxies;
    Metrics& metrics;
    Gauge& open_gauge;
    Histogram& seconds;
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> open{0};
};

}  // namespace tripos::http::detail
