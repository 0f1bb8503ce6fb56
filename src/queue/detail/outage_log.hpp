// SPDX-License-Identifier: MIT
#pragma once
// Logs an outage once when it begins and once when it ends, however often it is noticed. Confined
// to its context.

#include <chrono>
#include <optional>
#include <string>

namespace tripos::queue::detail {

/// Whether the server's error concerns its own state, which will pass; any other means that it
/// refuses this very call.
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
