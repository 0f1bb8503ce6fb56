// SPDX-License-Identifier: MIT
#include "async/with_timeout.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace tripos {

namespace {

// The operator below waits for the first *success*: a task that failed would keep it until the
// limit.
Task<> hold_failure(Task<> task, std::exception_ptr& problem) {
    try {
        co_await std::move(task);
    } catch (...) {
        problem = std::current_exception();
    }
}

}  // namespace

Task<bool> with_timeout(std::chrono::steady_clock::duration limit, Task<> task) {
    using namespace asio::experimental::awaitable_operators;
    std::exception_ptr problem;
    const auto outcome = co_await (hold_failure(std::move(task), problem) || sleep_for(limit));
    if (outcome.index() == 0 && problem) {
        std::rethrow_exception(problem);
    }
    co_return outcome.index() == 0;
}

}  // namespace tripos
