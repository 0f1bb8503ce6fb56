// SPDX-License-Identifier: MIT
#include "attempts/deadline_loop.hpp"

#include "telemetry/log.hpp"

namespace tripos::attempts {

DeadlineLoop::DeadlineLoop(AttemptFinisher& finisher, const Clock& clock, asio::io_context& context)
    : finisher_(finisher),
      clock_(clock),
      wake_(context.get_executor()),
      tasks_(context.get_executor()) {}

void DeadlineLoop::start() {
    tasks_.spawn("attempts.deadlines", run());
}

Task<> DeadlineLoop::stop() {
    co_await tasks_.stop();
}

void DeadlineLoop::expect(Timestamp deadline) {
    if (remember_if_earliest(deadline)) {
        wake_.notify_from_any_thread();
    }
}

bool DeadlineLoop::remember_if_earliest(Timestamp deadline) {
    const auto at = to_millis(deadline);
    auto known = next_.load();
    while (at < known) {
        if (next_.compare_exchange_weak(known, at)) {
            return true;
        }
    }
    return false;
}

Task<> DeadlineLoop::run() {
    for (;;) {
        const bool is_up = co_await round();
        co_await wake_.wait_for(is_up ? pause() : kLongestSleep);
    }
}

Task<bool> DeadlineLoop::round() {
    std::string problem;
    try {
        next_.store(kNever);
        const auto report = co_await finisher_.finish_due();
        if (report.next_deadline) {
            remember_if_earliest(*report.next_deadline);
        }
        if (report.finished > 0) {
            log::info("attempts", "attempts auto-submitted",
                      {{"count", static_cast<std::uint64_t>(report.finished)}});
        }
    } catch (const SystemError& failure) {
        // The loop of a service is an edge: the database comes back, and so must we.
        problem = failure.what();
    }
    if (!problem.empty() && !is_failing_) {
        log::warn("attempts", "deadlines wait for the database", {{"what", problem}});
    }
    if (problem.empty() && is_failing_) {
        log::info("attempts", "deadlines are watched again");
    }
    is_failing_ = !problem.empty();
    co_return problem.empty();
}

std::chrono::milliseconds DeadlineLoop::pause() const {
    const auto next = next_.load();
    const auto wait =
        next == kNever ? kLongestSleep : from_millis(next) + finisher_.grace() - clock_.now();
    return std::clamp(wait, std::chrono::milliseconds(1), kLongestSleep);
}

}  // namespace tripos::attempts
