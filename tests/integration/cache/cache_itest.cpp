// SPDX-License-Identifier: MIT
#include "cache/batch_loader.hpp"

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

TEST(Cache, LoadsOnceThenFindsInRedisThenInProcess) {
    TestRedis server;
    Site site(server, {.prefix = "p:"});
    Source source("v0");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(site.get("1", source), "v0");
    }
    EXPECT_EQ(source.runs(), 1);
    const auto stats = site.stats();
    EXPECT_EQ(stats.misses, 1U);
    EXPECT_EQ(stats.loads, 1U);
    EXPECT_EQ(stats.fills, 1U);
    EXPECT_EQ(stats.redis_hits + stats.process_hits, 3U);
    EXPECT_GE(stats.process_hits, 1U);
    EXPECT_EQ(stats.lookups(), 4U);
    EXPECT_DOUBLE_EQ(stats.hit_rate(), 0.75);
    EXPECT_EQ(server.raw({"EXISTS", "p:1"}), ":1\r\n");
    EXPECT_EQ(server.raw({"EXISTS", "{p:1}:lease"}), ":0\r\n");
    await([&] {
        return site.metrics().render().find(
                   "tripos_cache_lookups_total{family=\"paper\",result=\"miss\"} 1") !=
               std::string::npos;
    });
}

TEST(Cache, LifetimeIsJitteredDownwards) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.get("k", source);
    const int millis = std::stoi(server.raw({"PTTL", "k"}).substr(1));
    EXPECT_GT(millis, 50'000);
    EXPECT_LE(millis, 60'000);
}

TEST(Cache, OneHundredCallersOfTwoContextsShareOneLoad) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    source.hold();
    std::vector<std::future<Bytes>> callers;
    for (std::size_t i = 0; i < 100; ++i) {
        callers.push_back(site.begin(i % 2, "k", source));
    }
    await([&] { return source.running() == 1; });
    source.release();
    for (auto& caller : callers) {
        EXPECT_EQ(*caller.get(), "v0");
    }
    EXPECT_EQ(source.runs(), 1);
}

TEST(Cache, TwoProcessesShareOneLoadAndThePushWakesTheOther) {
    TestRedis server;
    Site one(server);
    Site other(server);
    Source source("v0");
    source.hold();
    auto first = one.begin(0, "k", source);
    await([&] { return source.running() == 1; });
    Source never("nobody may load this");
    auto second = other.begin(0, "k", never);
    // Two lookups, two questions for the lease, and one how long it will last.
    await([&] {
        return server.raw({"INFO", "commandstats"}).find("cmdstat_pttl:calls=5,") !=
               std::string::npos;
    });
    source.release();
    EXPECT_EQ(*first.get(), "v0");
    EXPECT_EQ(*second.get(), "v0");
    EXPECT_EQ(never.runs(), 0);
    EXPECT_EQ(other.stats().waited_elsewhere, 1U);
}

TEST(Cache, LoadersExceptionReachesTheCallerAndTheNextLoadWorks) {
    TestRedis server;
    Site site(server);
    Source source("v1");
    source.fail(true);
    EXPECT_THROW(site.get("k", source), SystemError);
    EXPECT_EQ(site.stats().load_failures, 1U);
    source.fail(false);
    EXPECT_EQ(site.get("k", source), "v1");
}

