// SPDX-License-Identifier: MIT
// Ending values: one primitive, UNLINK, of values with their leases, of tags' and of families'
// versions.
#include <boost/asio/co_spawn.hpp>

#include "async/with_timeout.hpp"
#include "cache/detail/cache_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::cache {

namespace {

Task<> run_into(const std::function<Task<redis::Reply>()>& command,
                std::optional<redis::Reply>& reply) {
    reply = co_await command();
}

constexpr Instant kPatience = 500'000'000;  ///< with an invalidation, from its first failure
constexpr Instant kPause = 5'000'000;       ///< before it is repeated

}  // namespace

Cache::Impl::Targets Cache::Impl::targets_of(const std::vector<Key>& keys,
                                             std::vector<std::string> tags) const {
    Targets targets{.names = {}, .tags = std::move(tags)};
    for (const auto& key : keys) {
        if (key.is_cacheable()) {
            key.family().counters().add(Count::invalidation);
            targets.names.emplace_back(key.name());
        }
    }
    return targets;
}

/// In this process; before Redis is told, and again after it has confirmed: what was read or begun
/// in between may be old.
void Cache::Impl::forget(const Targets& targets) {
    for (const auto& name : targets.names) {
        flights_.detach(name);
        local_.forget_value(name);
    }
    for (const auto& tag : targets.tags) {
        flights_.detach_tag(tag);
        local_.forget_version(local_.names.tag(tag));
    }
}

Task<> Cache::Impl::invalidate(std::vector<Key> keys, std::vector<std::string> tags) {
    co_await end(targets_of(keys, std::move(tags)), std::string());
}

Task<bool> Cache::Impl::replay(std::string record) {
    auto targets = parse_record(record);
    if (targets.is_everything) {
        co_return co_await end_everything();
    }
    co_return co_await end(std::move(targets), std::string());
}

Task<bool> Cache::Impl::end(Targets targets, std::string token) {
    if (targets.names.empty() && targets.tags.empty()) {
        co_return true;
    }
    forget(targets);
    bool is_confirmed = false;
    if (token.empty()) {
        is_confirmed = co_await unlink(targets);
    } else {
        is_confirmed = co_await unlink_guarded(targets, std::move(token));
    }
    if (!is_confirmed) {
        for (const auto& name : targets.names) {
            journal_.add(local_.names.value(name));
        }
        for (const auto& tag : targets.tags) {
            journal_.add(local_.names.tag(tag));
        }
    }
    forget(targets);
    co_return is_confirmed;
}

Task<bool> Cache::Impl::unlink(const Targets& targets) {
    std::vector<std::string> names;
    for (const auto& name : targets.names) {
        names.push_back(local_.names.value(name));
        names.push_back(local_.names.lease(names.back()));
    }
    for (const auto& tag : targets.tags) {
        names.push_back(local_.names.tag(tag));
    }
    co_return co_await unlink(std::move(names));
}

Task<> Cache::Impl::clear(const Family* family) {
    std::vector<std::string> names;
    {
        const std::shared_lock lock(families_mutex_);
        for (const auto& declared : families_) {
            if (family == nullptr || family == &declared) {
                names.push_back(declared.generation);
            }
        }
    }
    if (names.empty()) {
        co_return;
    }
    auto targets = names;
    const bool is_confirmed = co_await unlink(std::move(targets));
    for (const auto& name : names) {
        if (!is_confirmed) {
            journal_.add(name);
        }
        local_.forget_version(name);
    }
    flights_.detach_all();
}

/// False if Redis did not confirm.
Task<bool> Cache::Impl::unlink(std::vector<std::string> names) {
    redis::Arguments command;
    command.reserve(names.size() + 1);
    command.emplace_back("UNLINK");
    std::move(names.begin(), names.end(), std::back_inserter(command));
    const std::function<Task<redis::Reply>()> ask = [&] { return client_.command(command); };
    const auto reply = co_await confirm(ask);
    co_return reply.has_value();
}

/// Until Redis has confirmed it. A connection that dropped is no outage: it is there again in a
/// moment, and the writer's answer waits for it. But not for long, and while Redis stays away not
/// again.
Task<std::optional<redis::Reply>> Cache::Impl::confirm(
    const std::function<Task<redis::Reply>()>& command) {
    std::optional<redis::Reply> reply;
    auto patience = std::chrono::steady_clock::duration::max();
    for (Instant give_up_at = 0;;) {
        bool is_answered = false;
        try {
            if (give_up_at == 0) {
                co_await run_into(command, reply);
                is_answered = true;
            } else {
                is_answered = co_await with_timeout(patience, run_into(command, reply));
            }
        } catch (const redis::CommandFailed& refusal) {
            log::warn("cache", "an invalidation was refused", {{"what", refusal.what()}});
            is_answered = true;
        } catch (const redis::Unavailable&) {
            is_answered = false;  // it may have run: repeating it does no harm
        }
        if (is_answered) {
            is_out_.store(false, std::memory_order_relaxed);
            co_return reply && !reply->is_error() ? std::move(reply) : std::nullopt;
        }
        const Instant now = exact_now();
        give_up_at = give_up_at == 0 ? now + kPatience : give_up_at;
        if (now + kPause >= give_up_at || is_out_.load(std::memory_order_relaxed)) {
            is_out_.store(true, std::memory_order_relaxed);
            skip_until_.store(now + kBreak, std::memory_order_relaxed);
            co_return std::nullopt;
        }
        co_await sleep_for(std::chrono::nanoseconds(kPause));
        patience = std::chrono::nanoseconds(give_up_at - now - kPause);
    }
}

Task<Witness> Cache::Impl::witness(std::string tag) {
    Lane* const lane = lane_of(co_await asio::this_coro::executor);
    if (lane == nullptr) {
        auto& context = lanes_.front()->context();
        co_return co_await asio::co_spawn(context, witness(std::move(tag)), asio::use_awaitable);
    }
    const Mark own = co_await mark(local_.names.tag(tag), options_.version_life, *lane);
    const Mark every = co_await mark(local_.names.witnesses(), std::chrono::milliseconds(0), *lane);
    Witness witness;
    if (own.recorded != 0 && every.recorded != 0) {
        witness.state_ =
            std::make_shared<const Witness::State>(Witness::State{local_, {own, every}});
    }
    co_return witness;
}

/// The present version, made if there is none, tracked by the lane. `life` zero: for good.
Task<Mark> Cache::Impl::mark(std::string name, std::chrono::milliseconds life, Lane& lane) {
    const auto version = local_.versions.find(name);
    const bool is_known = version->value.load(std::memory_order_acquire) != 0;
    if (!is_known && exact_now() >= skip_until_.load(std::memory_order_relaxed)) {
        redis::Arguments create{"SET", std::move(name), random_.hex(8), "NX"};
        if (life.count() > 0) {
            create.insert(create.end(), {"PX", whole_millis(life)});
        }
        try {
            co_await client_.command(std::move(create));
            co_await lane.track(version);
        } catch (const redis::Unavailable&) {
            skip_until_.store(exact_now() + kBreak, std::memory_order_relaxed);
        }
    }
    Mark mark{.version = version, .recorded = version->value.load(std::memory_order_acquire)};
    if (journal_.holds_back(version->name)) {
        mark.recorded = 0;
    }
    co_return mark;
}

/// Every value of every family and every witness: what ended is not known one by one.
Task<bool> Cache::Impl::end_everything() {
    const bool is_confirmed = co_await unlink(all_versions());
    flights_.detach_all();
    local_.flush();
    co_return is_confirmed;
}

}  // namespace tripos::cache
