// SPDX-License-Identifier: MIT
// Loaders that fail, drag, or come in crowds.
#include <boost/asio/bind_cancellation_slot.hpp>

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

TEST(Loads, HardTimeoutAnswersTheCallersCancelsTheLoaderAndFreesTheKey) {
    TestRedis server;
    SiteOptions options;
    options.family.hard_timeout = 100ms;
    Site site(server, options);
    Source stuck("v0");
    stuck.hold();
    const auto begun = Clock::now();
    EXPECT_THROW(site.get("k", stuck), LoadTimedOut);
    EXPECT_LT(Clock::now() - begun, 2s);
    EXPECT_EQ(site.stats().load_timeouts, 1U);
    await([&] { return stuck.running() == 0; });  // without having been released
    Source source("v1");
    EXPECT_EQ(site.get("k", source), "v1");
}

struct Number {
    int value = 0;
};

/// Throws, or returns null, where a number is asked to be written so.
std::shared_ptr<const Number> read_number(const Bytes& bytes) {
    if (*bytes == "null") {
        return nullptr;
    }
    return std::make_shared<const Number>(Number{.value = std::stoi(*bytes)});
}

TEST(Loads, DecoderThatCannotReadFailsItsOwnKeyOnly) {
    TestRedis server;
    Site site(server);
    auto& cache = site.cache();
    FamilyOptions options{.name = "numbers", .pattern = "n:{0}"};
    const auto numbers = cache.declare<Number>(options, &read_number);
    // As a program of another version may have stored it.
    Site other(server);
    const auto texts = other.cache().declare(options);
    const std::vector<std::string> stored{"1", "a", "null"};
    for (const auto& text : stored) {
        Source source(text);
        other.run(other.cache().get_or_set(texts.key(text), source.loader()));
    }
    Source seven("7");
    std::vector<KeyOf<Number>> keys;
    for (const auto& text : stored) {
        keys.push_back(numbers.key(text));
    }
    const auto read = site.run(
        cache.get_or_set_many<Number>(keys, [&seven](std::size_t) { return seven.loader(); }));
    EXPECT_EQ(read[0]->value, 1);
    EXPECT_EQ(read[1]->value, 7) << "what cannot be read is loaded";
    EXPECT_EQ(read[2]->value, 7);
    for (const char* text : {"b", "null"}) {
        Source source(text);
        const auto key = numbers.key(std::string("loaded-") + text);
        EXPECT_THROW(site.run(cache.get_or_set(key, source.loader())), SystemError) << text;
        EXPECT_EQ(site.run(cache.get_or_set(key, seven.loader()))->value, 7);
    }
}

TEST(Loads, CallerThatGivesUpDoesNotDisturbTheOthers) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    source.hold();
    asio::cancellation_signal signal;
    std::atomic<bool> has_ended = false;
    asio::co_spawn(site.context(), site.cache().get_or_set(site.key("k"), source.loader()),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr, Bytes) { has_ended = true; }));
    await([&] { return source.running() == 1; });
    auto other = site.begin(1, "k", source);
    asio::post(site.context(), [&] { signal.emit(asio::cancellation_type::terminal); });
    source.release();
    EXPECT_EQ(*other.get(), "v0");
    EXPECT_EQ(source.runs(), 1);
    await([&] { return has_ended.load(); });
}

TEST(Loads, OfOneFamilyRunSoManyAtOnceAndNoMoreThanAgreedWait) {
    TestRedis server;
    SiteOptions options;
    options.family.max_loads = 3;
    options.family.max_waiting_loads = 5;
    Site site(server, options);
    Source source("v");
    source.hold();
    std::vector<std::future<Bytes>> callers;
    for (int i = 0; i < 10; ++i) {
        callers.push_back(site.begin(0, "k" + std::to_string(i), source));
    }
    await([&] { return site.stats().loads_refused == 2; });
    EXPECT_EQ(source.running(), 3);
    source.release();
    int refused = 0;
    for (auto& caller : callers) {
        try {
            EXPECT_EQ(*caller.get(), "v");
        } catch (const Overloaded&) {
            ++refused;
        }
    }
    EXPECT_EQ(refused, 2);
    EXPECT_EQ(source.runs(), 8);
}

TEST(Loads, OneReaderRefreshesAheadOfTheTtlWhileAllAreAnswered) {
    TestRedis server;
    SiteOptions options;
    options.family.early_refresh = 1e9;  // in effect: at once
    Site site(server, options);
    Source source("v0");
    site.get("k", source);
    source.change("v1");
    source.hold();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(site.get("k", source), "v0");
    }
    await([&] { return source.running() == 1; });
    EXPECT_EQ(source.runs(), 2);
    EXPECT_EQ(site.stats().early_refreshes, 1U);
    source.release();
    await([&] { return site.get("k", source) == "v1"; });
}

TEST(Loads, RefreshOvertakenByAnInvalidationIsNotStored) {
    TestRedis server;
    SiteOptions options;
    options.family.early_refresh = 1e9;
    Site site(server, options);
    Source source("v0");
    site.get("k", source);
    source.hold();
    site.get("k", source);
    await([&] { return source.running() == 1; });
    Source newer("v1");
    server.raw({"UNLINK", "k", "{k}:lease"});
    source.release();
    await([&] { return site.stats().refused_fills == 1; });
    EXPECT_EQ(site.get("k", newer, with(Freshness::strict())), "v1");
}

TEST(Loads, CrowdAfterAnInvalidationCausesOneLoadOverTwoProcesses) {
    TestRedis server;
    SiteOptions options;
    options.command_limit = 10s;  // a machine that is busy is not an outage
    Site one(server, options);
    Site other(server, options);
    Source source("v0");
    for (auto* site : {&one, &other}) {
        site->warm("k", source);
    }
    const int before = source.runs();
    source.change("v1");
    one.del("k");
    std::vector<std::future<Bytes>> crowd;
    for (int i = 0; i < 5'000; ++i) {
        for (auto* site : {&one, &other}) {
            crowd.push_back(site->begin(static_cast<std::size_t>(i) % 2, "k", source,
                                        with(Freshness::strict())));
        }
    }
    for (auto& caller : crowd) {
        ASSERT_EQ(*caller.get(), "v1");
    }
    EXPECT_EQ(source.runs(), before + 1);
}

}  // namespace
}  // namespace tripos::cache
