// SPDX-License-Identifier: MIT
#pragma once
// A few questions to one node, on a connection of their own.

#include "redis/detail/host_resolver.hpp"
#include "redis/detail/session.hpp"

namespace tripos::redis {

/// Ends a session at the end of its scope.
class HangUp {
  public:
    explicit HangUp(std::shared_ptr<Session> session) : session_(std::move(session)) {}
    ~HangUp() { session_->break_off(BreakCause::closed, "done"); }
    HangUp(const HangUp&) = delete;
    HangUp& operator=(const HangUp&) = delete;

  private:
    std::shared_ptr<Session> session_;
};

/// What came of it.
struct NodeAnswer {
    std::vector<Reply> replies;  ///< as many as questions; none: there was a problem
    std::string problem;         ///< empty: there was none
};

/// Connects, logs in, asks, hangs up, all within `limit`. Lifetime: context and resolver outlive
/// the call.
Task<NodeAnswer> ask_node(asio::io_context& context, HostResolver& resolver, Endpoint node,
                          std::vector<Arguments> questions, std::chrono::milliseconds limit);

}  // namespace tripos::redis
