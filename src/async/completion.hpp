// SPDX-License-Identifier: MIT
#pragma once
// The bridge from threads and callbacks to coroutines: a coroutine suspends, someone else completes
// it, once, from any thread. It resumes on its own context.

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "async/task.hpp"

namespace tripos {

/// The right to resume one suspended coroutine. Copies share it; the first completion counts, later
/// ones do nothing. When the last copy goes away uncompleted, the coroutine gets
/// std::runtime_error("abandoned"). Thread-safe.
template <class T>
class Completion {
  public:
    Completion() = default;

    /// Takes over the handler of the operation.
    template <class Handler>
    explicit Completion(Handler handler)
        : state_(std::make_shared<HandlerState<Handler>>(std::move(handler))) {}

    /// Resumes the caller with the value.
    void complete(T value) const { state_->finish(nullptr, std::optional<T>(std::move(value))); }
    /// Resumes the caller with the exception.
    void fail(std::exception_ptr problem) const {
        state_->finish(std::move(problem), std::nullopt);
    }

  private:
    struct State {
        virtual ~State() = default;
        virtual void finish(std::exception_ptr problem, std::optional<T> value) = 0;
    };

    template <class Handler>
    struct HandlerState final : State {
        using Executor = asio::associated_executor_t<Handler>;

        explicit HandlerState(Handler h)
            : work(asio::get_associated_executor(h)), handler(std::move(h)) {}
        HandlerState(const HandlerState&) = delete;
        HandlerState& operator=(const HandlerState&) = delete;

        ~HandlerState() override {
            if (handler) {
                finish(std::make_exception_ptr(std::runtime_error("abandoned")), std::nullopt);
            }
        }

        void finish(std::exception_ptr problem, std::optional<T> value) override {
            if (done.exchange(true)) {
                return;
            }
            auto resume = [h = std::move(*handler), p = std::move(problem),
                           v = std::move(value)]() mutable { h(std::move(p), std::move(v)); };
            handler.reset();
            asio::post(work.get_executor(), std::move(resume));
            work.reset();
        }

        std::atomic<bool> done{false};
        asio::executor_work_guard<Executor> work;
        std::optional<Handler> handler;
    };

    std::shared_ptr<State> state_;
};

/// Suspends the caller and hands `start` the Completion that resumes it. `start` runs at once and
/// must not throw. Not cancellable: whoever holds the Completion decides; give the work itself a
/// deadline.
template <class T, class Start>
Task<T> suspend(Start start) {
    auto initiation = [begin = std::move(start)](auto handler) mutable {
        begin(Completion<T>(std::move(handler)));
    };
    auto value = co_await asio::async_initiate<decltype(asio::use_awaitable),
                                               void(std::exception_ptr, std::optional<T>)>(
        std::move(initiation), asio::use_awaitable);
    co_return std::move(*value);
}

}  // namespace tripos
