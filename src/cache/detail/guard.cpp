// SPDX-License-Identifier: MIT
// Writers that announce themselves: from guard() to release() no process stores what they change. A
// writer that dies in between costs loads that are not stored, until its guard ends by itself.
#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

void add_names(const Names& names, std::vector<std::string>& keys, const std::string& value) {
    keys.push_back(value);
    keys.push_back(names.lease(value));
    keys.push_back(names.guards(value));
}

}  // namespace

/// The writer's own process needs no second look: what it loads meanwhile is refused like
/// everybody's.
Task<std::string> Cache::Impl::guard(std::vector<Key> keys, std::chrono::milliseconds longest) {
    const Targets targets = targets_of(keys, std::vector<std::string>());
    std::vector<std::string> names;
    for (const auto& name : targets.names) {
        add_names(local_.names, names, local_.names.value(name));
    }
    std::string token = random_.hex(12);
    const std::vector<std::string> arguments{token, whole_millis(longest)};
    const std::function<Task<redis::Reply>()> ask = [&] {
        return client_.eval(guard_script_, names, arguments);
    };
    forget(targets);
    const auto reply = co_await confirm(ask);
    forget(targets);
    co_return reply && reply->integer == 1 ? token : std::string();
}

Task<bool> Cache::Impl::unlink_guarded(const Targets& targets, std::string token) {
    std::vector<std::string> names;
    for (const auto& name : targets.names) {
        add_names(local_.names, names, local_.names.value(name));
    }
    for (const auto& tag : targets.tags) {
        names.push_back(local_.names.tag(tag));
    }
    const std::vector<std::string> arguments{std::move(token),
                                             std::to_string(targets.names.size())};
    const std::function<Task<redis::Reply>()> ask = [&] {
        return client_.eval(release_script_, names, arguments);
    };
    const auto reply = co_await confirm(ask);
    co_return reply.has_value();
}

}  // namespace tripos::cache
