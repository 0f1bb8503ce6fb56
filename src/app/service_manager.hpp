// SPDX-License-Identifier: MIT
#pragma once
// ServiceManager: whoever started this process and wants to hear of it, as systemd does - sockets
// that it holds for us (sd_listen_fds), a socket for news (sd_notify), a watchdog. The protocol is
// a few variables and datagrams, so no library is needed. Without a manager nothing happens.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "settings/settings.hpp"

namespace tripos::app {

/// Thread-safe.
class ServiceManager {
  public:
    /// Of this process, from its environment. Throws StartFailure when that asks for what we cannot
    /// do.
    explicit ServiceManager(const settings::Values& environment);

    /// A listening socket that outlives this process, so that nobody is refused while it restarts.
    std::optional<int> listener() const { return listener_; }
    /// How often the watchdog wants to hear of us; nothing: there is none.
    std::optional<std::chrono::milliseconds> watchdog() const { return watchdog_; }
    /// Such as "READY=1". What cannot be told is not told: the manager has a limit for that.
    void tell(std::string_view news) const;

  private:
    std::string address_;  ///< of the socket for news; empty: nobody listens
    std::optional<int> listener_;
    std::optional<std::chrono::milliseconds> watchdog_;
};

}  // namespace tripos::app
