// SPDX-License-Identifier: MIT
#pragma once
// Tracker: the half of a Connection that serves a TrackingListener. It switches tracking on for
// each new session, owns the second session that announcements need with RESP2 (the feed), and
// tells the listener what comes in. Confined to its context.

#include <memory>
#include <string>

#include "redis/detail/session.hpp"
#include "redis/tracking.hpp"

namespace tripos::redis {

/// Tells the listener what an announcement says: >2 "invalidate" and the keys, or as a message to
/// the channel; no keys: all. Anything else is passed over.
void announce(const Reply& push, TrackingListener& listener);

class Tracker {
  public:
    /// All outlive it.
    Tracker(asio::io_context& context, const ConnectionOptions& options, HostResolver& resolver)
        : context_(context), options_(options), resolver_(resolver), listener_(*options.tracking) {}

    /// Switches tracking on for `session`, whose handshake is done. The two sessions of RESP2 end
    /// together from now on. `server`: whose session it is. Throws as opening a session does.
    Task<> begin(std::shared_ptr<Session> session, bool has_resp3, Endpoint server);
    /// `session` is in use.
    void on_up(Session& session);
    /// The session that on_up() saw is lost.
    void on_lost() { listener_.on_lost(); }
    /// Ends the feed, if there is one.
    void drop_feed(const std::string& reason);
    bool has_feed() const { return feed_ != nullptr; }
    /// Where announcements are heard.
    Session& hearing(Session& session) { return feed_ ? *feed_ : session; }

  private:
    asio::io_context& context_;
    const ConnectionOptions& options_;
    HostResolver& resolver_;
    TrackingListener& listener_;
    std::shared_ptr<Session> feed_;
    Announcements announcements_ = Announcements::none;
};

}  // namespace tripos::redis
