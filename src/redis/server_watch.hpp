// SPDX-License-Identifier: MIT
#pragma once
// ServerWatch: asks a Redis server now and then what it is and how it does, says in the log what
// does not suit its use - at start, and whenever that changes - and keeps the answer for readiness
// and metrics. It never changes the server.

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "core/finding.hpp"
#include "redis/client.hpp"
#include "redis/server_report.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::redis {

/// One look at a server.
struct ServerCheck {
    ServerReport report;            ///< what it said
    std::vector<Finding> findings;  ///< what is wrong with that
};

/// What of a report does not suit the server's use, the worst first. Pure.
using Judge = std::function<std::vector<Finding>(const ServerReport& report)>;

/// Asks once: INFO, and the save points if it may. Throws Unavailable, CommandFailed.
Task<ServerReport> ask_server(Client& client);

/// Owned by the composition root; `client`, `wall` and `metrics` outlive it.
class ServerWatch {
  public:
    /// `name`: "cache", "queue" or "redis", in log and metrics. `wall`: what the server's clock is
    /// compared with.
    ServerWatch(Client& client, std::string name, Judge judge, const Clock& wall, Metrics& metrics);

    /// Looks once, now. A server that is away is none of its business.
    Task<> look();
    /// Looks every 5 s until stop(). On the client's first context.
    void start();
    Task<> stop();  ///< twice is fine

    /// What the last look saw; nothing: the server was never reached. Thread-safe.
    std::optional<ServerCheck> latest() const;

  private:
    Task<> run();
    /// Asks the server for its time: how long that takes, and how far the clocks are apart.
    Task<> ask_time();
    void note(ServerCheck check);

    Client& client_;
    const std::string name_;
    const Judge judge_;
    const Clock& wall_;
    Gauge& up_;
    Gauge& latency_;
    Gauge& clock_offset_;
    Gauge& clients_;
    Gauge& client_limit_;
    Gauge& keys_;
    Gauge& memory_used_;
    Gauge& memory_limit_;
    Gauge& dangers_;
    Counter& evicted_;
    Counter& commands_;
    Counter& failovers_;
    std::uint64_t known_failovers_ = 0;
    mutable std::mutex mutex_;
    std::optional<ServerCheck> latest_;
    TaskGroup group_;
};

}  // namespace tripos::redis
