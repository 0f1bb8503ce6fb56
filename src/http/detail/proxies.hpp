// SPDX-License-Identifier: MIT
#pragma once
// TrustedProxies: whom we believe about the client's address. X-Forwarded-For is read from the
// right, since only the hops that our own proxies added are known to be true.

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::http::detail {

struct AddressBlock {
    boost::asio::ip::address_v6::bytes_type prefix;  ///< IPv4 in its mapped form
    unsigned bits;
};

/// An address or a CIDR block, IPv4 or IPv6.
std::optional<AddressBlock> parse_block(std::string_view text);

/// Immutable; thread-safe.
class TrustedProxies {
  public:
    using Address = boost::asio::ip::address;

    /// Throws SystemError for what parse_block() does not read.
    explicit TrustedProxies(const std::vector<std::string>& blocks);

    bool contains(const Address& address) const;

    /// The right-most hop of X-Forwarded-For (all such headers joined) that is no trusted proxy;
    /// `peer` if there is none or the list turns out malformed. Requires: `peer` is trusted.
    Address client(const Address& peer, std::string_view forwarded_for) const;

  private:
    std::vector<AddressBlock> blocks_;
};

/// True when a X-Forwarded-For names at least one hop, and every hop is this machine.
bool is_loopback_only(std::string_view forwarded_for);

/// IPv4-mapped IPv6 addresses as IPv4, so that one client has one name.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

}  // namespace tripos::http::detail
