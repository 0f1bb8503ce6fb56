// SPDX-License-Identifier: MIT
// Ending values: one primitive, UNLINK, of values with their leases, of tags' and of families'
// versions.
#include <boost/asio/co_spawn.hpp>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

/// In this process; before Redis is told, and again after it has confirmed: what was read or begun
/// in between may be old.
void Cache::Impl::forget(const std::vector<Key>& keys, const std::vector<std::string>& tags) {
    for (const auto& key : keys) {
        flights_.detach(key.name());
        local_.forget_value(key.name());
    }
    for (const auto& tag : tags) {
        flights_.detach_tag(tag);
        local_.forget_version(local_.names.tag(tag));
    }
}

Task<> Cache::Impl::invalidate(std::vector<Key> keys, std::vector<std::string> tags) {
    std::erase_if(keys, [](const Key& key) { return !key.is_cacheable(); });
    if (keys.empty() && tags.empty()) {
        co_return;
    }
    forget(keys, tags);
    std::vector<std::string> names;
    std::vector<std::string> targets;
    for (const auto& key : keys) {
        key.family().counters().add(Count::invalidation);
        names.push_back(local_.names.value(key.name()));
        targets.push_back(names.back());
        targets.push_back(Names::lease(names.back()));
    }
    for (const auto& tag : tags) {
        names.push_back(local_.names.tag(tag));
        targets.push_back(names.back());
    }
    const bool is_confirmed = co_await unlink(std::move(targets));
    for (std::size_t i = 0; !is_confirmed && i < names.size(); ++i) {
        journal_.add(names[i]);
    }
    forget(keys, tags);
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
