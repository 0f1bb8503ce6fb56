// SPDX-License-Identifier: MIT
#pragma once
// The client's side of TLS: what to trust, who to be, whom to expect. OpenSSL's own verification
// does the work, because its verdict says what is wrong with a certificate.

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "redis/tls.hpp"

namespace tripos::redis {

/// Throws SystemError that names the file which cannot be used.
asio::ssl::context make_tls_context(const TlsOptions& options);

/// Sets what the next handshake asks for and accepts. `host`: name or address that was connected
/// to.
void expect_server(SSL* connection, const TlsOptions& options, const std::string& host);

/// Why a handshake failed, in words for the log.
std::string explain_handshake(SSL* connection, const boost::system::error_code& failure);

}  // namespace tripos::redis
