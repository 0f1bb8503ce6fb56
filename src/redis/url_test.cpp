// SPDX-License-Identifier: MIT
#include "redis/url.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

struct Good {
    std::string name;
    std::string url;
    Endpoint::Kind kind;
    std::string host;
    int port;
    std::string user;
    std::string password;
    int database;
    std::string display;
};

class UrlTable : public testing::TestWithParam<Good> {};

TEST_P(UrlTable, IsUnderstood) {
    const auto endpoint = parse_url(GetParam().url);
    ASSERT_TRUE(endpoint.has_value());
    EXPECT_EQ(endpoint->kind, GetParam().kind);
    EXPECT_EQ(endpoint->host, GetParam().host);
    EXPECT_EQ(endpoint->port, GetParam().port);
    EXPECT_EQ(endpoint->user, GetParam().user);
    EXPECT_EQ(endpoint->password.reveal(), GetParam().password);
    EXPECT_EQ(endpoint->database, GetParam().database);
    EXPECT_EQ(endpoint->display(), GetParam().display);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, UrlTable,
    testing::Values(Good{"plain", "redis://cache", Endpoint::Kind::tcp, "cache", 6379, "", "", 0,
                         "redis://cache:6379"},
                    Good{"slash", "redis://cache:7000/", Endpoint::Kind::tcp, "cache", 7000, "", "",
                         0, "redis://cache:7000"},
                    Good{"database", "redis://10.0.0.1:6380/3", Endpoint::Kind::tcp, "10.0.0.1",
                         6380, "", "", 3, "redis://10.0.0.1:6380"},
                    Good{"password", "redis://:p%40ss@h/1", Endpoint::Kind::tcp, "h", 6379, "",
                         "p@ss", 1, "redis://h:6379"},
                    Good{"user", "rediss://app:secret@h:1", Endpoint::Kind::tls, "h", 1, "app",
                         "secret", 0, "rediss://h:1"},
                    Good{"tls", "rediss://h?cacert=/ca%20files/ca.pem&sni=redis.example&verify=on",
                         Endpoint::Kind::tls, "h", 6379, "", "", 0, "rediss://h:6379"},
                    Good{"upper_case", "REDIS://h", Endpoint::Kind::tcp, "h", 6379, "", "", 0,
                         "redis://h:6379"},
                    Good{"v6", "redis://[::1]:6379", Endpoint::Kind::tcp, "::1", 6379, "", "", 0,
                         "redis://[::1]:6379"},
                    Good{"socket", "unix:///run/redis.sock", Endpoint::Kind::unix_socket,
                         "/run/redis.sock", 0, "", "", 0, "unix:///run/redis.sock"},
                    Good{"socket_database", "unix:///run/a%20b.sock?db=2",
                         Endpoint::Kind::unix_socket, "/run/a b.sock", 0, "", "", 2,
                         "unix:///run/a b.sock"}),
    [](const auto& row) { return row.param.name; });

class BadUrl : public testing::TestWithParam<std::string> {};

TEST_P(BadUrl, IsRefusedWithoutRepeatingThePassword) {
    const auto endpoint = parse_url(GetParam());
    ASSERT_FALSE(endpoint.has_value());
    ASSERT_FALSE(endpoint.error().fields.empty());
    EXPECT_EQ(endpoint.error().fields.front().field, "url");
    EXPECT_EQ(endpoint.error().message.find("hunter2"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadUrl,
    testing::Values("", "localhost:6379", "http://h", "redis://", "redis://h:0", "redis://h:65536",
                    "redis://h:port", "redis://:hunter2@h/x", "redis://h/-1", "redis://h/1/2",
                    "redis://h?db=1", "redis://h#f", "unix://host/path", "unix:///", "unix://",
                    "unix:///a?db=x", "unix:///a?mode=1", "redis://:hunter2@h h",
                    "redis://h?cacert=/ca.pem", "rediss://h?cacert=", "rediss://h?verify=maybe",
                    "rediss://h?cert=/c.pem", "rediss://h?key=/c.key", "rediss://h?db=1",
                    "unix:///a?cacert=/ca.pem"));

TEST(Url, CarriesWhatTlsNeeds) {
    const auto endpoint = parse_url(
        "rediss://h/2?cacert=/ca%20files/ca.pem&cert=/c.pem&key=/c.key&sni=redis.example&verify="
        "off");
    ASSERT_TRUE(endpoint.has_value());
    EXPECT_EQ(endpoint->database, 2);
    EXPECT_EQ(endpoint->tls.ca_file, "/ca files/ca.pem");
    EXPECT_EQ(endpoint->tls.certificate_file, "/c.pem");
    EXPECT_EQ(endpoint->tls.key_file, "/c.key");
    EXPECT_EQ(endpoint->tls.server_name, "redis.example");
    EXPECT_FALSE(endpoint->tls.verify);
}

TEST(Url, VerifiesUnlessToldOtherwise) {
    EXPECT_TRUE(parse_url("rediss://h")->tls.verify);
}

}  // namespace
}  // namespace tripos::redis
