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

struct Endpoint {
    enum class Kind { tcp, tls, unix_socket };

    Kind kind = Kind::tcp;
    std::string host;  ///< or the socket's path
    std::uint16_t port = 6379;
    std::string user;  ///< empty: the default user
    Secret password;
    int database = 0;
    TlsOptions tls;  ///< of Kind::tls

    /// For logs: without credentials.
    std::string display() const;
};

/// An invalid_field("url", ...) says what is wrong with it.
Result<Endpoint> parse_url(std::string_view url);

}  // namespace tripos::redis
