// SPDX-License-Identifier: MIT
#include "sql/detail/link.hpp"

#include <condition_variable>
#include <mutex>

#include "telemetry/log.hpp"

namespace tripos::sql {

Link::Link(Driver& driver, Access access, std::chrono::milliseconds patience,
           std::atomic<std::uint64_t>& arrivals, std::stop_token stop)
    : driver_(driver),
      access_(access),
      patience_(patience),
      stop_(std::move(stop)),
      backoff_({.first = std::chrono::milliseconds(50), .limit = std::chrono::seconds(2)}, random_),
      connection_(driver.connect(access)),
      arrivals_(arrivals) {}

Connection& Link::require(Deadline deadline) {
    if (!lost()) {
        return *connection_;
    }
    if (connection_) {
        log::warn("sql", "connection lost");
        connection_.reset();
        lost_at_ = std::chrono::steady_clock::now();
    }
    const auto give_up = std::min(deadline, lost_at_ + patience_);
    do {
        const auto now = std::chrono::steady_clock::now();
        const bool is_time = now >= next_try_ || arrivals_ != arrivals_seen_;
        if (is_time && now < deadline && reconnect()) {
            return *connection_;
        }
    } while (std::chrono::steady_clock::now() < give_up &&
             pause(next_try_ - std::chrono::steady_clock::now(), give_up));
    throw DatabaseUnavailable("the database cannot be reached");
}

bool Link::reconnect() {
    try {
        connection_ = driver_.connect(access_);
    } catch (const SystemError& failure) {
        // Also when it never will be: only whoever runs the site can tell for how long that is.
        if (backoff_.tries() == 0) {
            log::warn("sql", "the database cannot be reached", {{"what", failure.what()}});
        }
        arrivals_seen_ = arrivals_;
        next_try_ = std::chrono::steady_clock::now() + backoff_.next();
        return false;
    }
    ++arrivals_;
    backoff_.reset();
    next_try_ = {};
    log::info("sql", "connected again");
    return true;
}

Backoff Link::retry_delays() {
    return Backoff({.first = std::chrono::milliseconds(20),
                    .limit = std::chrono::milliseconds(500),
                    .jitter = 1.0},
                   random_);
}

bool Link::pause(std::chrono::steady_clock::duration delay, Deadline deadline) {
    const auto until = std::min(deadline, std::chrono::steady_clock::now() + delay);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop_, until, [] { return false; });
    return !stop_.stop_requested();
}

}  // namespace tripos::sql
