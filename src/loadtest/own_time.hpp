// SPDX-License-Identifier: MIT
#pragma once
// Time as the generator measures it. Thread-safe.

#include <cstdint>

namespace tripos::loadtest {

std::int64_t steady_micros();  ///< of a clock that nobody sets
double cpu_of_thread();        ///< seconds that this thread has had, user and system

}  // namespace tripos::loadtest
