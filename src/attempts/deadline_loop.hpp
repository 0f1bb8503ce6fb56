// SPDX-License-Identifier: MIT
#pragma once
// DeadlineLoop: ends attempts a grace after their deadline without anyone asking. It sleeps until
// then, at most a second, and asks the index. It owns no state worth keeping: any number
// of processes may run one, and a restart ends what ran out meanwhile. A database that is away is
// waited for; lost and regained are logged once each.

#include <atomic>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "attempts/attempt_finisher.hpp"

namespace tripos::attempts {

/// Runs on the context given; expect() from any thread.
class DeadlineLoop {
  public:
    static constexpr std::chrono::milliseconds kLongestSleep{1000};

    DeadlineLoop(AttemptFinisher& finisher, const Clock& clock, asio::io_context& context);

    void start();
    Task<> stop();

    /// A deadline that may be earlier than the one the loop waits for.
    void expect(Timestamp deadline);

  private:
    Task<> run();
    Task<bool> round();
    std::chrono::milliseconds pause() const;
    /// Remembers the deadline if it is the earliest known.
    bool remember_if_earliest(Timestamp deadline);

    static constexpr std::int64_t kNever = INT64_MAX;

    AttemptFinisher& finisher_;
    const Clock& clock_;
    std::atomic<std::int64_t> next_{kNever};  ///< earliest known deadline, milliseconds
    bool is_failing_ = false;
    Event wake_;
    TaskGroup tasks_;
};

}  // namespace tripos::attempts
