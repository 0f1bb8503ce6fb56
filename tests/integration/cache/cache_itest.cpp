// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "async/event.hpp"
#include "async/io_threads.hpp"
#include "support/test_redis.hpp"

namespace tripos::cache {
namespace {

using namespace std::chrono_literals;
using test::TestRedis;

const Family kFamily{.name = "paper", .ttl = 60s};

/// Counts its runs; a held one waits for release().
class Source {
  public:
    explicit Source(std::string value) : value_(std::move(value)) {}

    Loader loader() {
        return [this] { return load(); };
    }
    void change(std::string value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
    }
    void hold() { held_ = true; }
    void release() { held_ = false; }
    int runs() const { return runs_; }

  private:
    Task<Bytes> load() {
        ++runs_;
        Bytes value;
        {
            const std::lock_guard lock(mutex_);
            value = std::make_shared<const std::string>(value_);
        }
        while (held_) {
            co_await sleep_for(1ms);
        }
        co_return value;
    }

    std::mutex mutex_;
    std::string value_;
    std::atomic<bool> held_ = false;
    std::atomic<int> runs_ = 0;
};

/// A process with a client and a cache on two request contexts.
class Bundle {
  public:
    explicit Bundle(TestRedis& server, std::string prefix = {}) : threads_(2) {
        redis::ConnectionOptions options;
        options.endpoint = *redis::parse_url(server.url());
        options.connect_limit = 200ms;
        options.command_limit = 200ms;
        client_ = std::make_unique<redis::Client>(threads_.all(), options);
        threads_.start();
        client_->start();
        CacheOptions cache_options;
        cache_options.prefix = std::move(prefix);
        cache_ = std::make_unique<Cache>(*client_, cache_options, metrics_);
        run(client_->command({"PING"}));
    }
    ~Bundle() {
        run_blocking(threads_.background(), cache_->stop());
        run_blocking(threads_.background(), client_->stop());
        threads_.stop();
    }
    Bundle(const Bundle&) = delete;
    Bundle& operator=(const Bundle&) = delete;

    Cache& cache() { return *cache_; }
    template <class T>
    T run(Task<T> task) {
        return run_blocking(threads_.request(0), std::move(task));
    }
    std::string get(const std::string& name, Source& source) {
        const Bytes value = run(cache_->get_or_set(Key{name, &kFamily}, source.loader()));
        return value ? *value : "(null)";
    }
    std::future<Bytes> begin(std::size_t context, const std::string& name, Source& source) {
        return asio::co_spawn(threads_.request(context),
                              cache_->get_or_set(Key{name, &kFamily}, source.loader()),
                              asio::use_future);
    }
    void del(const std::string& name) { run(cache_->del(Key{name, &kFamily})); }
    /// Of the one family; zeros before its first lookup.
    FamilyStats stats() {
        const auto all = cache_->stats();
        return all.empty() ? FamilyStats() : all.front();
    }
    Metrics& metrics() { return metrics_; }

  private:
    Metrics metrics_;
    IoThreads threads_;
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<Cache> cache_;
};

template <class Condition>
void await(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
        std::this_thread::sleep_for(2ms);
    }
}

TEST(Cache, LoadsOnceAndHitsAfterwards) {
    TestRedis server;
    Bundle bundle(server, "p:");
    Source source("v0");
    EXPECT_EQ(bundle.get("exam:1", source), "v0");
    EXPECT_EQ(bundle.get("exam:1", source), "v0");
    EXPECT_EQ(source.runs(), 1);
    EXPECT_EQ(bundle.stats().hits, 1U);
    EXPECT_EQ(bundle.stats().misses, 1U);
    EXPECT_EQ(bundle.stats().loads, 1U);
    EXPECT_EQ(server.raw({"EXISTS", "p:exam:1"}), ":1\r\n");
    EXPECT_EQ(server.raw({"EXISTS", "{p:exam:1}:lease"}), ":0\r\n");
    const std::string text = bundle.metrics().render();
    EXPECT_NE(text.find("tripos_cache_lookups_total{family=\"paper\",result=\"hit\"} 1"),
              std::string::npos)
        << text;
}

TEST(Cache, LifetimeIsJitteredAroundTheFamilys) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    bundle.get("k", source);
    const std::string ttl = server.raw({"PTTL", "k"});
    const int millis = std::stoi(ttl.substr(1));
    EXPECT_GT(millis, 53'000);
    EXPECT_LE(millis, 66'000);
}

TEST(Cache, OneHundredCallersOfTwoContextsShareOneLoad) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    source.hold();
    std::vector<std::future<Bytes>> callers;
    for (std::size_t i = 0; i < 100; ++i) {
        callers.push_back(bundle.begin(i % 2, "k", source));
    }
    await([&] { return bundle.stats().misses == 100; });
    source.release();
    for (auto& caller : callers) {
        EXPECT_EQ(*caller.get(), "v0");
    }
    EXPECT_EQ(source.runs(), 1);
}

Task<Bytes> failing_load() {
    throw SystemError("load", "broken");
    co_return nullptr;
}

TEST(Cache, LoadersExceptionReachesTheCallerAndTheNextLoadWorks) {
    TestRedis server;
    Bundle bundle(server);
    EXPECT_THROW(bundle.run(bundle.cache().get_or_set(Key{"k", &kFamily}, &failing_load)),
                 SystemError);
    Source source("v1");
    EXPECT_EQ(bundle.get("k", source), "v1");
}

TEST(Cache, OvertakenLoadIsAnsweredButNotStored) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    source.hold();
    auto slow = bundle.begin(0, "k", source);
    await([&] { return source.runs() == 1; });
    source.change("v1");
    bundle.del("k");
    source.release();
    EXPECT_EQ(*slow.get(), "v0");
    EXPECT_EQ(bundle.stats().refused_fills, 1U);
    EXPECT_EQ(bundle.get("k", source), "v1");
    EXPECT_EQ(bundle.get("k", source), "v1");
    EXPECT_EQ(source.runs(), 2);
}

