// SPDX-License-Identifier: MIT
// Redis down, slow, restarted, full, evicting; values that outlive a loader that fails.
#include "cache/write_scope.hpp"
#include "cache_site.hpp"

namespace tripos::cache {
namespace {

using test::await;
using test::Site;
using test::SiteOptions;
using test::Source;
using test::TestRedis;
using test::with;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(RedisAway, LoaderAnswersWithoutDelayAndHitsComeBackByThemselves) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    server.kill();
    await([&] { return !site.cache().stats().is_tracking; });
    source.change("v1");
    const auto begun = Clock::now();
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(site.get("k", source), "v1") << "the process was emptied";
    }
    EXPECT_LT(Clock::now() - begun, 1s);
    EXPECT_GE(site.stats().redis_failures, 1U);
    server.restart();
    await([&] {
        site.get("k", source);
        return site.cache().peek(site.key("k")) != nullptr;
    });
}

TEST(RedisAway, PausedRedisDelaysOnlyTheFirstRequestAndNotForLong) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.get("k", source);
    server.pause();
    const auto begun = Clock::now();
    EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v0");
    const auto first = Clock::now();
    EXPECT_LT(first - begun, 800ms);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v0");
    }
    EXPECT_LT(Clock::now() - first, 2s) << "20 limits would be 4 s";
    server.resume();
}

TEST(RedisAway, InvalidationsAreRepeatedAndMeanwhileNothingTheyNameIsServed) {
    TestRedis server;
    SiteOptions options;
    options.family.tags = {"tag:{0}"};
    Site site(server, options);
    Source by_key("v0");
    Source by_tag("v0");
    site.warm("key", by_key);
    site.warm("tagged", by_tag);
    server.pause();  // the old values survive in there
    by_key.change("v1");
    by_tag.change("v1");
    site.del("key");
    site.run(site.cache().invalidate_tag("tag:tagged"));
    EXPECT_EQ(site.cache().stats().journal, 2U);
    EXPECT_EQ(site.get("key", by_key), "v1");
    EXPECT_EQ(site.get("tagged", by_tag), "v1");
    server.resume();
    const auto hits = site.stats().process_hits;
    await([&] {
        EXPECT_EQ(site.get("key", by_key), "v1");
        EXPECT_EQ(site.get("tagged", by_tag), "v1");
        return site.stats().process_hits > hits + 4;
    });
    EXPECT_EQ(site.cache().stats().journal, 0U);
}

/// Ends "k" in vain, once, when the source has changed.
Task<> end_in_vain(TestRedis& server, Site& site, Source& source) {
    server.pause();
    source.change("v1");
    co_await site.cache().del(site.key("k"));
}

TEST(RedisAway, InvalidationThatFailsBesideAReadIsHeeded) {
    TestRedis server;
    Source source("v0");
    Site* reader = nullptr;
    SiteOptions options;
    options.seams.after_read = [&]() -> Task<> {
        if (auto* const site = std::exchange(reader, nullptr)) {
            co_await end_in_vain(server, *site, source);
        }
    };
    Site(server).get("k", source);  // in Redis, and in no process
    Site site(server, options);
    reader = &site;
    EXPECT_EQ(site.get("k", source), "v1");
    server.resume();
}

TEST(RedisAway, InvalidationThatFailsBesideTheWayToALeaseIsHeeded) {
    TestRedis server;
    Source source("v0");
    Site other(server);
    Site* reader = nullptr;
    SiteOptions options;
    options.seams.after_read = [&]() -> Task<> {
        if (reader != nullptr) {
            other.get("k", source);  // is in Redis now, and was not when it was read
        }
        co_return;
    };
    options.seams.after_lease = [&]() -> Task<> {
        if (auto* const site = std::exchange(reader, nullptr)) {
            co_await end_in_vain(server, *site, source);
        }
    };
    Site site(server, options);
    reader = &site;
    EXPECT_EQ(site.get("k", source), "v1");
    server.resume();
}

TEST(RedisAway, ADroppedConnectionIsNoOutage) {
    TestRedis server;
    Site writer(server);
    Site reader(server);
    Source source("0");
    for (int i = 1; i <= 40; ++i) {
        reader.get("k", source);
        reader.get("k", source);
        source.change(std::to_string(i));
        server.raw({"CLIENT", "KILL", "TYPE", "normal"});
        if (i % 4 == 0) {
            WriteScope writes(writer.cache());
            writes.del(writer.key("k"));
            EXPECT_TRUE(writer.run(writes.guard(5s))) << i;
            server.raw({"CLIENT", "KILL", "TYPE", "normal"});
            writer.run(writes.committed());
        } else {
            writer.del("k");
        }
        EXPECT_EQ(writer.cache().stats().journal, 0U) << i;
        ASSERT_EQ(reader.get("k", source, with(Freshness::strict())), std::to_string(i));
    }
}

