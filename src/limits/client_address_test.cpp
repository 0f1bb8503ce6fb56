// SPDX-License-Identifier: MIT
#include "limits/client_address.hpp"

#include <gtest/gtest.h>

namespace tripos::limits {
namespace {

TEST(ClientAddress, CountsIPv6ByItsNetwork) {
    EXPECT_EQ(client_of("2001:db8:1:2::1"), client_of("2001:db8:1:2:ffff::9"));
    EXPECT_NE(client_of("2001:db8:1:2::1"), client_of("2001:db8:1:3::1"));
    EXPECT_NE(client_of("192.0.2.1"), client_of("192.0.2.2"));
    EXPECT_EQ(client_of("::ffff:192.0.2.1"), client_of("192.0.2.1"));
    EXPECT_EQ(client_of("::ffff:c000:201"), client_of("192.0.2.1"));
    EXPECT_EQ(client_of(""), "");  // the control socket
}

}  // namespace
}  // namespace tripos::limits
