// SPDX-License-Identifier: MIT
#pragma once
// How Redis away is met: when a connection counts as lost and is tried again, and a log of the
// outage, once when it begins and once when it ends, however often it is noticed. Confined to its
// context.

#include <chrono>
#include <optional>
#include <string>

#include "async/backoff.hpp"

namespace tripos::queue::detail {

inline constexpr BackoffOptions kReconnect{.first = std::chrono::milliseconds(50),
                                           .limit = std::chrono::milliseconds(2'000)};
/// Beyond its own time-out, a blocked command is lost.
inline constexpr std::chrono::milliseconds kBlockGrace{2'000};

/// Whether the server's error concerns its memory or disk, which will pass; any other means that it
/// refuses this very call. (What says that it is not the one, or cannot serve, is
/// redis::Unavailable to whoever waits.)
bool will_pass(const std::string& message);

class OutageLog {
  public:
    explicit OutageLog(std::string queue) : queue_(std::move(queue)) {}

    void failed(const std::string& problem);
    void worked();

  private:
    const std::string queue_;
    std::optional<std::chrono::steady_clock::time_point> since_;
};

}  // namespace tripos::queue::detail
