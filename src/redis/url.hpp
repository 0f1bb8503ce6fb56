// SPDX-License-Identifier: MIT
#pragma once
// Where a Redis server is: redis://[user[:password]@]host[:port][/database], unix:///path?db=0, or
// rediss://... for TLS, with parameters named after redis-cli's: cacert, cert, key, sni, and
// verify=off. Credentials may be percent-encoded.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"
#include "redis/tls.hpp"

namespace tripos::redis {

/// A Redis server and how to get in.
struct Endpoint {
    /// How it is reached.
    enum class Kind { tcp, tls, unix_socket };

    Kind kind = Kind::tcp;      ///< of the connection
    std::string host;           ///< or the socket's path
    std::uint16_t port = 6379;  ///< of TCP and TLS
    std::string user;           ///< empty: the default user
    Secret password;            ///< of the ACL user, or the server's
    int database = 0;           ///< selected after the log-in
    TlsOptions tls;             ///< of Kind::tls

    /// The same place; how one gets in is not asked.
    bool is_at(const Endpoint& other) const { return host == other.host && port == other.port; }
    /// For logs: without credentials.
    std::string display() const;
};

/// An invalid_field("url", ...) says what is wrong with it.
Result<Endpoint> parse_url(std::string_view url);

}  // namespace tripos::redis
