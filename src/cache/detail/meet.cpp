// SPDX-License-Identifier: MIT
// A server that was not met before is not believed. Replication is asynchronous: what the old
// master confirmed last, its replica may never have heard, an invalidation among it. A key in the
// server's own data tells whether its versions have been ended, by whichever process: it is named
// by the history that the data belongs to, which changes whenever a replica becomes master, and
// when a server starts.
#include "cache/detail/cache_impl.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::cache {

namespace {

constexpr const char* kMemory = "2592000000";  ///< of having met, ms: 30 days

std::string_view info_text(std::string_view info, std::string_view name) {
    for (const auto line : split(info, '\n')) {
        const auto entry = trim(line);
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == ':') {
            return entry.substr(name.size() + 1);
        }
    }
    return {};
}

/// The replication history of the data, else the process; empty: the server says neither, and is
/// new each time.
Task<std::string> identity_of(const redis::Ask& ask) {
    std::vector<redis::Arguments> questions(2);
    questions[0] = {"INFO", "replication"};
    questions[1] = {"INFO", "server"};
    const auto replies = co_await ask(std::move(questions));
    const auto history = info_text(replies[0].text, "master_replid");
    co_return std::string(history.empty() ? info_text(replies[1].text, "run_id") : history);
}

}  // namespace

Task<> Cache::Impl::meet_servers() {
    const redis::Greeting greeting = [weak = weak_from_this()](redis::Ask ask) {
        return greet(weak.lock(), std::move(ask));
    };
    client_.set_greeting(greeting);
    const redis::Ask ask = [this](std::vector<redis::Arguments> commands) {
        return client_.pipeline(std::move(commands));
    };
    try {
        co_await meet(ask);
    } catch (const SystemError& failure) {
        log::debug("cache", "the server is met when it is there", {{"what", failure.what()}});
    }
}

/// `self` null: the cache is no more.
Task<> Cache::Impl::greet(std::shared_ptr<Impl> self, redis::Ask ask) {
    if (self) {
        co_await self->meet(std::move(ask));
    }
}

Task<> Cache::Impl::meet(redis::Ask ask) {
    const auto server = co_await identity_of(ask);
    const auto met = local_.names.met(server);
    if (!server.empty()) {
        // Not from its data alone: a server that evicts forgets it, and would be emptied for it.
        if (last_met_.is(server)) {
            co_return;
        }
        std::vector<redis::Arguments> question(1);
        question[0] = {"EXISTS", met};
        const auto known = co_await ask(std::move(question));
        if (known.front().integer == 1) {
            last_met_.set(server);
            co_return;
        }
    }
    std::vector<redis::Arguments> commands(2);
    commands[0] = {"UNLINK"};
    for (auto& name : all_versions()) {
        commands[0].push_back(std::move(name));
    }
    commands[1] = {"SET", met, "1", "PX", kMemory};
    const auto replies = co_await ask(std::move(commands));
    if (replies[0].is_error()) {
        throw redis::CommandFailed(replies[0].text);
    }
    flights_.detach_all();
    local_.flush();
    last_met_.set(server);
    if (replies[0].integer > 0) {  // not of one that is new to all
        log::info("cache", "a server that was not met before: every cached value has ended",
                  {{"server", server}});
    }
}

std::vector<std::string> Cache::Impl::all_versions() const {
    std::vector<std::string> names(1, local_.names.witnesses());
    const std::shared_lock lock(families_mutex_);
    for (const auto& family : families_) {
        names.push_back(family.generation);
    }
    return names;
}

}  // namespace tripos::cache
