// SPDX-License-Identifier: MIT
#include "operations/cache_advice.hpp"

#include <cmath>

namespace tripos::operations {

namespace {

using cache::FamilyStats;
using cache::Stats;

constexpr std::uint64_t kEnoughLookups = 200;
constexpr double kGoodRate = 0.95;
constexpr double kFewHitsPerLoad = 2;
constexpr double kWorthTheMemory = 0.02;  ///< of all lookups

std::string percent(double share) {
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string seconds(std::chrono::milliseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Loads that no change asked for: the first of each key, or after the lifetime's end.
std::uint64_t unforced_loads(const FamilyStats& family) {
    return family.loads - std::min(family.loads, family.invalidations);
}

void advise_lifetime(const FamilyStats& family, std::vector<CacheAdvice>& found) {
    if (family.hit_rate() >= kGoodRate) {
        return;
    }
    const std::string rate = percent(family.hit_rate()) + " of lookups hit; ";
    const std::string loads = std::to_string(family.loads) + " loads, " +
                              std::to_string(family.invalidations) + " invalidations: ";
    if (unforced_loads(family) <= family.loads / 2) {
        found.push_back({family.family, rate + loads +
                                            "changes empty it, not time; a longer lifetime would "
                                            "not help"});
    } else if (share(family.hits(), family.loads) < kFewHitsPerLoad) {
        found.push_back({family.family, rate + loads +
                                            "most values are asked for once; a shorter lifetime "
                                            "than " +
                                            seconds(family.ttl) + " saves memory"});
    } else {
        found.push_back({family.family, rate + loads +
                                            "values end before they change; raise the lifetime "
                                            "from " +
                                            seconds(family.ttl)});
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
}

}  // namespace

std::vector<CacheAdvice> advise(const Stats& stats) {
    std::vector<CacheAdvice> found;
    for (const FamilyStats& family : stats.families) {
        if (family.lookups() >= kEnoughLookups) {
            advise_family(family, found);
        }
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
