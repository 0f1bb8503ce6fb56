// SPDX-License-Identifier: MIT
#include "http/detail/proxies.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "http/server.hpp"

namespace tripos::http::detail {

namespace ip = boost::asio::ip;

namespace {

ip::address_v6::bytes_type bytes_of(const ip::address& address) {
    return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes()
                           : address.to_v6().to_bytes();
}

bool same_prefix(const ip::address_v6::bytes_type& a, const ip::address_v6::bytes_type& b,
                 unsigned bits) {
    const auto whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) {
        return false;
    }
    const auto rest = bits % 8;
    return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

/// "1.2.3.4", "1.2.3.4:567", "2001:db8::1", "[2001:db8::1]:567".
std::optional<ip::address> parse_hop(std::string_view hop) {
    hop = trim(hop);
    if (hop.starts_with('[')) {
        hop = hop.substr(1, hop.find(']') - 1);
    } else if (std::count(hop.begin(), hop.end(), ':') == 1) {
        hop = hop.substr(0, hop.find(':'));
    }
    boost::system::error_code failure;
    const auto address = ip::make_address(std::string(hop), failure);
    return failure ? std::nullopt : std::optional(unmapped(address));
}

}  // namespace

ip::address unmapped(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

std::optional<AddressBlock> parse_block(std::string_view text) {
    const auto slash = text.find('/');
    boost::system::error_code failure;
    const auto address = ip::make_address(std::string(text.substr(0, slash)), failure);
    const std::int64_t width = !failure && address.is_v4() ? 32 : 128;
    const auto bits =
        slash == std::string_view::npos ? std::optional(width) : parse_int(text.substr(slash + 1));
    if (failure || !bits || *bits < 0 || *bits > width) {
        return std::nullopt;
    }
    return AddressBlock{bytes_of(address), static_cast<unsigned>(*bits + 128 - width)};
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& blocks) {
    for (const auto& text : blocks) {
        const auto block = parse_block(text);
        if (!block) {
            throw SystemError("TRUSTED_PROXIES",
                              "\"" + text + "\" is neither an address nor a CIDR block");
        }
        blocks_.push_back(*block);
    }
}

bool TrustedProxies::contains(const Address& address) const {
    const auto bytes = bytes_of(address);
    return std::any_of(blocks_.begin(), blocks_.end(), [&](const AddressBlock& block) {
        return same_prefix(block.prefix, bytes, block.bits);
    });
}

TrustedProxies::Address TrustedProxies::client(const Address& peer,
                                               std::string_view forwarded_for) const {
    auto client = peer;
    const auto hops = split(forwarded_for, ',');
    for (auto hop = hops.rbegin(); hop != hops.rend() && contains(client); ++hop) {
        const auto address = parse_hop(*hop);
        if (!address) {
            return client;
        }
        client = *address;
    }
    return client;
}

bool is_loopback_only(std::string_view forwarded_for) {
    const auto hops = split(forwarded_for, ',');
    return std::all_of(hops.begin(), hops.end(), [](const auto& hop) {
        const auto address = parse_hop(hop);
        return address && address->is_loopback();
    });
}

}  // namespace tripos::http::detail

bool tripos::http::is_address_block(std::string_view text) {
    return detail::parse_block(text).has_value();
}

bool tripos::http::is_in_block(std::string_view address, std::string_view block) {
    boost::system::error_code failure;
    const auto parsed = boost::asio::ip::make_address(std::string(address), failure);
    const auto known = detail::parse_block(block);
    return !failure && known &&
           detail::same_prefix(known->prefix, detail::bytes_of(parsed), known->bits);
}
