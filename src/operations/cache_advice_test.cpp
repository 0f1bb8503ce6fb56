// SPDX-License-Identifier: MIT
#include "operations/cache_advice.hpp"

#include <gtest/gtest.h>

namespace tripos::operations {
namespace {

using cache::FamilyStats;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The advice about one family, or about the whole, joined.
std::string advice(cache::Stats stats) {
    std::string all;
    for (const CacheAdvice& found : advise(stats)) {
        all += found.family + ": " + found.text + "\n";
    }
    return all;
}

std::string advice(FamilyStats family) {
    family.family = "exam";
    family.ttl = seconds(60);
    family.ttl_setting = "CACHE_TTL_EXAM";
    cache::Stats stats;
    stats.families.push_back(family);
    return advice(std::move(stats));
}

TEST(CacheAdvice, RaisesALifetimeThatEndsBeforeValuesChange) {
    const std::string text = advice({.redis_hits = 800,
                                     .misses = 200,
                                     .loads = 200,
                                     .invalidations = 10,
                                     .load_time = milliseconds(640)});
    EXPECT_NE(text.find("a load takes 3.2 ms; raise the lifetime from 60 s (CACHE_TTL_EXAM)"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("80 % of lookups hit"), std::string::npos) << text;
}

TEST(CacheAdvice, SaysNothingOfTheLifetimeOfWhatIsNeverLoaded) {
    const std::string text = advice({.misses = 300, .loads_refused = 300});
    EXPECT_NE(text.find("300 were refused"), std::string::npos) << text;
    EXPECT_EQ(text.find("lifetime"), std::string::npos) << text;
    EXPECT_EQ(advice({.misses = 300}), "");
}

TEST(CacheAdvice, LeavesTheLifetimeOfWhatLoadsAtOnce) {
    const std::string text =
        advice({.redis_hits = 800, .misses = 200, .loads = 200, .load_time = milliseconds(20)});
    EXPECT_NE(text.find("a load takes 0.1 ms; a longer lifetime would hardly be felt"),
              std::string::npos)
        << text;
}

TEST(CacheAdvice, AsksForRoomWhereValuesLeaveYoung) {
    FamilyStats family{.process_hits = 700,
                       .redis_hits = 300,
                       .evictions = 500,
                       .eviction_age = milliseconds(9'000)};
    EXPECT_NE(advice(family).find("500 values had to make room in this process at an age of 9 s, "
                                  "of a lifetime of 60 s (CACHE_TTL_EXAM), and Redis answered 30 "
                                  "% of lookups: raise CACHE_PROCESS_MB, not the lifetime"),
              std::string::npos)
        << advice(family);
    auto old = family;
    old.eviction_age = milliseconds(40'000);  // they would have ended soon
    EXPECT_EQ(advice(old), "");
    auto spared = family;
    spared.redis_hits = 10;  // nobody asked for them again
    EXPECT_EQ(advice(spared), "");
}

TEST(CacheAdvice, BeginsWithTheFamilyThatCostsTheMostTime) {
    const auto family = [](const char* name, milliseconds load_time) {
        return FamilyStats{.family = name,
                           .ttl = seconds(60),
                           .redis_hits = 800,
                           .misses = 200,
                           .loads = 200,
                           .load_time = load_time};
    };
    cache::Stats stats;
    stats.families = {family("cheap", milliseconds(100)), family("dear", milliseconds(9'000))};
    const auto text = advice(stats);
    EXPECT_LT(text.find("dear:"), text.find("cheap:")) << text;
}

TEST(CacheAdvice, LeavesTheLifetimeWhenChangesAreWhatEmptiesIt) {
    const std::string text =
        advice({.redis_hits = 800, .misses = 200, .loads = 200, .invalidations = 180});
    EXPECT_NE(text.find("a longer lifetime would not help"), std::string::npos) << text;
}

TEST(CacheAdvice, ShortensTheLifetimeOfWhatIsAskedForOnce) {
    const std::string text = advice({.redis_hits = 100, .misses = 900, .loads = 900});
    EXPECT_NE(text.find("a shorter lifetime"), std::string::npos) << text;
}

TEST(CacheAdvice, HasNothingToSayAboutAGoodFamilyOrAnIdleOne) {
    EXPECT_EQ(advice({.process_hits = 990, .misses = 10, .loads = 10}), "");
    EXPECT_EQ(advice({.misses = 100, .loads = 100}), "");
    EXPECT_EQ(advice(cache::Stats()), "");
}

TEST(CacheAdvice, NamesRedisFirstWhenItFails) {
    const std::string text = advice({.process_hits = 900,
                                     .misses = 100,
                                     .loads = 100,
                                     .invalidations = 100,
                                     .redis_failures = 90});
    EXPECT_EQ(text.find("exam: 90 lookups found Redis away"), 0U) << text;
}

TEST(CacheAdvice, TellsOfLoadsThatChangesOvertake) {
    const std::string text =
        advice({.process_hits = 990, .misses = 10, .loads = 10, .refused_fills = 5});
    EXPECT_NE(text.find("50 % of loads were overtaken"), std::string::npos) << text;
}

TEST(CacheAdvice, TellsOfADatabaseThatIsTooSlow) {
    const std::string text =
        advice({.process_hits = 990, .misses = 10, .loads = 10, .load_timeouts = 3});
    EXPECT_NE(text.find("3 loads timed out"), std::string::npos) << text;
}

TEST(CacheAdvice, AsksForRoomWhenItWouldSpareLookups) {
    cache::Stats stats;
    stats.process_limit = 64 << 20;
    stats.families.push_back({.process_hits = 700, .redis_hits = 300, .missed_for_room = 144});
    EXPECT_NE(advice(stats).find("another 14 % of lookups"), std::string::npos);
    EXPECT_NE(advice(stats).find("raise CACHE_PROCESS_MB from 64"), std::string::npos);
    stats.families.front().missed_for_room = 16;
    EXPECT_EQ(advice(stats), "") << "not worth twice the memory";
}

TEST(CacheAdvice, TellsOfInvalidationsThatWait) {
    cache::Stats stats;
    stats.journal = 2;
    EXPECT_NE(advice(stats).find("2 invalidations wait"), std::string::npos);
}

}  // namespace
}  // namespace tripos::operations
