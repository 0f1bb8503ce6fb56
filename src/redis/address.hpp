// SPDX-License-Identifier: MIT
#pragma once
// What a setting says about where a use's Redis is: one server that stays (url.hpp), or the way to
// whichever is master now:
//
//     redis+sentinel://[user:password@]h1:26379,h2/NAME[/db][?sentinel_user=&sentinel_password=]
//     redis+cluster://[user:password@]h1,h2:6380
//
// rediss+sentinel:// and rediss+cluster:// for TLS, with the parameters of rediss://; to the
// Sentinels too, unless sentinel_tls=off.

#include <string>
#include <string_view>
#include <vector>

#include "redis/url.hpp"

namespace tripos::redis {

/// Value type.
struct Address {
    /// Who says which server it is.
    enum class Kind {
        fixed,     ///< the setting itself
        sentinel,  ///< Sentinels, asked for the master of a name
        cluster,   ///< the nodes of a Cluster, asked for the owner of a slot
    };

    Kind kind = Kind::fixed;  ///< which members count
    Endpoint server;          ///< fixed: the server. Else what all have in common: log-in, database
                              ///< and TLS; host and port are the first node's
    std::vector<Endpoint> nodes;  ///< Sentinels, or nodes of the Cluster, to begin with
    std::string master;           ///< what Sentinels call the servers they watch

    /// For logs: without credentials.
    std::string display() const;
};

/// An invalid_field("url", ...) says what is wrong with it.
Result<Address> parse_address(std::string_view text);

}  // namespace tripos::redis
