// SPDX-License-Identifier: MIT
#pragma once
// Lobby: where candidates wait for an exam. It counts who waits, so that thousands do not all press
// Start in the instant of the opening: each gets a place of their own in a stretch that is as long
// as the crowd is large. In memory only; every process has its share of the crowd and of the load.

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"

namespace tripos::attempts {

/// Thread-safe.
class Lobby {
  public:
    /// Starts a second that a process takes on beside everything else, with a wide margin.
    static constexpr std::int64_t kStartsPerSecond = 200;
    /// Whoever waits asks at least this often.
    static constexpr std::chrono::seconds kAsksEvery{30};

    /// Somebody waits for the exam, or presses Start now. How long to wait from `now`: until the
    /// opening, and their part of the stretch behind it; zero: not at all. The same person gets the
    /// same place while the crowd stays as large.
    std::chrono::milliseconds start_after(const std::string& exam_id, std::string_view user_id,
                                          Timestamp opens_at, Timestamp now);

  private:
    /// Who asked in this stretch of kAsksEvery, and in the one before.
    struct Crowd {
        std::int64_t stretch = 0;
        std::int64_t asking = 0;
        std::int64_t asked = 0;
    };

    std::mutex mutex_;
    std::unordered_map<std::string, Crowd> crowds_;  ///< by exam; at most kMostCrowds
};

}  // namespace tripos::attempts
