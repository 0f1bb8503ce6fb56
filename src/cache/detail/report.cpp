// SPDX-License-Identifier: MIT
// Telling: figures per family, and everything about one key.
#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

using std::chrono::milliseconds;
using State = Explanation::State;

milliseconds to_millis_of(Instant span) {
    return std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(span));
}

FamilyStats stats_of(const Family& family) {
    const auto& counters = family.counters();
    FamilyStats stats{.family = family.options().name,
                      .pattern = family.options().pattern,
                      .ttl = family.options().ttl,
                      .ttl_setting = family.options().ttl_setting,
                      .process_hits = counters.value(Count::process_hit),
                      .redis_hits = counters.value(Count::redis_hit),
                      .stale_hits = counters.value(Count::stale_hit),
                      .negative_hits = counters.value(Count::negative_hit),
                      .misses = counters.value(Count::miss),
                      .loads = counters.value(Count::load),
                      .load_failures = counters.value(Count::load_failure),
                      .load_timeouts = counters.value(Count::load_timeout),
                      .loads_refused = counters.value(Count::load_refused),
                      .overtaken_loads = counters.value(Count::overtaken_load),
                      .early_refreshes = counters.value(Count::early_refresh),
                      .waited_elsewhere = counters.value(Count::waited_elsewhere),
                      .fills = counters.value(Count::fill),
                      .refused_fills = counters.value(Count::refused_fill),
                      .invalidations = counters.value(Count::invalidation),
                      .unreadable = counters.value(Count::unreadable),
                      .evictions = counters.value(Count::eviction),
                      .missed_for_room = counters.value(Count::missed_for_room),
                      .redis_failures = counters.value(Count::redis_failure)};
    const auto micros = counters.value(Count::load_micros);
    stats.load_time = std::chrono::microseconds(micros);
    stats.time_saved = stats.mean_load() * static_cast<std::int64_t>(stats.hits());
    if (stats.evictions > 0) {
        stats.eviction_age =
            std::chrono::milliseconds(counters.value(Count::eviction_millis) / stats.evictions);
    }
    stats.entries = static_cast<std::uint64_t>(counters.entries());
    stats.bytes = static_cast<std::uint64_t>(counters.bytes());
    return stats;
}

State state_of(const Look& look) {
    switch (look.state) {
        case Look::State::missing:
            return State::absent;
        case Look::State::invalidated:
            return State::invalidated;
        case Look::State::unreadable:
            return State::unreadable;
        case Look::State::fresh:
        case Look::State::stale:
            break;
    }
    if (!look.value) {
        return State::negative;
    }
    return look.state == Look::State::stale ? State::stale : State::fresh;
}

Explanation::Copy copy_of(const Entry& entry, Instant now) {
    Explanation::Copy copy;
    if (!entry.is_current(0)) {
        copy.state = State::invalidated;
    } else if (now >= entry.expires_at) {
        copy.state = State::absent;
    } else if (!entry.value) {
        copy.state = State::negative;
    } else {
        copy.state = now >= entry.stale_at ? State::stale : State::fresh;
    }
    copy.bytes = entry.weight;
    copy.ttl_left = to_millis_of(entry.stale_at - now);
    copy.age = to_millis_of(now - entry.taken_at);
    return copy;
}

