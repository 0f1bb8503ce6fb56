// SPDX-License-Identifier: MIT
#pragma once
// Dialogue: what is said on one stream, without the stream: bytes to write, bytes that were read,
// and the time come in from outside. Replies are matched to waiters in order; what the server says
// unasked is told apart; and it says by when the server must have spoken. Not thread-safe.

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "redis/connection.hpp"
#include "redis/detail/ruling.hpp"
#include "redis/detail/waiter.hpp"
#include "redis/resp.hpp"

namespace tripos::redis {

/// How long a command may go unanswered, and whether it is meant to wait on the server's side.
struct Patience {
    std::chrono::milliseconds limit;
    bool is_blocking = false;  ///< the clock of the commands behind it starts when it is answered
};

class Dialogue {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using OnPush = std::function<void(const Reply& push)>;

    /// Called for what the server says unasked, in the order of the stream.
    void set_on_push(OnPush on_push) { on_push_ = std::move(on_push); }
    /// Subscribed with RESP2, where messages look like replies: they count as said unasked from now
    /// on.
    void expect_messages() { hears_messages_ = true; }

    /// Appends the commands to what is to be written; they get one waiter together.
    void ask(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
             Patience patience, TimePoint now);
    /// Takes any piece of the stream. An error: garbage, or a reply that nobody asked for; the
    /// stream is of no more use.
    Result<> hear(std::string_view bytes, TimePoint now);
    /// What error replies since the last call say about the server, the gravest; `none` if nothing.
    /// Whoever waited for them got Unavailable.
    struct Heard {
        Ruling ruling = Ruling::none;
        std::string reason;
    };
    Heard take_ruling() { return std::exchange(heard_, Heard()); }
    /// Fails every command without a reply.
    void end(const std::string& reason);

    /// To be written: whoever writes it swaps it out.
    std::string& output() { return output_; }
    std::size_t pending() const { return pending_.size(); }  ///< commands without a reply
    /// When the server has been silent for too long; max: it owes nothing.
    TimePoint deadline() const;

  private:
    struct Pending {
        std::shared_ptr<Waiter> waiter;
        TimePoint asked_at;
        Patience patience;
    };

    bool is_unasked(const Reply& reply) const;
    /// True: the reply is about the server, not for the waiter.
    bool rules_on(const Reply& reply, Waiter& waiter);

    OnPush on_push_;
    ReplyReader reader_;
    std::string output_;
    Heard heard_;
    std::deque<Pending> pending_;
    TimePoint unblocked_at_{};  ///< when the last blocking command was answered
    bool hears_messages_ = false;
};

}  // namespace tripos::redis
