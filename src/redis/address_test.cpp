// SPDX-License-Identifier: MIT
#include "redis/address.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

using Kind = Address::Kind;

TEST(Address, OfOneServerIsItsUrl) {
    const auto address = parse_address("redis://app:pw@h:7000/3");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->kind, Kind::fixed);
    EXPECT_EQ(address->server.port, 7000);
    EXPECT_EQ(address->display(), "redis://h:7000");
}

TEST(Address, OfSentinelsKeepsTheTwoLogInsApart) {
    const auto address = parse_address(
        "redis+sentinel://app:p%40ss@s1:26380,s2,[::1]/my%2Dmaster/2?sentinel_user=watch&"
        "sentinel_password=other%26");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->kind, Kind::sentinel);
    EXPECT_EQ(address->master, "my-master");
    EXPECT_EQ(address->server.user, "app");
    EXPECT_EQ(address->server.password.reveal(), "p@ss");
    EXPECT_EQ(address->server.database, 2);
    ASSERT_EQ(address->nodes.size(), 3U);
    EXPECT_EQ(address->nodes[0].port, 26380);
    EXPECT_EQ(address->nodes[1].host, "s2");
    EXPECT_EQ(address->nodes[1].port, 26379);
    EXPECT_EQ(address->nodes[1].user, "watch");
    EXPECT_EQ(address->nodes[1].password.reveal(), "other&");
    EXPECT_EQ(address->nodes[1].database, 0);
    EXPECT_EQ(address->nodes[2].host, "::1");
    EXPECT_EQ(address->display(), "redis+sentinel://s1:26380,s2:26379,[::1]:26379/my-master");
}

TEST(Address, SentinelsHaveNoLogInUnlessTheyAreGivenOne) {
    const auto address = parse_address("redis+sentinel://:hunter2@s1/m");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->server.password.reveal(), "hunter2");
    EXPECT_TRUE(address->nodes.front().password.empty());
}

TEST(Address, SentinelsSpeakTlsUnlessToldOtherwise) {
    const auto both = parse_address("rediss+sentinel://s1/m?cacert=/ca.pem");
    ASSERT_TRUE(both.has_value());
    EXPECT_EQ(both->nodes.front().kind, Endpoint::Kind::tls);
    EXPECT_EQ(both->nodes.front().tls.ca_file, "/ca.pem");
    const auto one = parse_address("rediss+sentinel://s1/m?sentinel_tls=off&cacert=/ca.pem");
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->server.kind, Endpoint::Kind::tls);
    EXPECT_EQ(one->server.tls.ca_file, "/ca.pem");
    EXPECT_EQ(one->nodes.front().kind, Endpoint::Kind::tcp);
}

TEST(Address, OfAClusterIsSomeOfItsNodes) {
    const auto address = parse_address("REDISS+cluster://app:pw@n1,n2:7001?verify=off");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->kind, Kind::cluster);
    EXPECT_EQ(address->server.user, "app");
    EXPECT_FALSE(address->server.tls.verify);
    ASSERT_EQ(address->nodes.size(), 2U);
    EXPECT_EQ(address->nodes[0].port, 6379);
    EXPECT_EQ(address->nodes[1].port, 7001);
    EXPECT_EQ(address->nodes[1].password.reveal(), "pw");
    EXPECT_EQ(address->display(), "rediss+cluster://n1:6379,n2:7001");
}

class BadAddress : public testing::TestWithParam<std::string> {};

TEST_P(BadAddress, IsRefusedWithoutRepeatingThePassword) {
    const auto address = parse_address(GetParam());
    ASSERT_FALSE(address.has_value());
    ASSERT_FALSE(address.error().fields.empty());
    EXPECT_EQ(address.error().fields.front().field, "url");
    EXPECT_EQ(address.error().message.find("hunter2"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadAddress,
    testing::Values("redis+sentinel://", "redis+sentinel://s1", "redis+sentinel://s1/",
                    "redis+sentinel:///m", "redis+sentinel://s1,,s2/m", "redis+sentinel://s1/m/x",
                    "redis+sentinel://s1/m%0An", "redis+sentinel://s1/m%3Fn",
                    "redis+sentinel://s1/m/1/2", "redis+sentinel://s1:0/m",
                    "redis+sentinel://:hunter2@s1/m n", "redis+sentinel://s1/m?cacert=/ca.pem",
                    "redis+sentinel://:hunter2@s1/m?sentinel_port=1",
                    "redis+sentinel://s1/m?sentinel_tls=maybe", "redis+sentinel://s1/m?x=%zz",
                    "redis+cluster://", "redis+cluster://n1/0", "redis+cluster://n1,",
                    "redis+cluster://n1?sentinel_user=a", "unix+cluster:///run/redis.sock",
                    "http+cluster://n1", "redis+other://h"));

}  // namespace
}  // namespace tripos::redis
