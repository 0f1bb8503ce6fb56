// SPDX-License-Identifier: MIT
#pragma once
// The working part of Connection: keeps one Session alive; while there is none, commands go to the
// Parking. Confined to its context, except is_connected().

#include <atomic>
#include <optional>

#include "async/backoff.hpp"
#include "async/task_group.hpp"
#include "core/random.hpp"
#include "redis/detail/outage_log.hpp"
#include "redis/detail/parking.hpp"
#include "redis/detail/session.hpp"
#include "redis/detail/tracker.hpp"
#include "redis/resolver.hpp"

namespace tripos::redis {

/// Providers cut who says nothing, and count who is refused.
struct ConnectionPace {
    std::chrono::milliseconds idle{30'000};      ///< nothing to say for so long: a PING
    std::chrono::milliseconds shut_out{30'000};  ///< until the next try after a refused log-in
};

class Connection::Impl : public Resolver::Dependent, public std::enable_shared_from_this<Impl> {
  public:
    Impl(asio::io_context& context, ConnectionOptions options, ConnectionPace pace = {});

    asio::io_context& context() { return context_; }
    const ConnectionOptions& options() const { return options_; }
    bool is_connected() const { return is_connected_.load(std::memory_order_relaxed); }

    void begin();
    Task<> stop();
    /// Fails everything and closes; for stop() and for the destructor of Connection.
    void shut();
    void submit(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                Patience patience);
    void on_master(const Endpoint& master, const std::string& reason) override;
    /// Announcements come over a session of their own.
    bool has_feed() const { return session_ && tracker_ && tracker_->has_feed(); }
    /// A PING on that session, or on what there is.
    void ping_feed(const std::shared_ptr<Waiter>& waiter);

  private:
    using TimePoint = Dialogue::TimePoint;

    Task<> run();
    Task<> attend();
    Task<std::string> try_open();
    Task<> resolve();
    Task<> open();
    void drop_feed(const std::string& reason);
    void on_up();
    void on_down(BreakCause cause, const std::string& reason);
    void on_ruling(Ruling ruling, const std::string& reason);
    void leave_unless_at(const Endpoint& master, const std::string& reason);
    std::chrono::milliseconds pause_after_loss();
    void note_outage(const std::string& reason);
    void await_parking_limit();
    void refuse_parked();

    asio::io_context& context_;
    const ConnectionOptions options_;
    const ConnectionPace pace_;
    Endpoint server_;  ///< where it is connected, or tries to be
    const std::shared_ptr<OutageLog> outages_;
    SecureRandom random_;
    Backoff backoff_;
    HostResolver host_resolver_;
    std::shared_ptr<Session> opening_;
    std::shared_ptr<Session> session_;  ///< null while disconnected
    std::optional<Tracker> tracker_;    ///< if somebody listens
    asio::steady_timer session_ended_;  ///< cancelled as a signal
    asio::steady_timer pause_;          ///< between tries; cancelled when there is news
    Parking parking_;
    asio::steady_timer parking_limit_;
    TimePoint up_since_{};
    bool was_refused_ = false;  ///< by the session's own server
    bool is_shut_out_ = false;  ///< the last try's log-in was refused
    bool is_out_ = false;       ///< reported to the outage log
    bool started_ = false;
    std::optional<Endpoint> told_;  ///< the master, by the last announcement
    bool stopping_ = false;
    std::atomic<bool> is_connected_ = false;
    TaskGroup group_;
};

}  // namespace tripos::redis