TEST(Cache, FailedLoadKeepsTheLeaseForAMomentSoThatNotAllTryAtOnce) {
    TestRedis server;
    server.raw({"CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "10000"});
    Site site(server);
    Source source("v1");
    source.fail(true);
    EXPECT_THROW(site.get("k", source), SystemError);
    await([&] {
        return server.raw({"SLOWLOG", "GET", "-1"}).find("cool-down") != std::string::npos;
    });
}

TEST(Cache, CallerAfterAnInvalidationDoesNotJoinTheOldLoad) {
    TestRedis server;
    Site site(server);
    Source old_source("v0");
    old_source.hold();
    auto slow = site.begin(0, "k", old_source);
    await([&] { return old_source.runs() == 1; });
    site.del("k");
    Source new_source("v1");
    EXPECT_EQ(site.get("k", new_source), "v1");
    old_source.release();
    EXPECT_EQ(*slow.get(), "v0");
    EXPECT_EQ(site.get("k", new_source), "v1");
    EXPECT_EQ(site.stats().overtaken_loads, 1U);
}

TEST(Cache, LeaseOfADeadProcessDelaysButDoesNotStopALoad) {
    TestRedis server;
    SiteOptions options;
    options.family.hard_timeout = 600ms;
    Site site(server, options);
    server.raw({"SET", "{k}:lease", "someone-who-died", "PX", "60000"});
    Source source("v0");
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":0\r\n") << "stored without a lease of its own";
}

TEST(Cache, CorruptOrForeignValueIsAMissAndIsReplaced) {
    TestRedis server;
    Site site(server);
    server.raw({"SET", "k", "not ours"});
    server.raw({"RPUSH", "list", "not text"});
    Source source("v0");
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(source.runs(), 1);
    EXPECT_EQ(site.get("list", source), "v0");
}

TEST(Cache, ValueOfAnotherSchemaIsAMiss) {
    TestRedis server;
    Site old_program(server);
    SiteOptions options;
    options.family.schema = "2";
    Site new_program(server, options);
    Source source("of schema 1");
    old_program.get("k", source);
    Source other("of schema 2");
    EXPECT_EQ(new_program.get("k", other), "of schema 2");
    EXPECT_EQ(new_program.get("k", other), "of schema 2");
    EXPECT_EQ(other.runs(), 1);
    EXPECT_EQ(old_program.get("k", source), "of schema 1");
}

TEST(Cache, StrangeKeysAreLoadedAndNeverStored) {
    TestRedis server;
    Site site(server);
    Source source("v");
    EXPECT_EQ(site.get(std::string(1'000, 'x'), source), "v");
    EXPECT_EQ(site.get("a}b", source), "v");
    site.del("a}b");
    EXPECT_EQ(server.raw({"DBSIZE"}), ":0\r\n");
}

struct Paper {
    std::size_t size = 0;
};

std::shared_ptr<const Paper> read_paper(const Bytes& bytes) {
    return std::make_shared<const Paper>(Paper{.size = bytes->size()});
}

struct Unpacked {
    std::vector<std::string> rows;
};

std::size_t decoded_bytes(const Unpacked& value) {
    return value.rows.capacity() * sizeof(std::string);
}

TEST(Cache, ProcessTierCountsWhatIsDecoded) {
    TestRedis server;
    Site site(server);
    auto& cache = site.cache();
    const auto lists =
        cache.declare<Unpacked>({.name = "lists", .pattern = "list:{0}"}, [](const Bytes&) {
            return std::make_shared<const Unpacked>(
                Unpacked{.rows = std::vector<std::string>(1'000)});
        });
    Source source("1000");
    await([&] {
        site.run(cache.get_or_set(lists.key("k"), source.loader()));
        return cache.peek(lists.key("k")) != nullptr;
    });
    EXPECT_GT(cache.stats().process_bytes, 1'000 * sizeof(std::string));
}

TEST(Cache, KeyOfOneFamilyNeverAnswersForAnother) {
    TestRedis server;
    SiteOptions options;
    options.family.pattern = "exam:{0}";
    Site site(server, options);
    auto& cache = site.cache();
    const auto papers =
        cache.declare<Paper>({.name = "papers", .pattern = "exam:{0}:questions"}, &read_paper);
    Source source("a paper");
    for (int i = 0; i < 3; ++i) {
        const auto paper = site.run(cache.get_or_set(papers.key("42"), source.loader()));
        EXPECT_EQ(paper->size, 7U);
    }
    ASSERT_NE(cache.peek(papers.key("42")), nullptr);
    Source details("details");
    EXPECT_EQ(cache.peek(site.key("42:questions")), nullptr);
    EXPECT_EQ(site.get("42:questions", details), "details");
}

TEST(Cache, RefusesFamiliesThatCouldBeMistakenForEachOther) {
    TestRedis server;
    SiteOptions options;
    options.family.pattern = "exam:{0}";
    Site site(server, options);
    auto& cache = site.cache();
    EXPECT_DEATH(cache.declare<0>({.name = "all", .pattern = "exam:all"}), "meets_another");
    EXPECT_DEATH(cache.declare<Paper>(options.family, &read_paper), "is_the_same");
    EXPECT_DEATH(cache.declare<2>({.name = "two", .pattern = "user:{0}"}), "part_count");
    cache.declare(options.family);  // by a second copy of the module
}

TEST(Cache, SetReplacesAndGetFinds) {
    TestRedis server;
    Site site(server);
    const auto key = site.key("k");
    EXPECT_FALSE(site.run(site.cache().get(key)));
    Source source("a");
    site.run(site.cache().set(key, source.loader()));
    source.change("b");
    site.run(site.cache().set(key, source.loader()));
    const auto found = site.run(site.cache().get(key));
    ASSERT_TRUE(found);
    EXPECT_EQ(**found, "b");
    EXPECT_EQ(server.raw({"EXISTS", "{k}:guards", "{k}:lease"}), ":0\r\n");
}

TEST(Cache, AbsenceIsRememberedForItsOwnTimeAndEndsWithTheInvalidation) {
    TestRedis server;
    SiteOptions options;
    options.family.negative_ttl = 5s;
    Site site(server, options);
    Source source("");  // there is none
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(site.get("k", source), "(null)");
    }
    EXPECT_EQ(source.runs(), 1);
    EXPECT_EQ(site.stats().negative_hits, 3U);
    EXPECT_LE(std::stoi(server.raw({"PTTL", "k"}).substr(1)), 5'000);
    source.change("created");
    site.del("k");
    EXPECT_EQ(site.get("k", source), "created");
}

TEST(Cache, AbsenceIsNotRememberedUnlessTheFamilySaysSo) {
    TestRedis server;
    Site site(server);
    Source source("");
    EXPECT_EQ(site.get("k", source), "(null)");
    EXPECT_EQ(site.get("k", source), "(null)");
    EXPECT_EQ(source.runs(), 2);
    EXPECT_EQ(server.raw({"EXISTS", "{k}:lease"}), ":0\r\n");
}

TEST(Cache, CallMayShortenTheLifetimeButNotLengthenIt) {
    TestRedis server;
    Site site(server);
    Source source("v");
    site.get("short", source, Call{.ttl = 1s});
    site.get("long", source, Call{.ttl = 1h});
    EXPECT_LE(std::stoi(server.raw({"PTTL", "short"}).substr(1)), 1'000);
    EXPECT_LE(std::stoi(server.raw({"PTTL", "long"}).substr(1)), 60'000);
}

TEST(Cache, TagAndClearEndEverythingTheyNameInOneRoundTrip) {
    TestRedis server;
    Site site(server);
    auto& cache = site.cache();
    const auto attempts = cache.declare<2>(
        {.name = "attempts", .pattern = "attempt:{0}:{1}", .tags = {"exam:{0}", "user:{1}"}});
    Source source("v");
    const auto touch = [&](const char* exam, const char* user) {
        const int before = source.runs();
        site.run(cache.get_or_set(attempts.key(exam, user), source.loader()));
        return source.runs() != before;
    };
    for (const char* exam : {"1", "2"}) {
        for (const char* user : {"a", "b"}) {
            for (int i = 0; i < 3; ++i) {
                touch(exam, user);
            }
        }
    }
    site.run(cache.invalidate_tag("exam:1"));
    EXPECT_TRUE(touch("1", "a"));
    EXPECT_TRUE(touch("1", "b"));
    EXPECT_FALSE(touch("2", "a"));
    site.run(cache.invalidate_tag("user:a"));
    EXPECT_TRUE(touch("1", "a"));
    EXPECT_TRUE(touch("2", "a"));
    EXPECT_FALSE(touch("2", "b"));
    site.run(cache.clear());
    EXPECT_TRUE(touch("2", "b"));
    EXPECT_TRUE(touch("1", "b"));
    EXPECT_FALSE(touch("1", "b"));
}

TEST(Cache, ManyKeysTakeOneRoundTripAndThoseInProcessNone) {
    TestRedis server;
    Site site(server);
    Source source("v");
    std::vector<KeyOf<std::string>> keys;
    for (int i = 0; i < 128; ++i) {
        keys.push_back(site.key("k" + std::to_string(i)));
    }
    const auto all = [&] {
        const auto loader_of = [&](std::size_t) { return source.loader(); };
        return site.run(site.cache().get_or_set_many<std::string>(keys, loader_of));
    };
    EXPECT_EQ(all().size(), 128U);
    EXPECT_EQ(source.runs(), 128);
    const auto mgets = [&] {
        const auto text = server.raw({"INFO", "commandstats"});
        const auto at = text.find("cmdstat_mget:calls=");
        return at == std::string::npos ? 0 : std::stoi(text.substr(at + 19));
    };
    const int before = mgets();
    for (const auto& value : all()) {
        EXPECT_EQ(*value, "v");
    }
    EXPECT_EQ(mgets(), before + 1);
    EXPECT_EQ(source.runs(), 128);
    all();
    EXPECT_EQ(mgets(), before + 1);
}

Task<std::vector<Bytes>> load_together(std::atomic<int>* calls, std::vector<std::string> ids) {
    ++*calls;
    std::vector<Bytes> values;
    for (const auto& id : ids) {
        values.push_back(std::make_shared<const std::string>("value of " + id));
    }
    co_return values;
}

TEST(Cache, ConcurrentLoadsOfAFamilyAskItsSourceOnce) {
    TestRedis server;
    Site site(server);
    std::atomic<int> calls = 0;
    const BatchLoader loads(
        [&calls](std::vector<std::string> ids) { return load_together(&calls, std::move(ids)); });
    std::vector<KeyOf<std::string>> keys;
    for (int i = 0; i < 50; ++i) {
        keys.push_back(site.key("k" + std::to_string(i)));
    }
    const auto loader_of = [&](std::size_t i) { return loads.of(std::to_string(i)); };
    const auto values = site.run(site.cache().get_or_set_many<std::string>(keys, loader_of));
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(*values[i], "value of " + std::to_string(i));
    }
    EXPECT_EQ(site.stats().loads, 50U) << "each under a lease of its own";
    EXPECT_EQ(site.stats().fills, 50U);
    EXPECT_LE(calls, 3) << "the replies to fifty leases come in a few packets";
}

/// Six hundred keys, again and again, with so much memory in the process.
Stats after_rounds_with(std::size_t process_bytes) {
    TestRedis server;
    SiteOptions options;
    options.cache.process_bytes = process_bytes;
    Site site(server, options);
    Source source(std::string(500, 'v'));
    std::vector<KeyOf<std::string>> keys;
    for (int i = 0; i < 600; ++i) {
        keys.push_back(site.key("k" + std::to_string(i)));
    }
    const auto loader_of = [&](std::size_t) { return source.loader(); };
    for (int round = 0; round < 5; ++round) {
        site.run(site.cache().get_or_set_many<std::string>(keys, loader_of));
        site.get("popular", source);
    }
    for (int i = 0; i < 3'000; ++i) {
        site.get("popular", source);
    }
    return site.cache().stats();
}

TEST(Cache, TellsWhatTwiceTheMemoryWouldSpareAndWhatIsAskedForMost) {
    const auto tight = after_rounds_with(600 << 10);
    EXPECT_GT(tight.process_evictions, 0U);
    EXPECT_GT(tight.families.front().missed_for_room, 0U);
    ASSERT_FALSE(tight.top_keys.empty());
    EXPECT_EQ(tight.top_keys.front().name, "popular");
    EXPECT_EQ(tight.top_keys.front().family, "paper");
    EXPECT_GT(tight.top_keys.front().share, 0.3);
    const auto ample = after_rounds_with(64 << 20);
    EXPECT_EQ(ample.families.front().missed_for_room, 0U);
}

TEST(Cache, ExplainsAKeyAndReadsItFromItsName) {
    TestRedis server;
    SiteOptions options;
    options.prefix = "p:";
    options.family.pattern = "exam:{0}";
    options.family.tags = {"exam:{0}"};
    Site site(server, options);
    Source source("value");
    site.warm("42", source);
    const auto key = site.cache().parse("exam:42");
    ASSERT_TRUE(key);
    auto told = site.run(site.cache().explain(*key));
    EXPECT_EQ(told.name, "p:exam:42");
    EXPECT_EQ(told.family, "paper");
    EXPECT_EQ(told.tags, std::vector<std::string>{"exam:42"});
    EXPECT_EQ(told.in_process.state, Explanation::State::fresh);
    EXPECT_EQ(told.in_redis.state, Explanation::State::fresh);
    EXPECT_GT(told.in_redis.ttl_left, 50s);
    ASSERT_EQ(told.versions.size(), 2U);
    EXPECT_EQ(told.versions[1].name, "p:cachetag:exam:42");
    EXPECT_EQ(told.versions[1].recorded, told.versions[1].present);
    EXPECT_EQ(told.last_invalidation, "") << "what was announced is its load";
    site.run(site.cache().invalidate_tag("exam:42"));
    told = site.run(site.cache().explain(*key));
    EXPECT_EQ(told.in_process.state, Explanation::State::invalidated);
    EXPECT_EQ(told.in_redis.state, Explanation::State::invalidated);
    site.run(site.cache().del(*key));
    told = site.run(site.cache().explain(*key));
    EXPECT_EQ(told.in_redis.state, Explanation::State::absent);
    EXPECT_EQ(told.last_invalidation, "here");
    site.warm("43", source);
    server.raw({"UNLINK", "p:exam:43", "{p:exam:43}:lease"});
    const auto other = *site.cache().parse("exam:43");
    await([&] { return site.run(site.cache().explain(other)).last_invalidation == "elsewhere"; });
    EXPECT_FALSE(site.cache().parse("user:42"));
}

}  // namespace
}  // namespace tripos::cache
