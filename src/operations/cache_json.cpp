// SPDX-License-Identifier: MIT
#include "operations/cache_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>
#include <cmath>

#include "operations/cache_advice.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

/// Three digits: a rate, not a measurement.
double rounded(double share) {
    return std::round(share * 1000) / 1000;
}

constexpr std::pair<const char*, std::uint64_t cache::FamilyStats::*> kCounts[] = {
    {"processHits", &cache::FamilyStats::process_hits},
    {"redisHits", &cache::FamilyStats::redis_hits},
    {"staleHits", &cache::FamilyStats::stale_hits},
    {"negativeHits", &cache::FamilyStats::negative_hits},
    {"misses", &cache::FamilyStats::misses},
    {"loads", &cache::FamilyStats::loads},
    {"loadFailures", &cache::FamilyStats::load_failures},
    {"loadTimeouts", &cache::FamilyStats::load_timeouts},
    {"loadsRefused", &cache::FamilyStats::loads_refused},
    {"overtakenLoads", &cache::FamilyStats::overtaken_loads},
    {"earlyRefreshes", &cache::FamilyStats::early_refreshes},
    {"waitedElsewhere", &cache::FamilyStats::waited_elsewhere},
    {"fills", &cache::FamilyStats::fills},
    {"refusedFills", &cache::FamilyStats::refused_fills},
    {"invalidations", &cache::FamilyStats::invalidations},
    {"unreadable", &cache::FamilyStats::unreadable},
    {"evictions", &cache::FamilyStats::evictions},
    {"missedForRoom", &cache::FamilyStats::missed_for_room},
    {"redisFailures", &cache::FamilyStats::redis_failures},
    {"entries", &cache::FamilyStats::entries},
    {"bytes", &cache::FamilyStats::bytes}};

json::object to_json(const cache::FamilyStats& family) {
    json::object members;
    members["family"] = family.family;
    members["pattern"] = family.pattern;
    members["ttlMs"] = family.ttl.count();
    members["ttlSetting"] = family.ttl_setting;
    members["lookups"] = family.lookups();
    members["hitRate"] = rounded(family.hit_rate());
    for (const auto& [name, count] : kCounts) {
        members[name] = family.*count;
    }
    members["loadMs"] = family.load_time.count() / 1000;
    members["meanLoadMs"] = rounded(static_cast<double>(family.mean_load().count()) / 1000);
    members["evictionAgeMs"] = family.eviction_age.count();
    members["savedMs"] = family.time_saved.count() / 1000;
    return members;
}

json::object to_json(const cache::Explanation::Copy& copy) {
    return {{"state", cache::to_text(copy.state)},
            {"bytes", copy.bytes},
            {"ttlLeftMs", copy.ttl_left.count()},
            {"ageMs", copy.age.count()}};
}

}  // namespace

json::object to_json(const cache::Stats& stats) {
    json::array families;
    for (const auto& family : stats.families) {
        families.push_back(to_json(family));
    }
    json::array advice;
    for (const auto& found : advise(stats)) {
        advice.push_back({{"family", found.family}, {"text", found.text}});
    }
    json::array top_keys;
    for (const auto& key : stats.top_keys) {
        top_keys.push_back(
            {{"key", key.name}, {"family", key.family}, {"share", rounded(key.share)}});
    }
    return {{"families", std::move(families)},
            {"topKeys", std::move(top_keys)},
            {"advice", std::move(advice)},
            {"processBytes", stats.process_bytes},
            {"processLimit", stats.process_limit},
            {"processEntries", stats.process_entries},
            {"processEvictions", stats.process_evictions},
            {"pushes", stats.pushes},
            {"flushes", stats.flushes},
            {"tracking", stats.is_tracking},
            {"stalenessMs", stats.staleness.count()},
            {"journal", stats.journal}};
}

json::object to_json(const cache::Explanation& told) {
    json::array versions;
    for (const auto& version : told.versions) {
        versions.push_back(
            {{"name", version.name}, {"recorded", version.recorded}, {"present", version.present}});
    }
    return {{"key", told.name},
            {"family", told.family},
            {"tags", json::value_from(told.tags)},
            {"inProcess", to_json(told.in_process)},
            {"inRedis", told.redis_answered ? json::value(to_json(told.in_redis)) : nullptr},
            {"loadMs", told.load_time.count()},
            {"leaseHolder", told.lease_holder},
            {"leaseLeftMs", told.lease_left.count()},
            {"versions", std::move(versions)},
            {"heldBack", told.held_back},
            {"lastInvalidation", told.last_invalidation},
            {"sinceInvalidationMs", told.since_invalidation.count()}};
}

namespace shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Schema family() {
    Members members{{"family", text()},
                    {"pattern", text().says("Of its keys' names")},
                    {"ttlMs", integer()},
                    {"ttlSetting", text().says("What declares it; empty: nothing to set")},
                    {"lookups", integer()},
                    {"hitRate", number().says("0 to 1")}};
    for (const auto& [name, count] : kCounts) {
        members.push_back({name, integer()});
    }
    members.push_back({"loadMs", integer()});
    members.push_back({"meanLoadMs", number().says("Of one load")});
    members.push_back(
        {"evictionAgeMs", integer().says("Of what made room in this process, on average")});
    members.push_back({"savedMs", integer()});
    return object(members).named("CacheFamily");
}

Schema copy() {
    return object(
               {{"state", text().says("absent, fresh, stale, negative, invalidated, unreadable")},
                {"bytes", integer()},
                {"ttlLeftMs", integer()},
                {"ageMs", integer()}})
        .named("CachedCopy");
}

}  // namespace

Schema cache_stats() {
    const auto advice =
        object({{"family", text().says("Empty: the cache as a whole")}, {"text", text()}});
    const auto top_key = object({{"key", text()},
                                 {"family", text()},
                                 {"share", number().says("Of all lookups of late, 0 to 1")}});
    return object({{"families", list_of(family())},
                   {"topKeys", list_of(top_key)},
                   {"advice", list_of(advice)},
                   {"processBytes", integer()},
                   {"processLimit", integer()},
                   {"processEntries", integer()},
                   {"processEvictions", integer()},
                   {"pushes", integer().says("Invalidations that Redis announced")},
                   {"flushes", integer().says("How often the tier in the process was emptied")},
                   {"tracking", flag().says("Whether the tier is coherent now")},
                   {"stalenessMs", integer()},
                   {"journal", integer().says("Invalidations that Redis has yet to confirm")}})
        .named("CacheStats");
}

Schema cache_entry() {
    const auto version = object({{"name", text()}, {"recorded", text()}, {"present", text()}});
    return object({{"key", text()},
                   {"family", text()},
                   {"tags", list_of(text())},
                   {"inProcess", copy()},
                   {"inRedis", copy().nullable()},
                   {"loadMs", integer()},
                   {"leaseHolder", text().says("Empty: nobody loads it")},
                   {"leaseLeftMs", integer()},
                   {"versions", list_of(version)},
                   {"heldBack", flag()},
                   {"lastInvalidation", text().says("here, elsewhere, or empty")},
                   {"sinceInvalidationMs", integer()}})
        .named("CacheEntry");
}

}  // namespace shapes

}  // namespace tripos::operations
