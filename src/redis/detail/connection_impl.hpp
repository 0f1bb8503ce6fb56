// SPDX-License-Identifier: MIT
#pragma once
// The working part of Connection: keeps one Session alive, and decides what happens to commands
// while there is none. Confined to its context, except is_connected().

#include <atomic>
#include <vector>

#include "async/backoff.hpp"
#include "async/task_group.hpp"
#include "core/random.hpp"
#include "redis/detail/outage_log.hpp"
#include "redis/detail/session.hpp"
#include "redis/tracking.hpp"

namespace tripos::redis {

class Connection::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(asio::io_context& context, ConnectionOptions options);

    asio::io_context& context() { return context_; }
    const ConnectionOptions& options() const { return options_; }
    bool is_connected() const { return is_connected_.load(std::memory_order_relaxed); }

    void begin();
    Task<> stop();
    /// Fails everything and closes; for stop() and for the destructor of Connection.
    void shut();
    void submit(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                Patience patience);
    /// A PING on the session that hears announcements.
    void ping(const std::shared_ptr<Waiter>& waiter);

  private:
    using TimePoint = std::chrono::steady_clock::time_point;
    /// Issued during a short outage: sent when the connection is back, refused when that takes too
    /// long.
    struct Parked {
        std::vector<Arguments> commands;
        std::shared_ptr<Waiter> waiter;
        Patience patience;
    };

    Task<> run();
    Task<std::string> try_open();
    Task<> open();
    Task<std::shared_ptr<Session>> connect();
    Task<Announcements> track(bool has_resp3);
    void drop_feed(const std::string& reason);
    void on_up();
    void on_down(BreakCause cause, const std::string& reason);
    void note_outage(const std::string& reason);
    void announce(const Reply& push);
    void park(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
              Patience patience);
    void refuse_parked();

    asio::io_context& context_;
    const ConnectionOptions options_;
    const std::shared_ptr<OutageLog> outages_;
    SecureRandom random_;
    Backoff backoff_;
    std::shared_ptr<Session> opening_;
    std::shared_ptr<Session> session_;  ///< null while disconnected
    std::shared_ptr<Session> feed_;  ///< with RESP2: hears what session_ reads; they end together
    asio::steady_timer session_ended_;  ///< never expires; cancelled as a signal
    std::vector<Parked> parked_;
    std::size_t parked_commands_ = 0;
    asio::steady_timer parking_limit_;
    TimePoint lost_at_ = TimePoint::min();
    TimePoint up_since_{};
    bool is_out_ = false;                                ///< reported to the outage log
    Announcements announcements_ = Announcements::none;  ///< to the session that opens or is open
    bool started_ = false;
    bool stopping_ = false;
    std::atomic<bool> is_connected_ = false;
    TaskGroup group_;
};

}  // namespace tripos::redis
