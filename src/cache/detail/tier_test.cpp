// SPDX-License-Identifier: MIT
#include "cache/detail/tier.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tripos::cache {
namespace {

constexpr Lanes kLane = 1;
constexpr Lanes kOtherLane = 2;

std::size_t nothing(const void*) {
    return 0;
}

std::shared_ptr<const void> as_is(Bytes bytes) {
    return bytes;
}

struct Fixture {
    explicit Fixture(std::size_t limit = 16 << 20, double share = 1)
        : family({.name = "f", .pattern = "k:{0}", .process_share = share}, &as_is, &nothing),
          tier(limit, tickets),
          versions(tickets) {}

    Key key(const std::string& id) const {
        const std::array<std::string_view, 1> parts{id};
        return family.key(parts);
    }
    std::unique_ptr<Entry> entry(const std::string& id, std::string text,
                                 std::size_t weight = 100) {
        auto made = std::make_unique<Entry>();
        made->name = key(id).name();
        made->hash = key(id).hash();
        made->family = &family;
        made->value = std::make_shared<const std::string>(std::move(text));
        made->weight = weight;
        made->stamp = ++stamp;
        made->refresh_at = made->stale_at = made->expires_at = 1'000;
        made->lanes = kLane;
        return made;
    }
    void keep(const std::string& id, std::string text = "v", std::size_t weight = 100) {
        tier.keep(entry(id, std::move(text), weight), tickets.take(key(id).hash()));
    }
    bool has(const std::string& id, Instant now = 0, Lanes needed = 0) {
        Tier::Hit hit;
        return tier.find(key(id), now, needed, hit);
    }
    void change(const std::string& id) {
        tickets.void_one(key(id).hash());
        tier.evict(key(id).hash());
    }

