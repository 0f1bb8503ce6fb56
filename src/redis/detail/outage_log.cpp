// SPDX-License-Identifier: MIT
#include "redis/detail/outage_log.hpp"

#include "telemetry/log.hpp"

namespace tripos::redis {

namespace {

/// A failover is over by then, and had one reason.
constexpr std::chrono::seconds kLasting{5};
/// Of one outage.
constexpr std::size_t kMostReasons = 5;

}  // namespace

void OutageLog::lost(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (down_++ == 0) {
        since_ = std::chrono::steady_clock::now();
        told_ = {reason};
        log::warn("redis", "server unreachable", {{"endpoint", endpoint_}, {"reason", reason}});
    }
}

void OutageLog::still_lost(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    const bool lasts = std::chrono::steady_clock::now() - since_ >= kLasting;
    if (lasts && told_.size() < kMostReasons && told_.insert(reason).second) {
        log::warn("redis", "server still away", {{"endpoint", endpoint_}, {"reason", reason}});
    }
}

void OutageLog::recovered() {
    const std::lock_guard lock(mutex_);
    if (--down_ == 0) {
        const auto outage = std::chrono::steady_clock::now() - since_;
        const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(outage).count();
        log::info("redis", "server reachable again",
                  {{"endpoint", endpoint_}, {"outageMs", std::int64_t{millis}}});
    }
}

void OutageLog::gave_up() {
    const std::lock_guard lock(mutex_);
    --down_;
}

}  // namespace tripos::redis
