// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace tripos {

template <class T>
T run_blocking(asio::io_context& context, Task<T> task) {
    return asio::co_spawn(context, std::move(task), asio::use_future).get();
}

}  // namespace tripos
