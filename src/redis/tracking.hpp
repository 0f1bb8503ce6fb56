// SPDX-License-Identifier: MIT
#pragma once
// TrackingListener: what a connection with client-side caching hears (CLIENT TRACKING ON OPTIN;
// redis.io/docs/reference/client-side-caching). With RESP2 announcements come over a second
// connection to which the first one redirects them. The server remembers every key that a
// command right behind CLIENT CACHING YES reads, and announces the next change of each, once, on
// this connection.

#include <string_view>

namespace tripos::redis {

/// How changes are announced.
enum class Announcements {
    none,     ///< the server does not track
    in_line,  ///< before every reply that the server wrote after the change (RESP3)
    beside,   ///< over another connection, sooner or later than a reply (RESP2)
};

/// Called on the connection's context. That what the server wrote before has been heard only
/// Connection::catch_up() tells, and replies if announcements come in line. Outlives the
/// connection.
class TrackingListener {
  public:
    virtual ~TrackingListener() = default;

    /// The connection is up.
    virtual void on_up(Announcements announcements) = 0;
    /// The key was changed, deleted, evicted, or its time ran out.
    virtual void on_changed(std::string_view key) = 0;
    /// Any key may have changed (FLUSHALL).
    virtual void on_all_changed() = 0;
    /// The connection is lost and announcements with it; the server has forgotten what was read.
    virtual void on_lost() = 0;
};

}  // namespace tripos::redis
