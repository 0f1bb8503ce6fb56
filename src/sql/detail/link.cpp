// SPDX-License-Identifier: MIT
#include "sql/detail/link.hpp"

#include <condition_variable>
#include <mutex>

#include "telemetry/log.hpp"

namespace tripos::sql {

Link::Link(Driver& driver, Access access, std::stop_token stop)
    : driver_(driver),
      access_(access),
      stop_(std::move(stop)),
      backoff_({.first = std::chrono::milliseconds(50), .limit = std::chrono::seconds(2)}, random_),
      connection_(driver.connect(access)) {}

Connection& Link::require(Deadline deadline) {
    if (!lost()) {
        return *connection_;
    }
    if (connection_) {
        log::warn("sql", "connection lost");
        connection_.reset();
    }
    while (std::chrono::steady_clock::now() < deadline) {
        try {
            connection_ = driver_.connect(access_);
            backoff_.reset();
            log::info("sql", "connected again");
            return *connection_;
        } catch (const DatabaseUnavailable&) {
            if (!pause(backoff_.next(), deadline)) {
                break;
            }
        }
    }
    throw DatabaseUnavailable("the database cannot be reached");
}

Backoff Link::retry_delays() {
    return Backoff({.first = std::chrono::milliseconds(20),
                    .limit = std::chrono::milliseconds(500),
                    .jitter = 1.0},
                   random_);
}

bool Link::pause(std::chrono::milliseconds delay, Deadline deadline) {
    const auto until = std::min(deadline, std::chrono::steady_clock::now() + delay);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop_, until, [] { return false; });
    return !stop_.stop_requested();
}

}  // namespace tripos::sql
