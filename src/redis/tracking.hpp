// SPDX-License-Identifier: MIT
#pragma once
// TrackingListener: what a connection with client-side caching hears (CLIENT TRACKING ON OPTIN;
// redis.io/docs/reference/client-side-caching). With RESP2 announcements come over a second
// connection to which the first one redirects them. The server remembers every key that a
// command right behind CLIENT CACHING YES reads, and announces the next change of each, once, on
// this connection.

#include <string_view>

namespace tripos::redis {

/// Called on the connection's context. Only Connection::catch_up() tells that what the server wrote
/// before has been heard; with RESP3 every other reply does as well. Outlives the connection.
class TrackingListener {
  public:
    virtual ~TrackingListener() = default;

    /// The connection is up. `is_tracking` false: the server does not track; nothing will be
    /// announced.
    virtual void on_up(bool is_tracking) = 0;
    /// The key was changed, deleted, evicted, or its time ran out.
    virtual void on_changed(std::string_view key) = 0;
    /// Any key may have changed (FLUSHALL).
    virtual void on_all_changed() = 0;
    /// The connection is lost and announcements with it; the server has forgotten what was read.
    virtual void on_lost() = 0;
};

}  // namespace tripos::redis
