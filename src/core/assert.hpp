// SPDX-License-Identifier: MIT
#pragma once
// Assertions for programmer errors, always on. Never for input: bad input is a Result, a broken
// machine an exception.

#include <source_location>

namespace tripos {

/// Prints the expression and its place, then aborts.
[[noreturn]] void assertion_failed(const char* expression,
                                   std::source_location where = std::source_location::current());

}  // namespace tripos

#define TRIPOS_ASSERT(expression) \
    static_cast<bool>(expression) ? void(0) : ::tripos::assertion_failed(#expression)
