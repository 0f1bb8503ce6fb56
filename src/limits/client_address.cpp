// SPDX-License-Identifier: MIT
#include "limits/client_address.hpp"

#include <boost/asio/ip/address.hpp>

namespace tripos::limits {

namespace ip = boost::asio::ip;

std::string client_of(const std::string& peer) {
    boost::system::error_code failure;
    const auto address = ip::make_address(peer, failure);
    if (failure || address.is_v4()) {
        return peer;
    }
    if (address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
    }
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace tripos::limits
