// SPDX-License-Identifier: MIT
#pragma once
// What is said on a new connection before anybody's commands: RESP3 and log-in by HELLO, on servers
// that do not know it AUTH and RESP2; the database; the name; and a PING that a server which still
// loads its data refuses.

#include <chrono>
#include <memory>

#include "redis/detail/session.hpp"

namespace tripos::redis {

/// The user or the password is wrong: trying again soon is of no use.
class LogInRefused : public Unavailable {
  public:
    using Unavailable::Unavailable;
};

/// Connects; nothing is said yet. Throws as Stream::connect() does.
Task<std::shared_ptr<Session>> open_session(asio::io_context& context, Endpoint endpoint,
                                            HostResolver& resolver);

/// A user of an ACL may have no password.
bool needs_auth(const Endpoint& endpoint);
/// The log-in without HELLO.
Arguments auth(const Endpoint& endpoint);
/// The replies, in order. Throws Unavailable.
Task<std::vector<Reply>> exchange(asio::io_context& context, std::shared_ptr<Session> session,
                                  std::vector<Arguments> commands, Patience patience);

/// True if both sides speak RESP3. Throws LogInRefused, and Unavailable when the server refuses
/// anything else.
Task<bool> shake_hands(asio::io_context& context, std::shared_ptr<Session> session,
                       ConnectionOptions options);

/// Throws Unavailable unless the server says it is a master, or does not say what it is, and if
/// it does not serve the slot of `slot_key`; empty: it need not.
Task<> require_master(asio::io_context& context, std::shared_ptr<Session> session,
                      std::chrono::milliseconds limit, std::string slot_key);

/// CLIENT TRACKING ON OPTIN, announced on the session itself (RESP3). False: the server refuses.
Task<bool> start_tracking(asio::io_context& context, std::shared_ptr<Session> session,
                          std::chrono::milliseconds limit);
/// The same with RESP2, which cannot say anything unasked but to a subscriber: `feed`, a session of
/// its own after its handshake, hears what `session` reads.
Task<bool> start_tracking_over(asio::io_context& context, std::shared_ptr<Session> session,
                               std::shared_ptr<Session> feed, std::chrono::milliseconds limit);

}  // namespace tripos::redis
