// SPDX-License-Identifier: MIT
// G1 to G4 of docs/caching.md, each in the one interleaving that would break it: the guarantee
// holds, and it falls when its guard is taken out. What other processes do is done by plain
// commands.
#include "cache_site.hpp"
#include "support/gate.hpp"
#include "support/redis_gate.hpp"

namespace tripos::cache {
namespace {

using test::await;
using test::Site;
using test::SiteOptions;
using test::Source;
using test::TestRedis;
using test::with;
using namespace std::chrono_literals;

SiteOptions with_seams(Seams seams) {
    SiteOptions options;
    options.family.tags = {"tag:{0}"};
    options.seams = std::move(seams);
    return options;
}

/// What another process does after its commit.
void invalidate_elsewhere(const TestRedis& server) {
    server.raw({"UNLINK", "k", "{k}:lease"});
}

/// R loads v0, W commits v1 and invalidates, R stores.
std::string read_after_an_overtaken_fill(Seams seams) {
    TestRedis server;
    Site site(server, with_seams(std::move(seams)));
    Source source("v0");
    source.hold();
    auto slow = site.begin(0, "k", source);
    await([&] { return source.running() == 1; });
    source.change("v1");
    invalidate_elsewhere(server);
    source.release();
    EXPECT_EQ(*slow.get(), "v0") << "it began before the write: it may see either";
    return site.get("k", source, with(Freshness::strict()));
}

TEST(Guarantees, G1_NoFillThatAnInvalidationOvertook) {
    EXPECT_EQ(read_after_an_overtaken_fill(Seams()), "v1");
    EXPECT_EQ(read_after_an_overtaken_fill({.check_lease = false}), "v0");
}

Task<Bytes> invalidate_then_read(const TestRedis& server, Site& site, Source& source) {
    // Blocks the thread: the announcement is there, but nobody has looked at it.
    source.change("v1");
    invalidate_elsewhere(server);
    co_return co_await site.cache().get_or_set(site.key("k"), source.loader(),
                                               with(Freshness::strict()));
}

/// W's invalidation is confirmed; R, in another process, has not heard of it and reads strictly.
std::string strict_read_before_the_announcement(Seams seams) {
    TestRedis server;
    Site site(server, with_seams(std::move(seams)));
    Source source("v0");
    site.warm("k", source);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v0");
    }
    EXPECT_EQ(source.runs(), 1);
    return *site.run(invalidate_then_read(server, site, source));
}

TEST(Guarantees, G2_StrictReadSeesEveryInvalidationConfirmedBeforeIt) {
    EXPECT_EQ(strict_read_before_the_announcement(Seams()), "v1");
    EXPECT_EQ(strict_read_before_the_announcement({.run_barrier = false}), "v0");
}

/// R has read v0 from Redis; before it keeps it, W's invalidation is announced.
std::string read_after_a_reply_crossed_an_announcement(Seams seams) {
    TestRedis server;
    Site writer(server, with_seams(Seams()));
    Source source("v0");
    writer.get("k", source);  // in Redis, and in no process

    Site* reader = nullptr;
    std::atomic<bool> is_armed = false;
    seams.after_read = [&]() -> Task<> {
        if (is_armed.exchange(false)) {
            const auto heard = reader->cache().stats().pushes;
            source.change("v1");
            invalidate_elsewhere(server);
            while (reader->cache().stats().pushes == heard) {
                co_await sleep_for(1ms);
            }
        }
    };
    Site site(server, with_seams(std::move(seams)));
    reader = &site;
    is_armed = true;
    EXPECT_EQ(site.get("k", source), "v0");
    return site.get("k", source);
}

TEST(Guarantees, G3_ReplyThatCrossedAnAnnouncementIsNotKept) {
    EXPECT_EQ(read_after_a_reply_crossed_an_announcement(Seams()), "v1");
    EXPECT_EQ(read_after_a_reply_crossed_an_announcement({.check_tickets = false}), "v0");
}

/// R keeps v0, loses its connection, W invalidates, R connects again.
std::string read_after_a_lost_connection(Seams seams) {
    TestRedis server;
    Site site(server, with_seams(std::move(seams)));
    Source source("v0");
    site.warm("k", source);
    server.raw({"CLIENT", "KILL", "TYPE", "normal"});
    source.change("v1");
    invalidate_elsewhere(server);
    await([&] { return !site.cache().stats().is_tracking; });
    await([&] { return site.cache().stats().is_tracking; });
    return site.get("k", source);
}

TEST(Guarantees, G3_LostConnectionEmptiesTheProcess) {
    EXPECT_EQ(read_after_a_lost_connection(Seams()), "v1");
    EXPECT_EQ(read_after_a_lost_connection({.flush_on_loss = false}), "v0");
}

TEST(Guarantees, G3_WithoutASignOfLifeNothingIsServedFromTheProcessForLong) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    EXPECT_LT(site.cache().stats().staleness, 10s);
    server.pause();
    const auto paused_at = std::chrono::steady_clock::now();
    await([&] { return site.cache().peek(site.key("k")) == nullptr; });
    EXPECT_LT(std::chrono::steady_clock::now() - paused_at, 2s);
    server.resume();
}