/// What a plain pipeline said of the key: GET, PTTL, its lease's GET and PTTL, its versions.
void describe_redis(Explanation& told, const Key& key, std::vector<redis::Reply> replies) {
    constexpr std::size_t kFirstVersion = 4;
    const Instant now = exact_now();
    const auto stored = replies[0].is_text() ? unpack(replies[0].text) : std::nullopt;
    Evidence evidence{
        .value = &replies[0], .ttl = replies[1].integer, .sent_at = now, .present = {}};
    for (std::size_t i = 0; i + kFirstVersion < replies.size(); ++i) {
        auto& version = told.versions[i];
        evidence.present[i] = parse_version(replies[i + kFirstVersion]);
        version.present = evidence.present[i] == 0 ? "" : version_text(evidence.present[i]);
        const bool is_recorded = stored && i < stored->version_count;
        version.recorded = is_recorded ? version_text(stored->versions[i]) : "";
    }
    told.redis_answered = true;
    told.in_redis.bytes = replies[0].text.size();
    told.in_redis.ttl_left = milliseconds(std::max<std::int64_t>(replies[1].integer, 0));
    if (stored) {
        told.in_redis.ttl_left -= stored->grace;
        told.load_time = stored->load_time;
    }
    told.lease_holder = replies[2].text;
    told.lease_left = milliseconds(std::max<std::int64_t>(replies[3].integer, 0));
    told.in_redis.state = state_of(judge(key, evidence).look);
}

}  // namespace

Stats Cache::Impl::stats() const {
    Stats stats;
    {
        const std::shared_lock lock(families_mutex_);
        for (const auto& family : families_) {
            stats.families.push_back(stats_of(family));
        }
    }
    const auto sizes = local_.tier.sizes();
    stats.process_bytes = sizes.bytes;
    stats.process_limit = local_.tier.limit();
    stats.process_entries = sizes.entries;
    stats.process_evictions = sizes.evictions;
    stats.pushes = local_.pushes.load();
    stats.flushes = local_.flushes.load();
    stats.is_tracking = true;
    Instant oldest = exact_now();
    for (const auto& lane : lanes_) {
        stats.is_tracking = stats.is_tracking && lane->is_tracking();
        oldest = std::min(oldest, lane->synced_at());
    }
    stats.staleness = to_millis_of(exact_now() - oldest);
    stats.max_staleness = options_.max_staleness;
    stats.journal = journal_.size();
    if (const auto since = journal_.busy_since()) {
        stats.journal_age = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - *since);
    }
    stats.top_keys = top_keys_.list();
    return stats;
}

Task<Explanation> Cache::Impl::explain(Key key) {
    Explanation told;
    const auto value = local_.names.value(key.name());
    told.name = value;
    told.family = key.family().options().name;
    told.tags = key.tags();
    told.held_back = holds_back(key);
    const Instant now = exact_now();
    if (const auto entry = local_.tier.look(key)) {
        told.in_process = copy_of(*entry, now);
        told.load_time = std::chrono::duration_cast<milliseconds>(entry->load_time);
    }
    const auto last = local_.recent.find(key.hash());
    if (last.origin != RecentInvalidations::Origin::none) {
        told.last_invalidation =
            last.origin == RecentInvalidations::Origin::here ? "here" : "elsewhere";
        told.since_invalidation = to_millis_of(now - last.at);
    }
    std::vector<redis::Arguments> commands(4);
    commands[0] = {"GET", value};
    commands[1] = {"PTTL", value};
    commands[2] = {"GET", local_.names.lease(value)};
    commands[3] = {"PTTL", local_.names.lease(value)};
    const VersionsOf versions(key, local_);
    for (std::size_t i = 0; i < versions.count; ++i) {
        const auto& name = versions.records[i]->name;
        told.versions.push_back({.name = name, .recorded = {}, .present = {}});
        commands.push_back(redis::Arguments{"GET", name});
    }
    try {
        auto replies = co_await client_.pipeline(std::move(commands));
        describe_redis(told, key, std::move(replies));
    } catch (const SystemError& failure) {
        note_failure(key.family(), failure);
    }
    co_return told;
}

Task<std::optional<std::string>> Cache::Impl::stored(Key key) {
    redis::Arguments command(1, "GET");
    command.push_back(local_.names.value(key.name()));
    std::optional<std::string> payload;
    try {
        auto reply = co_await client_.command(std::move(command));
        auto value = reply.is_text() ? unpack(std::move(reply.text)) : std::nullopt;
        if (value && !value->is_negative) {
            payload = std::move(value->payload);
        }
    } catch (const SystemError& failure) {
        note_failure(key.family(), failure);
    }
    co_return payload;
}

}  // namespace tripos::cache
