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

json::object to_json(const cache::FamilyStats& family) {
    json::object members;
    members["family"] = family.family;
    members["pattern"] = family.pattern;
    members["ttlMs"] = family.ttl.count();
    members["lookups"] = family.lookups();
    members["hitRate"] = rounded(family.hit_rate());
    const std::pair<const char*, std::uint64_t> counts[] = {
        {"processHits", family.process_hits},
        {"redisHits", family.redis_hits},
        {"staleHits", family.stale_hits},
        {"negativeHits", family.negative_hits},
        {"misses", family.misses},
        {"loads", family.loads},
        {"loadFailures", family.load_failures},
        {"loadTimeouts", family.load_timeouts},
        {"loadsRefused", family.loads_refused},
        {"overtakenLoads", family.overtaken_loads},
        {"earlyRefreshes", family.early_refreshes},
        {"waitedElsewhere", family.waited_elsewhere},
        {"fills", family.fills},
        {"refusedFills", family.refused_fills},
        {"invalidations", family.invalidations},
        {"unreadable", family.unreadable},
        {"missedForRoom", family.missed_for_room},
        {"redisFailures", family.redis_failures},
        {"entries", family.entries},
        {"bytes", family.bytes}};
    for (const auto& [name, count] : counts) {
        members[name] = count;
    }
    members["loadMs"] = family.load_time.count() / 1000;
    members["savedMs"] = family.time_saved.count() / 1000;
    return members;
}

json::object to_json(const cache::Explanation::Copy& copy) {
    json::object members;
    members["state"] = cache::to_text(copy.state);
    members["bytes"] = copy.bytes;
    members["ttlLeftMs"] = copy.ttl_left.count();
    members["ageMs"] = copy.age.count();
    return members;
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
    json::object members;
    members["families"] = std::move(families);
    members["topKeys"] = std::move(top_keys);
    members["advice"] = std::move(advice);
    members["processBytes"] = stats.process_bytes;
    members["processLimit"] = stats.process_limit;
    members["processEntries"] = stats.process_entries;
    members["processEvictions"] = stats.process_evictions;
    members["pushes"] = stats.pushes;
    members["flushes"] = stats.flushes;
    members["tracking"] = stats.is_tracking;
    members["stalenessMs"] = stats.staleness.count();
    members["journal"] = stats.journal;
    return members;
}

json::object to_json(const cache::Explanation& told) {
    json::array versions;
    for (const auto& version : told.versions) {
        versions.push_back(
            {{"name", version.name}, {"recorded", version.recorded}, {"present", version.present}});
    }
    json::object members;
    members["key"] = told.name;
    members["family"] = told.family;
    members["tags"] = json::value_from(told.tags);
    members["inProcess"] = to_json(told.in_process);
    members["inRedis"] = told.redis_answered ? json::value(to_json(told.in_redis)) : nullptr;
    members["loadMs"] = told.load_time.count();
    members["leaseHolder"] = told.lease_holder;
    members["leaseLeftMs"] = told.lease_left.count();
    members["versions"] = std::move(versions);
    members["heldBack"] = told.held_back;
    members["lastInvalidation"] = told.last_invalidation;
    members["sinceInvalidationMs"] = told.since_invalidation.count();
    return members;
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
                    {"lookups", integer()},
                    {"hitRate", number().says("0 to 1")}};
    for (const char* name :
         {"processHits",    "redisHits",       "staleHits",     "negativeHits", "misses",
          "loads",          "loadFailures",    "loadTimeouts",  "loadsRefused", "overtakenLoads",
          "earlyRefreshes", "waitedElsewhere", "fills",         "refusedFills", "invalidations",
          "unreadable",     "missedForRoom",   "redisFailures", "entries",      "bytes",
          "loadMs",         "savedMs"}) {
        members.push_back({name, integer()});
    }
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
