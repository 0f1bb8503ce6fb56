// SPDX-License-Identifier: MIT
#pragma once
// Greeting: what somebody has to ask of a server, or tell it, on each new connection before anyone
// uses it.

#include <functional>
#include <vector>

#include "async/task.hpp"
#include "redis/reply.hpp"

namespace tripos::redis {

/// Sends commands over the connection in question; the replies in order.
using Ask = std::function<Task<std::vector<Reply>>(std::vector<std::vector<std::string>> commands)>;

/// If it throws, the connection is not used, and another is made.
using Greeting = std::function<Task<>(Ask ask)>;

}  // namespace tripos::redis
