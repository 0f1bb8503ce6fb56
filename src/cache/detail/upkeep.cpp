// SPDX-License-Identifier: MIT
// What the cache does beside answering: repeats invalidations, watches the server's memory,
// publishes its figures.
#include "cache/detail/cache_impl.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kRepeatInterval{250};
constexpr int kMemoryEvery = 20;  ///< of these intervals
constexpr std::size_t kBatch = 500;

/// The number behind `name:` in INFO's text; 0 if absent.
std::int64_t info_number(std::string_view info, std::string_view name) {
    for (const auto line : split(info, '\n')) {
        const auto entry = trim(line);
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == ':') {
            return parse_int(entry.substr(name.size() + 1)).value_or(0);
        }
    }
    return 0;
}

}  // namespace

Task<> Cache::Impl::upkeep() {
    for (int tick = 0;; ++tick) {
        try {
            if (!journal_.is_empty()) {
                co_await repeat_invalidations();
            }
            if (tick % kMemoryEvery == 0) {
                co_await look_at_memory();
            }
        } catch (const SystemError& failure) {
            log::debug("cache", "upkeep failed and is repeated", {{"what", failure.what()}});
        }
        publish();
        co_await sleep_for(kRepeatInterval);
    }
}

Task<> Cache::Impl::repeat_invalidations() {
    if (journal_.has_overflowed()) {
        // What they were is forgotten: every value ends, and every witness.
        const auto mark = journal_.mark();
        const bool is_confirmed = co_await end_everything();
        if (is_confirmed) {
            journal_.cleared(mark);
            log::info("cache", "everything invalidated: too many invalidations were outstanding");
        }
        co_return;
    }
    for (auto entries = journal_.some(kBatch); !entries.empty(); entries = journal_.some(kBatch)) {
        std::vector<std::string> targets;
        for (const auto& entry : entries) {
            targets.push_back(entry.key);
            targets.push_back(local_.names.lease(entry.key));
        }
        const bool is_confirmed = co_await unlink(std::move(targets));
        if (!is_confirmed) {
            co_return;
        }
        for (const auto& entry : entries) {
            if (local_.names.is_version(entry.key)) {
                local_.forget_version(entry.key);
            } else {
                local_.forget_value(local_.names.bare(entry.key));
            }
        }
        journal_.done(entries);
        log::info("cache", "invalidations repeated", {{"keys", std::uint64_t{entries.size()}}});
    }
}

Task<> Cache::Impl::look_at_memory() {
    redis::Arguments command;
    command.emplace_back("INFO");
    command.emplace_back("memory");
    const redis::Reply reply = co_await client_.command(std::move(command));
    const auto limit = static_cast<double>(info_number(reply.text, "maxmemory"));
    const auto used = static_cast<double>(info_number(reply.text, "used_memory"));
    // A server that evicts makes room by itself.
    const bool evicts = reply.text.find("maxmemory_policy:noeviction") == std::string::npos;
    const bool is_full = !evicts && limit > 0 && used > limit * options_.memory_share;
    if (is_full_.exchange(is_full) != is_full) {
        log::warn("cache", is_full ? "filling stops: Redis is short of memory" : "filling goes on",
                  {{"usedBytes", static_cast<std::int64_t>(used)},
                   {"limitBytes", static_cast<std::int64_t>(limit)}});
    }
}

/// Values may be served until the oldest sign of life of a lane that tracks is too old.
void Cache::Impl::note_sync() {
    Instant oldest = std::numeric_limits<Instant>::max();
    for (const auto& lane : lanes_) {
        if (lane->is_tracking()) {
            oldest = std::min(oldest, lane->synced_at());
        }
    }
    const auto limit = std::chrono::nanoseconds(options_.max_staleness).count();
    local_.serve_until.store(oldest == std::numeric_limits<Instant>::max() ? 0 : oldest + limit,
                             std::memory_order_relaxed);
}

void Cache::Impl::publish() {
    const auto now = stats();
    const std::unique_lock lock(families_mutex_);
    published_.update(now);
}

}  // namespace tripos::cache
