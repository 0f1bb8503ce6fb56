// SPDX-License-Identifier: MIT
#pragma once
// A deadline for any cancellable Task. (Boost 1.81 has no cancel_after.)

#include <chrono>

#include "async/task.hpp"

namespace tripos {

/// Runs `task`; when `limit` passes first, cancels it, waits for it to unwind and returns false.
/// True: it finished in time. Its exceptions pass through.
Task<bool> with_timeout(std::chrono::steady_clock::duration limit, Task<> task);

}  // namespace tripos