TEST(Guarantees, G3_CallMayAskForATighterBound) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(site.get("k", source, with(Freshness::at_most(1ms))), "v0");
        EXPECT_EQ(site.get("k", source, with(Freshness::at_most(500ms))), "v0");
    }
    EXPECT_EQ(source.runs(), 1);
}

/// Everything with the tag is invalidated elsewhere.
std::string read_after_its_tag_ended(Seams seams) {
    TestRedis server;
    Site site(server, with_seams(std::move(seams)));
    Source source("v0");
    site.warm("k", source);
    source.change("v1");
    server.raw({"UNLINK", "cachetag:tag:k"});
    return site.get("k", source, with(Freshness::strict()));
}

TEST(Guarantees, G4_ValueEndsWithItsTag) {
    EXPECT_EQ(read_after_its_tag_ended(Seams()), "v1");
    EXPECT_EQ(read_after_its_tag_ended({.check_versions = false}), "v0");
}

TEST(Guarantees, G4_ValueLoadedBeforeItsTagEndedIsNotValidAfterwards) {
    TestRedis server;
    Site site(server, with_seams(Seams()));
    Source source("v0");
    source.hold();
    auto slow = site.begin(0, "k", source);
    await([&] { return source.running() == 1; });
    source.change("v1");
    server.raw({"UNLINK", "cachetag:tag:k"});  // the lease lives: the fill will succeed
    source.release();
    EXPECT_EQ(*slow.get(), "v0");
    EXPECT_EQ(site.stats().fills, 1U);
    EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v1");
}

/// What a context that has not heard of the tag's end knows of it must not vouch for a value that
/// another context finds in Redis.
TEST(Guarantees, G4_ContextThatLagsDoesNotVouchForOthers) {
    TestRedis server;
    Site site(server, with_seams(Seams()));
    Source source("v0");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(*site.begin(1, "k", source, with(Freshness::strict())).get(), "v0");
    }
    ASSERT_EQ(source.runs(), 1) << "the second one was a read: that context knows the tag";
    tripos::test::Gate gate;
    asio::post(site.context(1), [&gate] { gate.hold(); });
    gate.await_entered();
    source.change("v1");
    server.raw({"UNLINK", "cachetag:tag:k"});
    EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v1");
    gate.open();
}

/// With RESP2 a reply may be here before the announcements that the server wrote before it.
TEST(Guarantees, G4_WhatIsKnownOfATagWaitsForAnnouncementsBeside) {
    TestRedis server(TestRedis::Persistence::none, "rename-command HELLO \"\"\n");
    tripos::test::RedisGate gate(server.socket_path());
    SiteOptions options;
    options.family.tags = {"tag"};
    Site writer(server, options);
    options.url = gate.url();
    Site site(server, options);
    Source source("v0");
    site.warm("known", source);
    writer.warm("k", source);
    gate.hold_messages();
    source.change("v1");
    server.raw({"UNLINK", "cachetag:tag"});
    EXPECT_EQ(site.get("k", source, with(Freshness::strict())), "v1");
}

TEST(Guarantees, G4_EvictedVersionCostsALoadAndNothingElse) {
    TestRedis server;
    Site site(server, with_seams(Seams()));
    Source source("v0");
    site.warm("k", source);
    server.raw({"UNLINK", "cachegen:paper"});
    await([&] { return site.cache().peek(site.key("k")) == nullptr; });
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(source.runs(), 2);
}

