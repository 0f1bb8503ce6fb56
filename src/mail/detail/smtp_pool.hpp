// SPDX-License-Identifier: MIT
#pragma once
// SmtpPool: the connections to one relay as one identity. Each is a thread with a session; the one
// used last is taken first, so that quiet times keep few connections open. A connection that is
// refused or throttled rests, and fewer work at the same time until all goes well again; meanwhile
// messages wait in line and lose nothing. Thread-safe.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "async/completion.hpp"
#include "mail/detail/adaptive_limit.hpp"
#include "mail/detail/relay_pause.hpp"
#include "mail/detail/send_line.hpp"
#include "mail/detail/smtp_session.hpp"

namespace tripos::mail::detail {

class SmtpPool {
  public:
    SmtpPool(SmtpUrl url, const SmtpOptions& options, Metrics& metrics);
    ~SmtpPool();  ///< stops and waits
    SmtpPool(const SmtpPool&) = delete;
    SmtpPool& operator=(const SmtpPool&) = delete;

    void submit(Message message, SendParams params, Completion<Delivery> completion);
    /// Blocking: over a connection of its own, past the line.
    Probe probe(const Message& message);
    /// From then on so many connections are used. Those at work end what they send; what is not
    /// used any more is closed when it has been idle for long enough. Not after stop_taking().
    void resize(const LineOptions& options);
    void stop_taking();
    /// What is under way is aborted within about a second, probes as well. Waits for nothing.
    void stop();
    std::size_t make_way(Urgency urgency, std::size_t count);
    const SmtpUrl& url() const { return url_; }

  private:
    using Instant = std::chrono::steady_clock::time_point;

    struct Waiting {
        Message message;
        SendParams params;
        Completion<Delivery> completion;
    };

    struct Connection {
        bool is_first = false;     ///< the one for security mail, where one is kept for that
        bool is_reserved = false;  ///< while it is at work: whether it was kept for that
        Instant rests_until;
        RelayPause pause;
        std::condition_variable wake;
        std::unique_ptr<SmtpSession> session;
        std::thread thread;
    };

    /// Requires: the lock. Opens what is missing of `count`.
    void add_connections(std::size_t count);
    bool is_reserved(const Connection& connection) const {
        return connection.is_first && line_.has_reserve();
    }
    void work(Connection& connection);
    /// Waits until there is something for this connection; nothing: the pool ends.
    std::optional<Waiting> next(Connection& connection);
    void wait(Connection& connection, std::unique_lock<std::mutex>& lock);
    Result<std::string> compose(const Message& message) const;
    Delivery deliver(Connection& connection, const Waiting& waiting);
    void note(Connection& connection, const Delivery& delivery, Instant begun);
    void note_failure(Connection& connection, const Delivery& delivery, Instant begun);
    void note_success(Connection& connection);
    void wake_one();

    // Constant after construction.
    const SmtpUrl url_;
    const SmtpOptions options_;
    Counter& connects_;
    Counter& messages_;
    Gauge& limit_gauge_;

    std::atomic<bool> stopping_{false};
    std::mutex mutex_;  ///< of everything below
    bool taking_ = true;
    SendLine<Waiting> line_;
    AdaptiveLimit limit_;
    std::size_t failures_in_a_row_ = 0;
    bool is_away_ = false;
    std::vector<Connection*> idle_;  ///< without a message; the one used last is last

    std::vector<std::unique_ptr<Connection>> connections_;  // last: threads use all of the above
};

}  // namespace tripos::mail::detail
