// SPDX-License-Identifier: MIT
#pragma once
// OwnSite: a whole site for one load test - this program's server, a Redis, a mail relay - in a
// temporary folder, on loopback. All of it goes away with the object, and with this process but for
// the folder, which abandon() removes.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "loadtest/mail_sink.hpp"
#include "loadtest/target.hpp"
#include "redis/embedded_server.hpp"

namespace tripos::loadtest {

/// Not thread-safe but for abandon(). Made, used and destroyed by one thread, with
/// which the server ends.
class OwnSite {
  public:
    /// Blocking. `settings` go before those it needs itself, but for its addresses. Throws
    /// SystemError when something does not start.
    explicit OwnSite(const std::map<std::string, std::string>& settings);
    ~OwnSite();
    OwnSite(const OwnSite&) = delete;
    OwnSite& operator=(const OwnSite&) = delete;

    Address address() const { return {.host = "127.0.0.1", .port = port_}; }
    std::string control_socket() const;
    const MailSink& mails() const { return mails_; }
    int server_pid() const { return pid_; }

    void kill_and_restart();  ///< SIGKILL; returns when the next one listens
    void stop_redis();
    void start_redis();
    /// From any thread, just before this process ends by itself: what would stay behind goes.
    void abandon();

  private:
    void start_server();
    void end_server(int signal);

    const std::string folder_;
    MailSink mails_;
    redis::EmbeddedServer redis_;
    const std::uint16_t port_;
    std::map<std::string, std::string> settings_;
    std::atomic<int> pid_ = 0;
};

}  // namespace tripos::loadtest
