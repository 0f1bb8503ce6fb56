// SPDX-License-Identifier: MIT
#pragma once
// Session: the life of one established stream: it carries a Dialogue over it. Commands of one turn
// of the event loop leave in one write. When the stream breaks, or the server is silent for too
// long, everything unanswered fails, and it is never used again: Connection opens a new one.
// Confined to its context.

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "redis/detail/dialogue.hpp"
#include "redis/detail/stream.hpp"

namespace tripos::redis {

enum class BreakCause {
    closed,
    idle,  ///< closed by the server, which owed nothing: some do that to whoever says nothing
    silent
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    using OnBroken = std::function<void(BreakCause cause, const std::string& reason)>;
    using OnRuling = std::function<void(Ruling ruling, const std::string& reason)>;

    Session(asio::io_context& context, std::unique_ptr<Stream> stream);

    void start();
    /// Called once when it breaks, however that comes.
    void set_on_broken(OnBroken on_broken) { on_broken_ = std::move(on_broken); }
    /// Called when the server says that it is not the one, or cannot serve now.
    void set_on_ruling(OnRuling on_ruling) { on_ruling_ = std::move(on_ruling); }
    /// As Dialogue's.
    void set_on_push(Dialogue::OnPush on_push) { dialogue_.set_on_push(std::move(on_push)); }
    void expect_messages() { dialogue_.expect_messages(); }
    bool is_broken() const { return broken_; }
    std::size_t pending() const { return dialogue_.pending(); }

    /// Queues the commands, which get one waiter together.
    void submit(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                Patience patience);

    /// Closes the stream and fails what is pending with Unavailable(reason). Further calls do
    /// nothing.
    void break_off(BreakCause cause, const std::string& reason);

  private:
    using TimePoint = Dialogue::TimePoint;

    void schedule_flush();
    void flush();
    void read();
    void take(std::size_t bytes);
    /// Sees to it that the watchdog wakes in time.
    void watch();
    void check_deadline();

    asio::io_context& context_;
    std::unique_ptr<Stream> stream_;
    OnBroken on_broken_;
    OnRuling on_ruling_;
    Dialogue dialogue_;
    std::array<char, 32U << 10> input_{};
    std::string writing_;  ///< being written
    bool is_writing_ = false;
    bool flush_scheduled_ = false;
    bool broken_ = false;
    asio::steady_timer watchdog_;
    TimePoint watching_for_ = TimePoint::max();  ///< max: the watchdog sleeps
};

}  // namespace tripos::redis
