// SPDX-License-Identifier: MIT
#include "queue/detail/outage_log.hpp"

#include "telemetry/log.hpp"

namespace tripos::queue::detail {

bool will_pass(const std::string& message) {
    return message.starts_with("OOM") || message.starts_with("MISCONF");
}

void OutageLog::failed(const std::string& problem) {
    if (!since_) {
        since_ = std::chrono::steady_clock::now();
        log::warn("queue", "worker cannot use Redis, trying on",
                  {{"queue", queue_}, {"problem", problem}});
    }
}

void OutageLog::worked() {
    if (since_) {
        const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - *since_);
        since_.reset();
        log::info("queue", "worker uses Redis again",
                  {{"queue", queue_}, {"milliseconds", std::int64_t{lasted.count()}}});
    }
}

}  // namespace tripos::queue::detail
