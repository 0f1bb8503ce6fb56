// SPDX-License-Identifier: MIT
#include "async/event.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

namespace tripos {

Event::Event(asio::any_io_executor executor) : timer_(std::move(executor)) {}

void Event::notify() {
    signalled_ = true;
    timer_.cancel();
}

void Event::notify_from_any_thread() {
    asio::post(timer_.get_executor(), [this] { notify(); });
}

Task<bool> Event::wait_for(std::chrono::steady_clock::duration limit) {
    if (!signalled_) {
        timer_.expires_after(limit);
        boost::system::error_code
            ignored;  // notify() cancels the timer; a cancelled coroutine is told apart below
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return std::exchange(signalled_, false);
}

}  // namespace tripos
