// SPDX-License-Identifier: MIT
#pragma once
// ProgressBar: how far a long command is, on standard error and only when that is a terminal. Not
// thread-safe.

#include <cstdint>

namespace tripos::app {

class ProgressBar {
  public:
    explicit ProgressBar(std::int64_t total);

    /// `done` beyond the total shows as the total, below 0 as 0.
    void show(std::int64_t done);
    /// Leaves the line as if the bar had never been.
    void finish();

  private:
    std::int64_t total_;
    bool is_visible_;
};

}  // namespace tripos::app