TEST(RedisAway, InvalidationsWaitForAnOutageOnceAndNotForLong) {
    TestRedis server;
    Site site(server);
    server.kill();
    const auto begun = Clock::now();
    site.del("k");
    EXPECT_LT(Clock::now() - begun, 1s);
    const auto first = Clock::now();
    for (int i = 0; i < 20; ++i) {
        site.del(std::to_string(i));
    }
    EXPECT_LT(Clock::now() - first, 500ms);
    EXPECT_EQ(site.cache().stats().journal, 21U);
    server.restart();
    await([&] { return site.cache().stats().journal == 0; });
}

TEST(RedisAway, FlushedServerCostsALoadOnly) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    server.flush();
    await([&] { return site.cache().peek(site.key("k")) == nullptr; });
    source.change("v1");
    EXPECT_EQ(site.get("k", source), "v1");
    await([&] {
        site.get("k", source);
        return site.cache().peek(site.key("k")) != nullptr;
    });
    EXPECT_EQ(source.runs(), 2);
}

constexpr const char* kNoResp3 = "rename-command HELLO \"\"\n";
constexpr const char* kNoAnnouncements =
    "rename-command HELLO \"\"\nrename-command SUBSCRIBE \"\"\n";

TEST(RedisWithoutResp3, AnnouncesOverAConnectionOfItsOwn) {
    TestRedis server(TestRedis::Persistence::none, kNoResp3);
    SiteOptions options;
    options.family.tags = {"tag:{0}"};
    Site one(server, options);
    Site other(server, options);
    Source source("0");
    for (int i = 1; i <= 50; ++i) {
        one.warm("k", source);
        other.warm("k", source);
        source.change(std::to_string(i));
        if (i % 2 == 0) {
            one.del("k");
        } else {
            one.run(one.cache().invalidate_tag("tag:k"));
        }
        ASSERT_EQ(other.get("k", source, with(Freshness::strict())), std::to_string(i));
        ASSERT_EQ(one.get("k", source), std::to_string(i));
    }
    EXPECT_EQ(source.runs(), 51) << "one load for both";
    EXPECT_GT(other.stats().process_hits, 50U);
    EXPECT_TRUE(other.cache().stats().is_tracking);
    server.flush();
    await([&] { return other.cache().peek(other.key("k")) == nullptr; });
}

TEST(RedisWithoutResp3, ALostConnectionForAnnouncementsEndsWhatIsInTheProcess) {
    TestRedis server(TestRedis::Persistence::none, kNoResp3);
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    const auto flushes = site.cache().stats().flushes;
    server.raw({"CLIENT", "KILL", "TYPE", "pubsub"});
    await([&] { return site.cache().stats().flushes > flushes; });
    site.warm("k", source);
    source.change("v1");
    server.raw({"DEL", "k"});  // by somebody else: only an announcement tells
    await([&] { return site.get("k", source) == "v1"; });
    EXPECT_EQ(source.runs(), 2);
}

// A proxy that passes on no announcements: nothing is kept in the process.
TEST(RedisWithoutTracking, EveryReadAsksRedisAndLeasesHoldAllTheSame) {
    TestRedis server(TestRedis::Persistence::none, kNoAnnouncements);
    SiteOptions options;
    options.awaits_tracking = false;
    options.family.tags = {"tag:{0}"};
    Site one(server, options);
    Site other(server, options);
    Source source("0");
    for (int i = 1; i <= 50; ++i) {
        for (auto* site : {&one, &other}) {
            site->get("k", source);
            site->get("k", source);
        }
        source.change(std::to_string(i));
        if (i % 2 == 0) {
            one.del("k");
        } else {
            one.run(one.cache().invalidate_tag("tag:k"));
        }
        for (const auto freshness : {Freshness::cached(), Freshness::strict()}) {
            ASSERT_EQ(other.get("k", source, with(freshness)), std::to_string(i));
            ASSERT_EQ(one.get("k", source, with(freshness)), std::to_string(i));
        }
    }
    EXPECT_EQ(source.runs(), 51) << "one load for both";
    EXPECT_EQ(one.stats().process_hits + other.stats().process_hits, 0U);
    EXPECT_GT(one.stats().redis_hits, 50U);
    EXPECT_FALSE(one.cache().stats().is_tracking);

    source.hold();
    one.del("k");
    auto slow = one.begin(0, "k", source);
    await([&] { return source.running() == 1; });
    source.change("newest");
    other.run(other.cache().invalidate_tag("tag:k"));
    other.del("k");
    source.release();
    slow.get();
    EXPECT_EQ(other.get("k", source), "newest");
    EXPECT_EQ(one.stats().refused_fills, 1U);
}

