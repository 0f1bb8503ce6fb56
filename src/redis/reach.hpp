// SPDX-License-Identifier: MIT
#pragma once
// How far one gets on the way to a Redis server: its name, its port, TLS, the log-in. For whoever
// has to say what is in the way; work is done by Client.

#include <string>

#include "async/task.hpp"
#include "redis/connection.hpp"

namespace tripos::redis {

/// The steps, in order.
enum class Step {
    resolve,  ///< the host's name has an address
    connect,  ///< something listens on its port, or on the socket
    secure,   ///< TLS, and a certificate that is accepted
    log_in,   ///< HELLO, the password, the database
    done,     ///< it answers
};

/// What came of one try.
struct Reach {
    Step step = Step::resolve;  ///< the first that did not work out; done: all did
    std::string problem;        ///< why not; empty: all did
    bool is_silent = false;     ///< nothing came within the limit
};

/// Tries once, within options.connect_limit, and hangs up. Throws nothing of the machinery: that is
/// the answer.
Task<Reach> reach(asio::io_context& context, ConnectionOptions options);

}  // namespace tripos::redis
