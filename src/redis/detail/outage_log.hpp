// SPDX-License-Identifier: MIT
#pragma once
// One warning when the server is lost and one line when it is back, however many connections to it
// notice; and what stands in the way of an outage that lasts, each reason once. Thread-safe; shared
// by the connections of one Client.

#include <chrono>
#include <mutex>
#include <set>
#include <string>

namespace tripos::redis {

class OutageLog {
  public:
    explicit OutageLog(std::string endpoint) : endpoint_(std::move(endpoint)) {}

    /// A connection went down. Each reports it once per outage, and then recovered() or gave_up()
    /// once.
    void lost(const std::string& reason);
    /// One that is down could not be made again.
    void still_lost(const std::string& reason);
    void recovered();
    /// A connection that was down is not needed any more.
    void gave_up();

  private:
    const std::string endpoint_;
    std::mutex mutex_;
    int down_ = 0;
    std::chrono::steady_clock::time_point since_{};
    std::set<std::string> told_;  ///< reasons of this outage
};

}  // namespace tripos::redis
