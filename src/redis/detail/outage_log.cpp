// SPDX-License-Identifier: MIT
#include "redis/detail/outage_log.hpp"

#include "telemetry/log.hpp"

namespace tripos::redis {

void OutageLog::lost(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (down_++ == 0) {
        since_ = std::chrono::steady_clock::now();
        log::warn("redis", "server unreachable", {{"endpoint", endpoint_}, {"reason", reason}});
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
