// SPDX-License-Identifier: MIT
#pragma once
// The coroutine that waits for replies, from the session's point of view. A cancelled waiter is
// done at once; its replies still come and are dropped, so that whoever shares the connection
// notices nothing. Confined to its context.

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "async/task.hpp"
#include "redis/reply.hpp"
#include "telemetry/span.hpp"

namespace tripos::redis {

class Waiter {
  public:
    virtual ~Waiter() = default;
    /// The next of its replies; the last one resumes the coroutine, in a later turn of the event
    /// loop.
    virtual void add(Reply reply) = 0;
    /// Resumes the coroutine with an exception.
    virtual void fail(std::exception_ptr problem) = 0;
    virtual bool is_done() const = 0;
    /// A span that ends with it.
    void watch(trace::Span span) { span_ = std::move(span); }

  protected:
    trace::Span span_;
};

/// T: Reply, or a vector of as many replies as are `expected`.
template <class T, class Handler>
class HandlerWaiter final : public Waiter {
  public:
    HandlerWaiter(asio::io_context::executor_type executor, std::size_t expected, Handler handler)
        : executor_(executor), missing_(expected), handler_(std::move(handler)) {
        if constexpr (!std::is_same_v<T, Reply>) {
            result_.reserve(expected);
        }
    }

    void add(Reply reply) override {
        if constexpr (std::is_same_v<T, Reply>) {
            result_ = std::move(reply);
        } else {
            result_.push_back(std::move(reply));
        }
        if (--missing_ == 0) {
            finish(nullptr);
        }
    }

    void fail(std::exception_ptr problem) override { finish(std::move(problem)); }
    bool is_done() const override { return !handler_.has_value(); }

  private:
    void finish(std::exception_ptr problem) {
        if (!handler_) {
            return;
        }
        span_ = trace::Span();
        auto resume = [h = std::move(*handler_), p = std::move(problem),
                       r = std::move(result_)]() mutable { h(std::move(p), std::move(r)); };
        handler_.reset();
        asio::post(executor_, std::move(resume));
    }

    asio::io_context::executor_type executor_;
    std::size_t missing_;
    T result_{};
    std::optional<Handler> handler_;
};

/// Suspends the caller, hands `submit` the waiter that resumes it, and returns its result.
/// Cancellation ends the wait with operation_aborted. Requires: the caller runs on `executor`'s
/// context.
template <class T, class Submit>
Task<T> await_replies(asio::io_context::executor_type executor, std::size_t expected,
                      Submit submit) {
    auto initiation = [executor, expected, begin = std::move(submit)](auto handler) mutable {
        const auto slot = asio::get_associated_cancellation_slot(handler);
        using Concrete = HandlerWaiter<T, decltype(handler)>;
        std::shared_ptr<Waiter> waiter =
            std::make_shared<Concrete>(executor, expected, std::move(handler));
        if (slot.is_connected()) {
            // Weak: the handler owns the coroutine, which owns the slot.
            auto cancel = [weak = std::weak_ptr<Waiter>(waiter)](asio::cancellation_type) {
                if (const auto live = weak.lock()) {
                    live->fail(std::make_exception_ptr(
                        boost::system::system_error(asio::error::operation_aborted)));
                }
            };
            auto target = slot;
            target.assign(std::move(cancel));
        }
        begin(std::move(waiter));
    };
    return asio::async_initiate<decltype(asio::use_awaitable), void(std::exception_ptr, T)>(
        std::move(initiation), asio::use_awaitable);
}

}  // namespace tripos::redis
