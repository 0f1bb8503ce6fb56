// SPDX-License-Identifier: MIT
#include "async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "core/assert.hpp"
#include "telemetry/log.hpp"

namespace tripos {

struct TaskGroup::State {
    explicit State(asio::any_io_executor e)
        : executor(e), all_ended(e, asio::steady_timer::time_point::max()) {}

    asio::any_io_executor executor;
    asio::steady_timer all_ended;
    std::list<asio::cancellation_signal> signals;
    bool stopping = false;
};

namespace {

/// Logs what escaped a task; an abort after a stop request is how a task is meant to end.
void report(const std::string& name, const std::exception_ptr& problem, bool stopping) {
    try {
        std::rethrow_exception(problem);
    } catch (const boost::system::system_error& failure) {
        if (stopping && failure.code() == asio::error::operation_aborted) {
            return;
        }
        log::error("async", "task ended by an exception",
                   {{"task", name}, {"what", failure.what()}});
    } catch (const std::exception& failure) {
        log::error("async", "task ended by an exception",
                   {{"task", name}, {"what", failure.what()}});
    }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(std::string_view name, Task<> task) {
    if (state_->stopping) {
        return;
    }
    const auto state = state_;
    const auto signal = state->signals.emplace(state->signals.end());
    auto ended = [state, signal, label = std::string(name)](const std::exception_ptr& problem) {
        if (problem) {
            report(label, problem, state->stopping);
        }
        state->signals.erase(signal);
        if (state->signals.empty()) {
            state->all_ended.cancel();
        }
    };
    asio::co_spawn(state->executor, std::move(task),
                   asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

Task<> TaskGroup::stop() {
    state_->stopping = true;
    // A signal's handler may end its task, and so erase the signal, before emit() returns: post
    // each one.
    for (auto& signal : state_->signals) {
        auto emit = [state = state_, target = &signal] {
            for (auto& live : state->signals) {
                if (&live == target) {
                    live.emit(asio::cancellation_type::terminal);
                    return;
                }
            }
        };
        asio::post(state_->executor, std::move(emit));
    }
    co_await join();
}

Task<> TaskGroup::join() {
    const auto state = state_;
    while (!state->signals.empty()) {
        boost::system::error_code ignored;
        co_await state->all_ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

std::size_t TaskGroup::size() const {
    return state_->signals.size();
}

}  // namespace tripos
