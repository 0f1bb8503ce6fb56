// SPDX-License-Identifier: MIT
#pragma once
// One command over a Unix socket, blocking: for the supervisor, which runs before and after every
// event loop.

#include <string>
#include <string_view>

namespace tripos::redis {

/// The first bytes of the reply; empty if nobody answers within a second.
std::string blocking_ask(const std::string& socket_path, std::string_view inline_command);

}  // namespace tripos::redis
