// SPDX-License-Identifier: MIT
#include "redis/server_report.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

TEST(ServerReport, ReadsWhatTheServerSays) {
    const auto report = read_report(
        "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n# Memory\r\n"
        "used_memory:1048576\r\nmem_fragmentation_ratio:1.25\r\nmaxmemory:4194304\r\nmaxmemory_"
        "policy:allkeys-lru\r\n"
        "# Persistence\r\naof_enabled:0\r\nrdb_last_bgsave_status:err\r\nrole:slave\r\n"
        "# Clients\r\nconnected_clients:12\r\nmaxclients:10000\r\n"
        "# Stats\r\ntotal_commands_processed:90\r\nevicted_keys:4\r\n"
        "# Keyspace\r\ndb0:keys=7,expires=2,avg_ttl=0\r\ndb3:keys=2,expires=0,avg_ttl=0\r\n",
        "3600 1");
    EXPECT_EQ(report.version, "7.0.15");
    EXPECT_EQ(report.role, "slave");
    EXPECT_EQ(report.eviction, "allkeys-lru");
    EXPECT_EQ(report.memory_left(), 3 << 20);
    EXPECT_EQ(report.persistence(), "snapshots");
    EXPECT_EQ(report.fragmentation, 1.25);
    EXPECT_EQ(report.clients, 12);
    EXPECT_EQ(report.client_limit, 10'000);
    EXPECT_EQ(report.commands, 90);
    EXPECT_EQ(report.evicted, 4);
    EXPECT_EQ(report.keys, 9);
    EXPECT_FALSE(report.is_cluster);
    EXPECT_FALSE(report.can_write_disk);
}

TEST(ServerReport, KnowsWhatItDoesNotKnow) {
    const auto report = read_report("redis_version:6.2.1\r\nmaxmemory:0\r\n", std::nullopt);
    EXPECT_EQ(report.persistence(), "unknown");
    EXPECT_EQ(report.memory_left(), std::nullopt);
    EXPECT_TRUE(report.can_write_disk);
}

TEST(ServerReport, KnowsValkey) {
    const auto report = read_report(
        "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nserver_mode:cluster"
        "\r\n",
        std::nullopt);
    EXPECT_EQ(report.version, "8.0.1");
    EXPECT_TRUE(report.is_cluster);
}

}  // namespace
}  // namespace tripos::redis
