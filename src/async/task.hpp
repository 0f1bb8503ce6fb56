// SPDX-License-Identifier: MIT
#pragma once
// The coroutine vocabulary. Every asynchronous function of Tripos returns Task<T>.
//
// Threads: each io_context is run by exactly one thread, so a context is an implicit strand; an
// object "confined to its context" needs no lock. GCC 12 miscompiles braces inside a co_await
// operand (capturing lambdas, braced aggregates): name the value first, then move it in;
// tools/check_coroutines.py enforces it.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace tripos {

namespace asio = boost::asio;

/// Starts when awaited; runs on the awaiting coroutine's context.
template <class T = void>
using Task = asio::awaitable<T>;

/// Suspends for `duration`; throws operation_aborted when cancelled.
Task<> sleep_for(std::chrono::steady_clock::duration duration);

}  // namespace tripos
