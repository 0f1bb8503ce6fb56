// SPDX-License-Identifier: MIT
#include "redis/server_report.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

using Gravity = Finding::Gravity;

ServerReport good() {
    ServerReport report;
    report.version = "7.0.15";
    report.role = "master";
    report.eviction = "noeviction";
    report.memory_used = 10 << 20;
    report.memory_limit = 100 << 20;
    report.appends = true;
    return report;
}

TEST(ServerReport, ReadsWhatTheServerSays) {
    const auto report = read_report(
        "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n# Memory\r\n"
        "used_memory:1048576\r\nmaxmemory:4194304\r\nmaxmemory_policy:allkeys-lru\r\n"
        "# Persistence\r\naof_enabled:0\r\nrdb_last_bgsave_status:err\r\nrole:slave\r\n",
        "3600 1");
    EXPECT_EQ(report.version, "7.0.15");
    EXPECT_EQ(report.role, "slave");
    EXPECT_EQ(report.eviction, "allkeys-lru");
    EXPECT_EQ(report.memory_left(), 3 << 20);
    EXPECT_EQ(report.persistence(), "snapshots");
    EXPECT_FALSE(report.is_cluster);
    EXPECT_FALSE(report.can_write_disk);
}

TEST(ServerReport, KnowsWhatItDoesNotKnow) {
    const auto report = read_report("redis_version:6.2.1\r\nmaxmemory:0\r\n", std::nullopt);
    EXPECT_EQ(report.persistence(), "unknown");
    EXPECT_EQ(report.memory_left(), std::nullopt);
    EXPECT_TRUE(report.can_write_disk);
}

TEST(Judge, HasNothingToSayAboutAGoodServer) {
    EXPECT_TRUE(judge(good(), Use::queue).empty());
    EXPECT_TRUE(judge(good(), Use::both).empty());
}

TEST(Judge, NamesEveryDangerWithItsCure) {
    struct Row {
        const char* word;
        Use use;
        Gravity gravity;
        std::function<void(ServerReport&)> spoil;
    };
    const std::vector<Row> rows = {
        {"set noeviction", Use::queue, Gravity::danger,
         [](auto& r) { r.eviction = "allkeys-lru"; }},
        {"set noeviction", Use::both, Gravity::danger,
         [](auto& r) { r.eviction = "volatile-ttl"; }},
        {"set appendonly yes", Use::queue, Gravity::advice,
         [](auto& r) {
             r.appends = false;
             r.snapshots = false;
         }},
        {"raise maxmemory", Use::queue, Gravity::danger, [](auto& r) { r.memory_used = 95 << 20; }},
        {"set allkeys-lru", Use::cache, Gravity::advice, [](auto&) {}},
        {"address of its master", Use::cache, Gravity::danger,
         [](auto& r) {
             r.role = "slave";
             r.memory_limit = 0;
         }},
        {"use one server", Use::queue, Gravity::danger, [](auto& r) { r.is_cluster = true; }},
        {"use 6.2 or later", Use::queue, Gravity::advice, [](auto& r) { r.version = "5.0.7"; }},
        {"use 6.2 or later", Use::queue, Gravity::danger, [](auto& r) { r.version = "3.2.1"; }},
        {"look at its log", Use::queue, Gravity::danger, [](auto& r) { r.can_write_disk = false; }},
    };
    for (const auto& row : rows) {
        auto report = good();
        row.spoil(report);
        const auto findings = judge(report, row.use);
        ASSERT_EQ(findings.size(), 1U) << row.word;
        EXPECT_EQ(findings[0].gravity, row.gravity) << row.word;
        EXPECT_NE(findings[0].text.find(row.word), std::string::npos) << findings[0].text;
    }
}

TEST(Judge, LetsACacheEvict) {
    auto report = good();
    report.eviction = "allkeys-lru";
    report.appends = false;
    report.snapshots = false;
    report.memory_used = report.memory_limit;
    EXPECT_TRUE(judge(report, Use::cache).empty());
}

}  // namespace
}  // namespace tripos::redis