TEST(Cache, CallerAfterAnInvalidationDoesNotJoinTheOldLoad) {
    TestRedis server;
    Bundle bundle(server);
    Source old_source("v0");
    old_source.hold();
    auto slow = bundle.begin(0, "k", old_source);
    await([&] { return old_source.runs() == 1; });
    bundle.del("k");
    Source new_source("v1");
    EXPECT_EQ(bundle.get("k", new_source), "v1");
    old_source.release();
    EXPECT_EQ(*slow.get(), "v0");
    EXPECT_EQ(bundle.get("k", new_source), "v1");
}

TEST(Cache, ForeignLeaseMeansLoadWithoutStoring) {
    TestRedis server;
    Bundle bundle(server);
    server.raw({"SET", "{k}:lease", "someone-else"});
    Source source("v0");
    EXPECT_EQ(bundle.get("k", source), "v0");
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":0\r\n");
}

TEST(Cache, CorruptOrForeignValueIsAMissAndIsReplaced) {
    TestRedis server;
    Bundle bundle(server);
    server.raw({"SET", "k", "not ours"});
    server.raw({"RPUSH", "list", "not text"});
    Source source("v0");
    EXPECT_EQ(bundle.get("k", source), "v0");
    EXPECT_EQ(bundle.get("k", source), "v0");
    EXPECT_EQ(source.runs(), 1);
    EXPECT_EQ(bundle.get("list", source), "v0");
}

TEST(Cache, RedisDownLoaderAnswersWithoutDelay) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    bundle.get("k", source);
    server.kill();
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(bundle.get("k", source), "v0");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    EXPECT_GE(bundle.stats().errors, 1U);
    server.restart();
    await([&] {
        bundle.get("k", source);
        return bundle.stats().hits > 0;
    });
}

TEST(Cache, PausedRedisDelaysOnlyTheFirstRequestAndNotForLong) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    bundle.get("k", source);
    server.pause();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(bundle.get("k", source), "v0");
    const auto first = std::chrono::steady_clock::now();
    EXPECT_LT(first - begun, 400ms);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(bundle.get("k", source), "v0");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - first, 200ms);
    server.resume();
}

TEST(Cache, KeyDeletedDuringAnOutageIsNotServedAfterwards) {
    TestRedis server;
    Bundle bundle(server);
    Source source("v0");
    bundle.get("k", source);
    server.pause();  // the old value survives in there
    source.change("v1");
    bundle.del("k");
    EXPECT_EQ(bundle.get("k", source), "v1");
    server.resume();
    const int hits = static_cast<int>(bundle.stats().hits);
    await([&] {
        EXPECT_EQ(bundle.get("k", source), "v1");
        return static_cast<int>(bundle.stats().hits) > hits;
    });
}

TEST(Cache, SetReplacesAndGetFinds) {
    TestRedis server;
    Bundle bundle(server);
    const Key key{"k", &kFamily};
    EXPECT_EQ(bundle.run(bundle.cache().get(key)), nullptr);
    bundle.run(bundle.cache().set(key, "a"));
    bundle.run(bundle.cache().set(key, "b"));
    EXPECT_EQ(*bundle.run(bundle.cache().get(key)), "b");
}

TEST(Cache, ClearDeletesOnlyWhatIsOurs) {
    TestRedis server;
    Bundle bundle(server, "p[1]:");
    Source source("v0");
    for (int i = 0; i < 1000; ++i) {
        bundle.get("k" + std::to_string(i), source);
    }
    server.raw({"SET", "p[1]:foreign", "text"});
    server.raw({"SET", "p1:k1", "text"});
    bundle.run(bundle.cache().clear());
    EXPECT_EQ(server.raw({"DBSIZE"}), ":2\r\n");
}

TEST(Cache, StopsFillingWhenRedisIsShortOfMemory) {
    TestRedis server(TestRedis::Persistence::none,
                     "maxmemory 600kb\nmaxmemory-policy noeviction\n");
    Bundle bundle(server);
    Source source("v0");
    int i = 0;
    await([&] {
        const std::string name = "k" + std::to_string(i++);
        bundle.get(name, source);
        return server.raw({"EXISTS", name}) == ":0\r\n";
    });
    EXPECT_EQ(bundle.get("after", source), "v0");
}

}  // namespace
}  // namespace tripos::cache
