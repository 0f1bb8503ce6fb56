// SPDX-License-Identifier: MIT
#include "http/detail/proxies.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::http::detail {
namespace {

using boost::asio::ip::make_address;

TEST(TrustedProxies, MatchesAddressesAndBlocks) {
    const TrustedProxies proxies({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::1"});
    for (const auto* address :
         {"10.255.1.2", "192.0.2.7", "2001:db8:7fff::1", "::1", "::ffff:10.1.1.1"}) {
        EXPECT_TRUE(proxies.contains(unmapped(make_address(address)))) << address;
    }
    for (const auto* address : {"11.0.0.1", "192.0.2.8", "2001:db8:8000::1", "::2", "127.0.0.1"}) {
        EXPECT_FALSE(proxies.contains(make_address(address))) << address;
    }
}

TEST(TrustedProxies, RefusesWhatIsNoBlock) {
    for (const auto* text :
         {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "proxy.example"}) {
        EXPECT_THROW(TrustedProxies({text}), SystemError) << text;
    }
}

TEST(TrustedProxies, FindsTheRightMostUntrustedHop) {
    const TrustedProxies proxies({"10.0.0.0/8"});
    const auto peer = make_address("10.0.0.1");
    const std::pair<const char*, const char*> cases[] = {
        {"203.0.113.5", "203.0.113.5"},
        {"1.1.1.1, 203.0.113.5, 10.0.0.9", "203.0.113.5"},
        {"10.0.0.8, 10.0.0.9", "10.0.0.8"},
        {"203.0.113.5:4711", "203.0.113.5"},
        {"[2001:db8::5]:80", "2001:db8::5"},
        {"nonsense", "10.0.0.1"},
        {"203.0.113.5, nonsense, 10.0.0.9", "10.0.0.9"},
    };
    for (const auto& [list, expected] : cases) {
        EXPECT_EQ(proxies.client(peer, list).to_string(), expected) << list;
    }
}

TEST(IsLoopbackOnly, IsTrueOfThisMachineAlone) {
    for (const auto* list : {"127.0.0.1", "::1", "127.0.0.1, ::ffff:127.0.0.1", "127.0.0.1:4711"}) {
        EXPECT_TRUE(is_loopback_only(list)) << list;
    }
    for (const auto* list : {"", " ", "nonsense", "203.0.113.5", "127.0.0.1, 203.0.113.5",
                             "203.0.113.5, 127.0.0.1", "127.0.0.1, ", "localhost"}) {
        EXPECT_FALSE(is_loopback_only(list)) << list;
    }
}

}  // namespace
}  // namespace tripos::http::detail
