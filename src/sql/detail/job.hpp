// SPDX-License-Identifier: MIT
#pragma once
// Job: one read or write on its way to a thread of the database, and its answer on the way back.

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "async/completion.hpp"
#include "sql/session.hpp"
#include "sql/turn.hpp"
#include "telemetry/span.hpp"

namespace tripos::sql {

/// Used by one thread at a time. run() may be called again; exactly one of succeed() and fail()
/// follows.
class Job {
  public:
    virtual ~Job() = default;
    virtual void run(Session& session) = 0;
    /// With the result of the last run().
    virtual void succeed() = 0;
    virtual void fail(std::exception_ptr problem) = 0;

    std::chrono::steady_clock::time_point queued_at = std::chrono::steady_clock::now();
    Turn turn = Turn::urgent;
    CommitHooks hooks;         ///< of its last run
    trace::Position position;  ///< what it does is recorded there
};

/// What comes back from a `Work`; nothing has a form of its own.
template <class Work>
using ResultOf = std::invoke_result_t<Work&, Session&>;
template <class Work>
using SlotOf = std::conditional_t<std::is_void_v<ResultOf<Work>>, std::monostate, ResultOf<Work>>;

/// A coroutine waits for it.
template <class Work>
class AwaitedJob final : public Job {
  public:
    AwaitedJob(Work work, Completion<SlotOf<Work>> completion)
        : work_(std::move(work)), completion_(std::move(completion)) {}

    void run(Session& session) override {
        if constexpr (std::is_void_v<ResultOf<Work>>) {
            work_(session);
            result_.emplace();
        } else {
            result_.emplace(work_(session));
        }
    }
    void succeed() override { completion_.complete(std::move(*result_)); }
    void fail(std::exception_ptr problem) override { completion_.fail(std::move(problem)); }

  private:
    Work work_;
    Completion<SlotOf<Work>> completion_;
    std::optional<SlotOf<Work>> result_;
};

}  // namespace tripos::sql
