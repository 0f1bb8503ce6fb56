// SPDX-License-Identifier: MIT
#include "app/cache_tables.hpp"

#include <boost/json/array.hpp>
#include <cmath>

#include "app/control_values.hpp"
#include "app/text_table.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace json = boost::json;

namespace {

std::int64_t number(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

std::string seconds(std::int64_t millis) {
    return std::to_string(millis / 1000) + " s";
}

std::string kilobytes(std::int64_t bytes) {
    return std::to_string((bytes + 1023) / 1024) + " KiB";
}

/// In percent.
std::string tenths(double share) {
    const auto rate = std::lround(share * 1000);
    return std::to_string(rate / 10) + "." + std::to_string(rate % 10);
}

void add_family(TextTable& table, const json::object& family) {
    const auto lookups = number(family, "lookups");
    table.add({member_text(family, "family"), seconds(number(family, "ttlMs")),
               std::to_string(lookups),
               lookups == 0 ? "-" : tenths(family.at("hitRate").to_number<double>()),
               member_text(family, "processHits"), member_text(family, "redisHits"),
               member_text(family, "staleHits"), member_text(family, "negativeHits"),
               member_text(family, "loads"), member_text(family, "meanLoadMs"),
               member_text(family, "refusedFills"), member_text(family, "invalidations"),
               member_text(family, "savedMs"), member_text(family, "evictions"),
               number(family, "evictions") == 0 ? "-" : seconds(number(family, "evictionAgeMs")),
               member_text(family, "entries"), kilobytes(number(family, "bytes"))});
}

std::string top_keys_text(const json::array& keys) {
    if (keys.empty()) {
        return {};
    }
    TextTable table({"ASKED FOR MOST", "FAMILY", "% OF LOOKUPS"});
    for (const auto& value : keys) {
        const auto& key = value.as_object();
        table.add({terminal_text(member_text(key, "key"), 60), member_text(key, "family"),
                   tenths(key.at("share").to_number<double>())});
    }
    return table.text();
}

std::string families_text(const json::object& stats) {
    TextTable table({"FAMILY", "LIFETIME", "LOOKUPS", "HIT %", "PROCESS", "REDIS", "STALE",
                     "NEGATIVE", "LOADS", "LOAD MS", "REFUSED", "INVALIDATED", "SAVED MS",
                     "EVICTED", "AT AGE", "ENTRIES", "SIZE"});
    for (const auto& family : stats.at("families").as_array()) {
        add_family(table, family.as_object());
    }
    const auto entries = number(stats, "processEntries");
    auto text = table.text() + "In this server: " + std::to_string(entries) +
                (entries == 1 ? " entry, " : " entries, ") +
                kilobytes(number(stats, "processBytes")) + " of " +
                kilobytes(number(stats, "processLimit")) + "; " +
                (stats.at("tracking").as_bool() ? "coherent, last heard of Redis "
                                                : "not coherent, last heard of Redis ") +
                member_text(stats, "stalenessMs") + " ms ago.\n";
    std::int64_t spared = 0;
    std::int64_t lookups = 0;
    for (const auto& family : stats.at("families").as_array()) {
        spared += number(family.as_object(), "missedForRoom");
        lookups += number(family.as_object(), "lookups");
    }
    text += "Twice CACHE_PROCESS_MB would have spared about " + std::to_string(spared) + " of " +
            counted(lookups, "lookup") + " the way to Redis.\n";
    text += top_keys_text(stats.at("topKeys").as_array());
    for (const auto& value : stats.at("advice").as_array()) {
        const auto& advice = value.as_object();
        const auto family = member_text(advice, "family");
        text += "Advice: " + (family.empty() ? "" : family + ": ") +
                terminal_text(member_text(advice, "text"), 500) + ".\n";
    }
    return text;
}

std::string copy_text(std::string_view where, const json::value& value) {
    const auto label = std::string(where) + ": ";
    const auto* copy = value.if_object();
    if (copy == nullptr) {
        return label + "Redis did not answer\n";
    }
    const auto state = member_text(*copy, "state");
    if (state == "absent") {
        return label + "absent\n";
    }
    return label + state + ", " + member_text(*copy, "bytes") + " bytes, " +
           seconds(number(*copy, "ttlLeftMs")) + " left\n";
}

std::string entry_text(const json::object& entry) {
    auto text = terminal_text(member_text(entry, "key")) + " of the family " +
                member_text(entry, "family") + '\n' +
                copy_text("in this server", entry.at("inProcess")) +
                copy_text("in Redis", entry.at("inRedis"));
    for (const auto& value : entry.at("versions").as_array()) {
        const auto& version = value.as_object();
        const auto recorded = member_text(version, "recorded");
        text += "depends on " + terminal_text(member_text(version, "name")) +
                (recorded.empty()                              ? ""
                 : recorded == member_text(version, "present") ? ": unchanged"
                                                               : ": invalidated") +
                '\n';
    }
    if (const auto holder = member_text(entry, "leaseHolder"); !holder.empty()) {
        text += "being loaded, for at most " + member_text(entry, "leaseLeftMs") + " ms more\n";
    }
    if (const auto last = member_text(entry, "lastInvalidation"); !last.empty()) {
        text += "last invalidated " + last + ", " + seconds(number(entry, "sinceInvalidationMs")) +
                " ago\n";
    }
    if (entry.at("heldBack").as_bool()) {
        text += "not served: its invalidation waits for Redis\n";
    }
    return text;
}

std::string warm_text(const json::object& answer) {
    std::string text;
    for (const auto& key : answer.at("keys").as_array()) {
        text += "loaded " + terminal_text(plain_text(key)) + '\n';
    }
    return text;
}

}  // namespace

std::string cache_text(const CacheArguments& arguments, const json::object& answer) {
    const auto& action = arguments.action;
    if (action == "stats") {
        return families_text(answer.at("data").as_object());
    }
    if (action == "explain") {
        return entry_text(answer.at("data").as_object());
    }
    if (action == "get") {
        return answer.at("found").as_bool() ? member_text(answer, "value") + '\n' : "not cached\n";
    }
    if (action == "warm") {
        return warm_text(answer);
    }
    return member_text(answer, "message") + ".\n";
}

}  // namespace tripos::app
