// SPDX-License-Identifier: MIT
#pragma once
// What is said on a new connection before anybody's commands: RESP3 and log-in by HELLO, on servers
// that do not know it AUTH and RESP2; the database; the name; and a PING that a server which still
// loads its data refuses.

#include <memory>

#include "redis/detail/session.hpp"

namespace tripos::redis {

/// True if the server tracks what is read here (only if options.tracking is set). Throws
/// Unavailable when the server refuses.
Task<bool> shake_hands(asio::io_context& context, std::shared_ptr<Session> session,
                       ConnectionOptions options);

}  // namespace tripos::redis