TEST(Guarantees, InvalidationHereIsSeenHereAtOnce) {
    TestRedis server;
    Site site(server, with_seams(Seams()));
    Source source("0");
    for (int i = 1; i <= 200; ++i) {
        site.get("k", source);
        source.change(std::to_string(i));
        if (i % 2 == 0) {
            site.del("k");
        } else {
            site.run(site.cache().invalidate_tag("tag:k"));
        }
        EXPECT_EQ(site.cache().peek(site.key("k")), nullptr);
        ASSERT_EQ(site.get("k", source), std::to_string(i));
    }
}

/// The invalidation waits in Redis; a reader gets what it is about to end, and is still at that
/// when it is confirmed, before its own connection can say so.
TEST(Guarantees, InvalidationHereEndsWhatWasReadBesideIt) {
    TestRedis server;
    Source source("v0");
    std::future<void> end;
    std::atomic<bool> is_armed = false;
    Seams seams;
    seams.after_read = [&]() -> Task<> {
        if (is_armed.exchange(false)) {
            server.raw({"CLIENT", "UNPAUSE"});
            end.wait();
        }
        co_return;
    };
    Site site(server, with_seams(std::move(seams)));
    site.warm("k", source);
    server.raw({"CLIENT", "PAUSE", "20000", "WRITE"});
    end = asio::co_spawn(site.context(1), site.cache().del(site.key("k")), asio::use_future);
    await([&] { return site.cache().peek(site.key("k")) == nullptr; });
    is_armed = true;
    auto read_twice = [&]() -> Task<Bytes> {
        co_await site.cache().get_or_set(site.key("k"), source.loader());
        co_return site.cache().peek(site.key("k"));
    };
    EXPECT_EQ(site.run(read_twice()), nullptr);
    EXPECT_FALSE(is_armed);
}

TEST(Guarantees, InvalidationHereIsSeenByTheNextStrictReadElsewhere) {
    TestRedis server;
    Site writer(server, with_seams(Seams()));
    Site reader(server, with_seams(Seams()));
    Source source("0");
    for (int i = 1; i <= 300; ++i) {
        for (std::size_t context = 0; context < 2; ++context) {
            reader.begin(context, "k", source, with(Freshness::strict())).get();
        }
        source.change(std::to_string(i));
        if (i % 3 == 0) {
            writer.run(writer.cache().invalidate_tag("tag:k"));
        } else {
            writer.del("k");
        }
        for (std::size_t context = 0; context < 2; ++context) {
            auto value = reader.begin(context, "k", source, with(Freshness::strict())).get();
            ASSERT_EQ(*value, std::to_string(i));
        }
    }
    EXPECT_GT(reader.stats().process_hits + reader.stats().redis_hits, 300U);
}

TEST(Guarantees, WitnessEndsWithItsTagEvenIfTheJournalOverflowed) {
    TestRedis server;
    Site writer(server, with_seams(Seams()));
    Site other(server, with_seams(Seams()));
    const auto witness = other.run(other.cache().witness("user:1"));
    ASSERT_TRUE(witness.holds());
    tripos::test::RedisGate gate(server.socket_path());
    SiteOptions options;
    options.url = gate.url();
    Site cut_off(server, options);
    gate.shut();
    std::vector<std::string> tags(1, "user:1");
    for (std::size_t i = 0; i <= 100'000; ++i) {
        tags.push_back(std::to_string(i));
    }
    cut_off.run(cut_off.cache().invalidate({}, tags));
    EXPECT_TRUE(witness.holds());
    gate.open();
    await([&] { return !witness.holds(); });
    EXPECT_TRUE(other.run(other.cache().witness("user:1")).holds());
}

TEST(Guarantees, WitnessEndsWithItsTagAndWithTheConnection) {
    TestRedis server;
    Site site(server);
    EXPECT_FALSE(Witness().holds());
    const auto witness = site.run(site.cache().witness("user:7"));
    EXPECT_TRUE(witness.holds());
    EXPECT_TRUE(site.run(site.cache().witness("user:7")).holds());
    server.raw({"UNLINK", "cachetag:user:7"});
    await([&] { return !witness.holds(); });
    const auto second = site.run(site.cache().witness("user:7"));
    EXPECT_TRUE(second.holds());
    EXPECT_FALSE(witness.holds());
    site.run(site.cache().invalidate_tag("user:7"));
    EXPECT_FALSE(second.holds());
    const auto third = site.run(site.cache().witness("user:7"));
    server.kill();
    await([&] { return !third.holds(); });
    EXPECT_FALSE(site.run(site.cache().witness("user:7")).holds());
}

}  // namespace
}  // namespace tripos::cache
