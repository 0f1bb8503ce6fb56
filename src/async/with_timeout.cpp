// SPDX-License-Identifier: MIT
#include "async/with_timeout.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace tripos {

Task<bool> with_timeout(std::chrono::steady_clock::duration limit, Task<> task) {
    using namespace asio::experimental::awaitable_operators;
    const auto outcome = co_await (std::move(task) || sleep_for(limit));
    co_return outcome.index() == 0;
}

}  // namespace tripos
