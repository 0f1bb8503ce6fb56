// SPDX-License-Identifier: MIT
#pragma once
// Connecting to a host with several addresses, of which some may lead nowhere ("happy eyeballs",
// RFC 8305): each gets a quarter of a second before the next one is tried beside it; the first that
// answers wins.

#include <boost/asio/ip/tcp.hpp>

#include "redis/detail/host_resolver.hpp"

namespace tripos::redis {

/// The same addresses, the families in turn, starting with that of the first.
Addresses in_turn(const Addresses& addresses);

/// A connected socket. Throws boost::system::system_error with the last refusal. Cancellable.
Task<asio::ip::tcp::socket> connect_any(asio::io_context& context, Addresses addresses);

}  // namespace tripos::redis