    Family family;
    Tickets tickets;
    Tier tier;
    Versions versions;
    std::uint64_t stamp = 0;
};

TEST(Tier, FindsWhatItKeepsUntilItsTimeIsOver) {
    Fixture f;
    f.keep("1", "one");
    Tier::Hit hit;
    ASSERT_TRUE(f.tier.find(f.key("1"), 999, 0, hit));
    EXPECT_EQ(*std::static_pointer_cast<const std::string>(hit.value), "one");
    EXPECT_FALSE(hit.is_stale);
    EXPECT_FALSE(f.has("1", 1'000));
    EXPECT_FALSE(f.has("2"));
    EXPECT_EQ(f.family.counters().entries(), 1);
    EXPECT_EQ(f.family.counters().bytes(), 100);
}

TEST(Tier, TellsStaleAndDueEntries) {
    Fixture f;
    auto entry = f.entry("1", "v");
    entry->refresh_at = 100;
    entry->stale_at = 500;
    f.tier.keep(std::move(entry), f.tickets.take(f.key("1").hash()));
    Tier::Hit hit;
    ASSERT_TRUE(f.tier.find(f.key("1"), 100, 0, hit));
    EXPECT_TRUE(hit.wants_refresh && !hit.is_stale);
    ASSERT_TRUE(f.tier.find(f.key("1"), 500, 0, hit));
    EXPECT_TRUE(hit.is_stale);
}

TEST(Tier, RefusesWhatChangedSinceItsTicketWasTaken) {
    Fixture f;
    const auto ticket = f.tickets.take(f.key("1").hash());
    f.change("1");
    f.tier.keep(f.entry("1", "old"), ticket);
    EXPECT_FALSE(f.has("1"));

    const auto before_the_loss = f.tickets.take(f.key("2").hash());
    f.tickets.void_all();
    f.tier.keep(f.entry("2", "old"), before_the_loss);
    EXPECT_FALSE(f.has("2"));
}

TEST(Tier, ForgetsWhatChanged) {
    Fixture f;
    f.keep("1");
    f.keep("2");
    f.change("1");
    EXPECT_FALSE(f.has("1"));
    EXPECT_TRUE(f.has("2"));
    f.tier.evict_all();
    EXPECT_FALSE(f.has("2"));
    EXPECT_EQ(f.tier.sizes().bytes, 0U);
    EXPECT_EQ(f.family.counters().entries(), 0);
}

TEST(Tier, EntryIsAsCurrentAsTheVersionsItRecorded) {
    Fixture f;
    const auto tag = f.versions.find("cachetag:exam:42");
    f.versions.learn(*tag, 7, kLane, f.tickets.take(tag->hash));
    auto entry = f.entry("1", "v");
    entry->marks[0] = Mark{.version = tag, .recorded = 7};
    entry->mark_count = 1;
    f.tier.keep(std::move(entry), f.tickets.take(f.key("1").hash()));
    EXPECT_TRUE(f.has("1"));
    f.tickets.void_one(tag->hash);
    f.versions.forget("cachetag:exam:42");
    EXPECT_FALSE(f.has("1"));
    f.versions.learn(*tag, 8, kLane, f.tickets.take(tag->hash));
    EXPECT_FALSE(f.has("1"));
}

TEST(Tier, StrictReadersNeedALaneOfTheirOwn) {
    Fixture f;
    auto entry = f.entry("1", "v");
    const auto stamp = entry->stamp;
    f.tier.keep(std::move(entry), f.tickets.take(f.key("1").hash()));
    EXPECT_TRUE(f.has("1", 0, kLane));
    EXPECT_FALSE(f.has("1", 0, kOtherLane));
    auto again = f.entry("1", "v");
    again->stamp = stamp;
    again->lanes = kOtherLane;
    f.tier.keep(std::move(again), f.tickets.take(f.key("1").hash()));
    EXPECT_TRUE(f.has("1", 0, kLane)) << "the same fill over two lanes";
    EXPECT_TRUE(f.has("1", 0, kOtherLane));
    auto newer = f.entry("1", "v2");
    newer->lanes = kOtherLane;
    f.tier.keep(std::move(newer), f.tickets.take(f.key("1").hash()));
    EXPECT_FALSE(f.has("1", 0, kLane)) << "another fill";
}

TEST(Tier, StaysWithinItsBytes) {
    Fixture f(160'000);
    for (int i = 0; i < 10'000; ++i) {
        f.keep(std::to_string(i));
        ASSERT_LE(f.tier.sizes().bytes, 160'000U);
    }
    EXPECT_GT(f.tier.sizes().bytes, 120'000U);
    EXPECT_EQ(static_cast<std::uint64_t>(f.family.counters().bytes()), f.tier.sizes().bytes);
    EXPECT_EQ(f.tier.sizes().evictions + f.tier.sizes().entries, 10'000U);
    f.keep("huge", "v", 5'000);
    EXPECT_FALSE(f.has("huge")) << "one value may not push out all the others";
}

TEST(Tier, ScanDoesNotPushOutWhatIsReadOften) {
    Fixture f(160'000);
    for (int i = 0; i < 200; ++i) {
        f.keep("hot" + std::to_string(i));
    }
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 200; ++i) {
            f.has("hot" + std::to_string(i));
        }
    }
    for (int i = 0; i < 20'000; ++i) {
        f.keep("scan" + std::to_string(i));
    }
    int left = 0;
    for (int i = 0; i < 200; ++i) {
        left += f.has("hot" + std::to_string(i)) ? 1 : 0;
    }
    EXPECT_GT(left, 190);
}

/// What twice the room would have spared of these lookups, estimated.
std::uint64_t spared(Fixture& f, int from, int to) {
    const auto before = f.family.counters().value(Count::missed_for_room);
    for (int i = from; i < to; ++i) {
        if (!f.has(std::to_string(i))) {
            f.tier.note_miss(f.key(std::to_string(i)), 0);
        }
    }
    return f.family.counters().value(Count::missed_for_room) - before;
}

TEST(Tier, EstimatesWhatTwiceTheRoomWouldSpare) {
    Fixture f(1'600'000);
    for (int i = 0; i < 30'000; ++i) {
        f.keep(std::to_string(i));
    }
    const auto missing = 30'000 - f.tier.sizes().entries;
    EXPECT_GT(missing, 13'000U);
    const auto estimate = spared(f, 0, 30'000);
    EXPECT_GT(estimate, missing * 7 / 10);
    EXPECT_LT(estimate, missing * 13 / 10);
    for (int i = 0; i < 30'000; ++i) {
        f.change(std::to_string(i));
    }
    EXPECT_EQ(spared(f, 0, 30'000), 0U) << "what changed would have been loaded in any case";
    for (int i = 30'000; i < 70'000; ++i) {
        f.keep(std::to_string(i));
    }
    EXPECT_EQ(spared(f, 30'000, 32'000), 0U) << "twice the room would not have been enough";
}

TEST(Tier, FamilyMakesRoomAmongItsOwnWhenItHasItsShare) {
    Fixture f(160'000, 0.25);
    const Family other({.name = "other", .pattern = "o:{0}"}, &as_is, &nothing);
    for (int i = 0; i < 600; ++i) {
        const std::string id = std::to_string(i);
        auto entry = f.entry(id, "v");
        const std::array<std::string_view, 1> parts{id};
        const Key key = other.key(parts);
        entry->name = key.name();
        entry->hash = key.hash();
        entry->family = &other;
        f.tier.keep(std::move(entry), f.tickets.take(key.hash()));
    }
    const auto entries = other.counters().entries();
    for (int i = 0; i < 10'000; ++i) {
        f.keep(std::to_string(i));
        ASSERT_LE(f.family.counters().bytes(), 40'000);
    }
    EXPECT_GT(f.family.counters().bytes(), 30'000);
    EXPECT_EQ(other.counters().entries(), entries) << "nobody else gave way";
    EXPECT_TRUE(f.has("9999") || f.has("9998") || f.has("9997")) << "the newest are kept";
}

TEST(Tier, ServesWholeValuesWhileTheyAreReplacedAndEvicted) {
    constexpr int kTurns = 5'000;
    Fixture f;
    const Key key = f.key("1");
    std::atomic<bool> is_over = false;
    std::atomic<int> torn = 0;
    std::atomic<int> hits = 0;
    const auto read = [&] {
        while (!is_over) {
            Tier::Hit hit;
            if (f.tier.find(key, 0, 0, hit)) {
                const auto& text = *static_cast<const std::string*>(hit.value.get());
                torn += text.size() != 100 || text.front() != text.back() ? 1 : 0;
                ++hits;
            }
        }
    };
    std::thread one(read);
    std::thread other(read);
    for (int turn = 0; turn < kTurns || hits < 100; ++turn) {
        f.keep("1", std::string(100, static_cast<char>('a' + turn % 26)));
        if (turn % 3 == 0) {
            f.change("1");
        }
    }
    is_over = true;
    one.join();
    other.join();
    EXPECT_EQ(torn, 0);
}

TEST(Versions, ForgottenOnesAreLearntAnewAndTheTableStaysSmall) {
    Fixture f;
    const auto tag = f.versions.find("t");
    const auto ticket = f.tickets.take(tag->hash);
    f.tickets.void_one(tag->hash);
    f.versions.forget("t");
    f.versions.learn(*tag, 7, kLane, ticket);
    EXPECT_FALSE(tag->is(7, 0)) << "the ticket is void";
    f.versions.learn(*tag, 7, kLane, f.tickets.take(tag->hash));
    EXPECT_TRUE(tag->is(7, kLane));
    EXPECT_FALSE(tag->is(7, kOtherLane));
    f.versions.learn(*tag, 7, kOtherLane, f.tickets.take(tag->hash));
    EXPECT_TRUE(tag->is(7, kLane | kOtherLane));
    for (int i = 0; i < 200'000; ++i) {
        f.versions.find("t" + std::to_string(i));
    }
    EXPECT_EQ(f.versions.find("t"), tag) << "what somebody holds stays";
}

}  // namespace
}  // namespace tripos::cache
