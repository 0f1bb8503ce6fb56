// SPDX-License-Identifier: MIT
#include "operations/cache_advice.hpp"

#include <algorithm>
#include <cmath>

namespace tripos::operations {

namespace {

using cache::FamilyStats;
using cache::Stats;
using std::chrono::microseconds;

constexpr std::uint64_t kEnoughLookups = 200;
constexpr double kGoodRate = 0.95;
constexpr double kFewHitsPerLoad = 2;
constexpr double kWorthTheMemory = 0.02;  ///< of all lookups
/// A load that is quicker than asking Redis and the wait for it: nobody feels whether it is spared.
constexpr microseconds kCheapLoad{300};
constexpr std::uint64_t kEnoughEvictions = 100;
constexpr int kEarly = 4;           ///< what leaves within this part of its lifetime leaves early
constexpr double kManyMoved = 0.1;  ///< of the lookups, those that Redis answered

std::string percent(double share) {
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string seconds(std::chrono::milliseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

/// "0.4 ms", "12 ms".
std::string millis(microseconds time) {
    const auto tenths = std::lround(static_cast<double>(time.count()) / 100);
    return tenths < 100 ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms"
                        : std::to_string(tenths / 10) + " ms";
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Loads that no change asked for: the first of each key, or after the lifetime's end.
std::uint64_t unforced_loads(const FamilyStats& family) {
    return family.loads - std::min(family.loads, family.invalidations);
}

/// What to set, where it can be set.
std::string lifetime_of(const FamilyStats& family) {
    return seconds(family.ttl) +
           (family.ttl_setting.empty() ? "" : " (" + family.ttl_setting + ")");
}

/// Which of hit rate, changes, load time and use says what of the lifetime.
std::string lifetime_verdict(const FamilyStats& family) {
    if (unforced_loads(family) <= family.loads / 2) {
        return "changes empty it, not time; a longer lifetime would not help";
    }
    if (share(family.hits(), family.loads) < kFewHitsPerLoad) {
        return "most values are asked for once; a shorter lifetime than " + lifetime_of(family) +
               " saves memory";
    }
    const auto load = family.mean_load();
    if (load < kCheapLoad) {
        return "values end before they change, but a load takes " + millis(load) +
               "; a longer lifetime would hardly be felt";
    }
    return "values end before they change, and a load takes " + millis(load) +
           "; raise the lifetime from " + lifetime_of(family);
}

void advise_lifetime(const FamilyStats& family, std::vector<CacheAdvice>& found) {
    if (family.hit_rate() < kGoodRate && family.loads > 0) {  // without loads nothing is known
        found.push_back({family.family, percent(family.hit_rate()) + " of lookups hit; " +
                                            std::to_string(family.loads) + " loads, " +
                                            std::to_string(family.invalidations) +
                                            " invalidations: " + lifetime_verdict(family)});
    }
}

/// What had to leave this process young was asked of Redis again.
void advise_room(const FamilyStats& family, std::vector<CacheAdvice>& found) {
    if (family.evictions >= kEnoughEvictions && family.eviction_age * kEarly < family.ttl &&
        share(family.redis_hits, family.lookups()) > kManyMoved) {
        found.push_back(
            {family.family, std::to_string(family.evictions) +
                                " values had to make room in this process at an age of " +
                                seconds(family.eviction_age) + ", of a lifetime of " +
                                lifetime_of(family) + ", and Redis answered " +
                                percent(share(family.redis_hits, family.lookups())) +
                                " of lookups: raise CACHE_PROCESS_MB, not the lifetime"});
    }
}

void advise_family(const FamilyStats& family, std::vector<CacheAdvice>& found) {
    if (share(family.redis_failures, family.lookups()) > 0.01) {
        found.push_back({family.family, std::to_string(family.redis_failures) +
                                            " lookups found Redis away and loaded: look at Redis "
                                            "before the lifetimes"});
    }
    if (share(family.refused_fills, family.loads) > 0.1) {
        found.push_back({family.family, percent(share(family.refused_fills, family.loads)) +
                                            " of loads were overtaken by a change and not stored: "
                                            "it changes faster than it loads"});
    }
    if (family.load_timeouts + family.loads_refused > 0) {
        found.push_back(
            {family.family, std::to_string(family.load_timeouts) + " loads timed out, " +
                                std::to_string(family.loads_refused) +
                                " were refused: the database is too slow for the load"});
    }
    advise_lifetime(family, found);
    advise_room(family, found);
}

/// Those that were looked up often enough to judge; what costs the most time comes first.
std::vector<FamilyStats> worth_a_word(const Stats& stats) {
    std::vector<FamilyStats> families;
    std::copy_if(stats.families.begin(), stats.families.end(), std::back_inserter(families),
                 [](const FamilyStats& family) { return family.lookups() >= kEnoughLookups; });
    std::stable_sort(
        families.begin(), families.end(),
        [](const FamilyStats& a, const FamilyStats& b) { return a.load_time > b.load_time; });
    return families;
}

}  // namespace

std::vector<CacheAdvice> advise(const Stats& stats) {
    std::vector<CacheAdvice> found;
    for (const FamilyStats& family : worth_a_word(stats)) {
        advise_family(family, found);
    }
    std::uint64_t lookups = 0;
    std::uint64_t spared = 0;
    for (const FamilyStats& family : stats.families) {
        lookups += family.lookups();
        spared += family.missed_for_room;
    }
    if (lookups >= kEnoughLookups && share(spared, lookups) > kWorthTheMemory) {
        found.push_back({"", "with twice the memory this process would answer another " +
                                 percent(share(spared, lookups)) +
                                 " of lookups itself: raise CACHE_PROCESS_MB from " +
                                 std::to_string(stats.process_limit >> 20)});
    }
    if (stats.journal > 0) {
        found.push_back({"", std::to_string(stats.journal) +
                                 " invalidations wait for Redis: what they name is loaded each "
                                 "time until it answers"});
    }
    return found;
}

}  // namespace tripos::operations
