// SPDX-License-Identifier: MIT
#pragma once
// RateLimits: counts what routes declare (http::Operation::limited), in Redis for all processes of
// the site. While Redis is away, or late, each process counts by itself, from where all together
// had come, and adds that when Redis is back.
//
//     auto claim = limits.claim(request, {.account = email.canonical});
//     if (const auto admitted = co_await claim.admit(); !admitted) {
//         co_return admitted.error();
//     }
//     ...
//     co_await claim.failed();
//
// Keys: <prefix>limit:<counter>:<digest>, and <prefix>limit:ends:<kind>. Nothing that runs is
// forgotten: a kind whose room is full refuses what would need a new counter. Every limit has room
// of its own, so whoever invents links, recipients or accounts keeps nobody from logging in.

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "limits/counter_table.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::limits {

struct RateLimitsOptions {
    /// Counters of one kind that may run before what is new is refused.
    std::size_t room = 100'000;
    /// How long Redis may take; then the process decides, and asks nothing for a second. What Redis
    /// counted and was too late to say counts twice.
    std::chrono::milliseconds patience{500};
    std::string prefix = "{tripos}:";  ///< of the keys; in a Cluster, with the queue's hash tag
};

/// For whom a request asks, as far as the limits of its route tell.
struct Subject {
    /// Of a browser that the account has logged in with: it is counted by itself, wherever it is.
    std::string device = {};
    /// An address in its canonical form, or the id of a user. Empty: not known yet (Claim::of).
    std::string account = {};
    std::string recipient = {};  ///< an address in its canonical form
};

class RateLimits;

/// What one request counts. Thread-safe; RateLimits outlives it.
class Claim {
  public:
    Claim(RateLimits& table, const http::Request& request, const Subject& subject);

    /// The same request's, now that it is known whose account it is about. Before, limits per
    /// account do not hold: whoever invents a link makes no counter but the client's.
    Claim of(const std::string& account) const;
    /// The same request's, where the client's limits are spent: those that are declared for this
    /// (beyond_client) hold instead.
    Claim beyond_client() const;

    /// Counts a request; rate_limited when that, or an earlier failure, is one too many.
    Task<Result<>> admit() const;
    /// rate_limited when there were too many failures.
    Task<Result<>> look() const;
    Task<> failed() const;

    const std::string& account() const { return subject_.account; }
    /// Whom else it stands in a line with: whoever comes from the client's address, or the known
    /// devices of the account.
    const std::string& client() const { return client_; }

  private:
    Claim(RateLimits& table, std::span<const http::RateLimit> limits, std::string peer,
          Subject subject, bool is_beyond);

    RateLimits& table_;
    std::span<const http::RateLimit> limits_;
    std::string peer_;  ///< client_of() the request's
    Subject subject_;
    std::string client_;
    std::vector<Ask> requests_;
    std::vector<Ask> failures_;
};

/// Thread-safe.
class RateLimits {
  public:
    /// `redis` null: this process counts alone. All outlive it.
    RateLimits(redis::Client* redis, const Clock& clock, Metrics& metrics,
               RateLimitsOptions options = {});

    /// Of what the request's route declares.
    Claim claim(const http::Request& request, const Subject& subject) {
        return {*this, request, subject};
    }

  private:
    friend class Claim;

    using Asks = std::vector<Ask>;
    using Reports = std::vector<CounterTable::Report>;

    Task<Result<>> apply(Act act, const Asks& asks);
    /// False: Redis is away, or late.
    Task<bool> apply_in_redis(Act act, const Asks& asks, Timestamp now,
                              std::optional<Refusal>& refusal);
    Task<> ask(Act act, const Asks& asks, const Reports& reports, Timestamp now,
               std::optional<Refusal>& refusal);

    redis::Client* const redis_;
    const Clock& clock_;
    Metrics& metrics_;
    tripos::Counter& local_;  ///< of the metrics
    const RateLimitsOptions options_;
    const redis::Script script_;
    CounterTable here_;
    std::atomic<std::chrono::steady_clock::time_point> alone_until_{};
};

}  // namespace tripos::limits
