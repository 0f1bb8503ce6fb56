// SPDX-License-Identifier: MIT
#pragma once
// Session: the life of one established stream. Commands of one turn of the event loop leave in one
// write; replies are matched to waiters in order. When it breaks, everything unanswered fails, and
// it is never used again: Connection opens a new one. Confined to its context.

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "redis/connection.hpp"
#include "redis/detail/stream.hpp"
#include "redis/detail/waiter.hpp"
#include "redis/resp.hpp"

namespace tripos::redis {

/// How long a command may go unanswered, and whether it is meant to wait on the server's side.
struct Patience {
    std::chrono::milliseconds limit;
    bool is_blocking = false;  ///< the commands behind it get its limit on top of their own
};

enum class BreakCause { closed, silent };

class Session : public std::enable_shared_from_this<Session> {
  public:
    using OnBroken = std::function<void(BreakCause cause, const std::string& reason)>;
    using OnPush = std::function<void(const Reply& push)>;

    Session(asio::io_context& context, std::unique_ptr<Stream> stream);

    void start();
    /// Called once when it breaks, however that comes.
    void set_on_broken(OnBroken on_broken) { on_broken_ = std::move(on_broken); }
    /// Called for what the server says unasked, in the order of the stream.
    void set_on_push(OnPush on_push) { on_push_ = std::move(on_push); }
    /// The session subscribes with RESP2, where messages look like replies: they count as said
    /// unasked from now on.
    void expect_messages() { hears_messages_ = true; }
    bool is_broken() const { return broken_; }
    std::size_t pending() const { return pending_.size(); }

    /// Queues the commands, which get one waiter together.
    void submit(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                Patience patience);

    /// Closes the stream and fails what is pending with Unavailable(reason). Further calls do
    /// nothing.
    void break_off(BreakCause cause, const std::string& reason);

  private:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Pending {
        std::shared_ptr<Waiter> waiter;
        TimePoint deadline;
    };

    void schedule_flush();
    void flush();
    void read();
    void take(std::size_t bytes);
    bool is_unasked(const Reply& reply) const;
    void watch(TimePoint deadline);
    void check_deadline();

    asio::io_context& context_;
    std::unique_ptr<Stream> stream_;
    OnBroken on_broken_;
    OnPush on_push_;
    ReplyReader reader_;
    std::array<char, 32U << 10> input_{};
    std::string output_;   ///< collected in this turn
    std::string writing_;  ///< being written
    bool is_writing_ = false;
    bool flush_scheduled_ = false;
    bool broken_ = false;
    bool hears_messages_ = false;
    std::deque<Pending> pending_;
    TimePoint blocked_until_{};
    asio::steady_timer watchdog_;
    TimePoint watching_for_ = TimePoint::max();  ///< max: the watchdog sleeps
};

}  // namespace tripos::redis
