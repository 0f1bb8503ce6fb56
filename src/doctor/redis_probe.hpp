// SPDX-License-Identifier: MIT
#pragma once
// Looks at a Redis server from outside, and writes nothing: rights are tried inside a transaction
// that is discarded.

#include "async/task.hpp"
#include "doctor/evidence.hpp"
#include "redis/client.hpp"

namespace tripos::doctor {

/// A server and what it is for.
struct RedisTarget {
    redis::Address address;             ///< where, and how to get in
    std::string slot_key;               ///< a key of its use: in a Cluster, where all others are
    Use use = Use::both;                ///< what it is for
    std::vector<std::string> prefixes;  ///< of the keys it must let us use: "bull:"
    std::int64_t planned_clients = 0;   ///< that a process of ours opens
};

/// Blocking; the context is run by another thread. `now`: asked when the server's clock is.
RedisLook look_at_redis(asio::io_context& context, const RedisTarget& target, const Clock& clock);

/// A server's queues. Blocking, as above. Throws redis::Unavailable, redis::CommandFailed.
std::vector<queue::QueueCondition> look_at_queues(asio::io_context& context,
                                                  const redis::Address& address,
                                                  const std::string& prefix,
                                                  const std::vector<std::string>& names,
                                                  const Clock& clock);

/// The same through a client that there is, but for their strays.
Task<std::vector<queue::QueueCondition>> ask_queues(redis::Client& client, std::string prefix,
                                                    std::vector<std::string> names,
                                                    const Clock& clock);
/// Fills in the strays; see queue::look_for_strays().
Task<> ask_for_strays(redis::Client& client, const std::string& prefix, const Clock& clock,
                      std::vector<queue::QueueCondition>& queues);

/// Clients that one process of ours has at most, with so many threads of requests: for each three,
/// of which one has its reads tracked; as many for the background, and those that wait for jobs and
/// hear events.
std::int64_t planned_clients(std::int64_t threads);

/// Of a server that has been asked what it is by somebody else.
RedisLook look_of(const redis::Address& address, Use use);

}  // namespace tripos::doctor
