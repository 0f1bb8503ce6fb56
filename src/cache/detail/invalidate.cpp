// SPDX-License-Identifier: MIT
// Ending values: one primitive, UNLINK, of values with their leases, of tags' and of families'
// versions.
#include <boost/asio/co_spawn.hpp>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

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
    co_return co_await end(parse_record(record), std::string());
}

/// `token`: of the guards to release; empty: none.
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
        names.push_back(Names::lease(names.back()));
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
    if (exact_now() < skip_until_.load(std::memory_order_relaxed)) {
        co_return false;
    }
    redis::Arguments command;
    command.reserve(names.size() + 1);
    command.emplace_back("UNLINK");
    std::move(names.begin(), names.end(), std::back_inserter(command));
    try {
        const redis::Reply reply = co_await client_.command(std::move(command));
        co_return !reply.is_error();
    } catch (const redis::Unavailable&) {
        skip_until_.store(exact_now() + kBreak, std::memory_order_relaxed);
    }
    co_return false;
}

Task<Witness> Cache::Impl::witness(std::string tag) {
    Lane* const lane = lane_of(co_await asio::this_coro::executor);
    if (lane == nullptr) {
        auto& context = lanes_.front()->context();
        co_return co_await asio::co_spawn(context, witness(std::move(tag)), asio::use_awaitable);
    }
    const auto version = local_.versions.find(local_.names.tag(tag));
    const auto is_known = [&version] {
        return version->value.load(std::memory_order_acquire) != 0;
    };
    const auto life = std::chrono::milliseconds(options_.version_life).count();
    if (!is_known() && exact_now() >= skip_until_.load(std::memory_order_relaxed)) {
        redis::Arguments create{"SET", version->name, random_.hex(8),
                                "NX",  "PX",          std::to_string(life)};
        try {
            co_await client_.command(std::move(create));
            co_await lane->track(version);
        } catch (const redis::Unavailable&) {
            skip_until_.store(exact_now() + kBreak, std::memory_order_relaxed);
        }
    }
    Witness witness;
    const Mark mark{.version = version, .recorded = version->value.load(std::memory_order_acquire)};
    if (mark.recorded != 0 && !journal_.holds_back(version->name)) {
        witness.state_ = std::make_shared<const Witness::State>(Witness::State{local_, mark});
    }
    co_return witness;
}

}  // namespace tripos::cache