// As long as the loader is held, the second process has nobody to announce the end: it asks.
TEST(RedisWithoutTracking, LoadOfAnotherProcessIsWaitedFor) {
    TestRedis server(TestRedis::Persistence::none, kNoAnnouncements);
    SiteOptions options;
    options.awaits_tracking = false;
    Site one(server, options);
    Site other(server, options);
    Source source("v");
    Source never("nobody may load this");
    source.hold();
    auto first = one.begin(0, "k", source);
    await([&] { return source.running() == 1; });
    auto second = other.begin(0, "k", never);
    await([&] {
        const auto text = server.raw({"INFO", "commandstats"});
        const auto at = text.find("cmdstat_pttl:calls=");
        return at != std::string::npos && std::stoi(text.substr(at + 19)) > 10;
    });
    source.release();
    EXPECT_EQ(*first.get(), "v");
    EXPECT_EQ(*second.get(), "v");
    EXPECT_EQ(never.runs(), 0);
}

TEST(RedisFull, StopsFillingWhereTheQueueNeedsTheRoom) {
    TestRedis server(TestRedis::Persistence::none,
                     "maxmemory 600kb\nmaxmemory-policy noeviction\n");
    Site site(server);
    Source source("v0");
    int i = 0;
    await([&] {
        const std::string name = "k" + std::to_string(i++);
        site.get(name, source);
        return server.raw({"EXISTS", name}) == ":0\r\n";
    });
    EXPECT_EQ(site.get("after", source), "v0");
    site.del("k0");
    EXPECT_EQ(site.cache().stats().journal, 0U) << "there is always room to delete";
}

TEST(RedisFull, EvictionOfAnyKeyIsNeverAStaleRead) {
    TestRedis server(TestRedis::Persistence::none,
                     "maxmemory 1300kb\nmaxmemory-policy allkeys-random\n");
    SiteOptions options;
    options.family.tags = {"tag:{0}"};
    Site site(server, options);
    std::vector<std::unique_ptr<Source>> sources;
    for (int i = 0; i < 200; ++i) {
        sources.push_back(std::make_unique<Source>("0"));
    }
    const std::string ballast(8'000, 'x');
    for (int round = 1; round <= 5; ++round) {
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const std::string name = "k" + std::to_string(i);
            site.get(name, *sources[i]);
            sources[i]->change(std::to_string(round) + ballast);
            site.del(name);
            ASSERT_EQ(site.get(name, *sources[i])[0], '0' + round);
        }
    }
    EXPECT_EQ(server.raw({"INFO", "stats"}).find("evicted_keys:0\r"), std::string::npos);
}

SiteOptions with_grace() {
    SiteOptions options;
    options.family.ttl = 200ms;
    options.family.grace = 1h;
    options.family.soft_timeout = 30ms;
    options.family.early_refresh = 0;
    return options;
}

void await_end_of_ttl(Site& site) {
    const auto key = *site.cache().parse("k");
    await([&] {
        return site.run(site.cache().explain(key)).in_redis.state == Explanation::State::stale;
    });
}

TEST(FailSafe, ValuePastItsTtlAnswersWhileLoadingFails) {
    TestRedis server;
    Site site(server, with_grace());
    Source source("v0");
    site.get("k", source);
    await_end_of_ttl(site);
    source.change("v1");
    source.fail(true);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(site.get("k", source), "v0");
    }
    EXPECT_EQ(source.runs(), 2) << "a key whose load failed rests";
    EXPECT_EQ(site.stats().stale_hits, 20U);
    EXPECT_THROW(site.get("k", source, with(Freshness::strict())), SystemError);
    source.fail(false);
    await([&] { return site.get("k", source) == "v1"; });
}

TEST(FailSafe, ValuePastItsTtlAnswersWhileLoadingDrags) {
    TestRedis server;
    Site site(server, with_grace());
    Source source("v0");
    site.get("k", source);
    await_end_of_ttl(site);
    source.change("v1");
    source.hold();
    EXPECT_EQ(site.get("k", source), "v0");
    const auto begun = Clock::now();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(site.get("k", source), "v0") << "the load goes on in the background";
    }
    EXPECT_LT(Clock::now() - begun, 400ms) << "only the first ones wait for the soft timeout";
    EXPECT_EQ(source.runs(), 2);
    source.release();
    await([&] { return site.get("k", source) == "v1"; });
}

TEST(FailSafe, NothingAnswersInItsGraceAfterAnInvalidation) {
    TestRedis server;
    Site site(server, with_grace());
    Source source("v0");
    site.get("k", source);
    await_end_of_ttl(site);
    site.del("k");
    source.fail(true);
    EXPECT_THROW(site.get("k", source), SystemError);
}

}  // namespace
}  // namespace tripos::cache
