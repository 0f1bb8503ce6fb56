// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>

#include "core/text.hpp"
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

constexpr std::chrono::milliseconds kLongInJournal{60'000};
constexpr std::uint64_t kFewLookups = 1'000;
constexpr double kGoodRate = 0.6;

void judge_tracking(const Evidence& evidence, Found& found) {
    const auto* cache = found.need(evidence.cache);
    if (cache != nullptr && cache->process_limit > 0 && !cache->is_tracking) {
        found.warn(
            "Redis does not tell this server of changes, so that nothing is cached in the "
            "process");
    }
}

void judge_staleness(const Evidence& evidence, Found& found) {
    const auto* cache = found.need(evidence.cache);
    if (cache != nullptr && cache->is_tracking && cache->staleness > cache->max_staleness) {
        found.warn("Redis was last heard of a while ago", in_seconds(cache->staleness));
    }
}

void judge_journal(const Evidence& evidence, Found& found) {
    const auto* cache = found.need(evidence.cache);
    if (cache != nullptr && cache->journal_age > kLongInJournal) {
        found.warn(
            "Redis does not confirm what was invalidated, so that it is read from the "
            "database",
            counted(static_cast<std::int64_t>(cache->journal), "key") + ", for " +
                in_seconds(cache->journal_age));
    }
}

void judge_hits(const Evidence& evidence, Found& found) {
    const auto* cache = found.need(evidence.cache);
    if (cache == nullptr) {
        return;
    }
    std::uint64_t hits = 0;
    std::uint64_t lookups = 0;
    for (const auto& family : cache->families) {
        hits += family.hits();
        lookups += family.lookups();
    }
    const auto rate = lookups == 0 ? 1 : static_cast<double>(hits) / static_cast<double>(lookups);
    if (lookups >= kFewLookups && rate < kGoodRate) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%.0f %% of %llu lookups", 100 * rate,
                      static_cast<unsigned long long>(lookups));
        found.advice("The cache answers few of those who ask", text.data());
    }
}

}  // namespace

std::vector<Check> cache_checks() {
    return {
        {"cache-tracking", "Redis tells of every change, so that values can be kept in the process",
         "the cache helps little: every read asks Redis, or the database",
         "Redis 6 or later; let the user of REDIS_URL use CLIENT TRACKING, and with RESP2 "
         "SUBSCRIBE "
         "to __redis__:invalidate",
         judge_tracking},
        {"cache-staleness", "Redis was heard of within a second", "reads become slower",
         "Look at redis-speed, and at what the machine is busy with", judge_staleness},
        {"cache-journal", "Redis confirms within a minute what was invalidated",
         "reads become slower, the database is busy",
         "Look at redis-reach, redis-memory and redis-commands: UNLINK does not get through",
         judge_journal},
        {"cache-hits", "Most lookups are answered by the cache", "the database is busy with reads",
         "`tripos cache stats` names the families and their cure", judge_hits},
    };
}

}  // namespace tripos::doctor::detail
