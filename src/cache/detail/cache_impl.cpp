// SPDX-License-Identifier: MIT
#include "cache/detail/cache_impl.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <shared_mutex>

#include "cache/embedded.hpp"
#include "core/assert.hpp"
#include "telemetry/log.hpp"

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kBreak{
    500};  ///< after a failure Redis is not asked for so long

std::int64_t steady_now() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

std::string lease_key(const std::string& key) {
    return "{" + key + "}:lease";
}

/// The value without its header; null if it is not ours.
Bytes unpack(redis::Reply& reply) {
    if (!reply.is_text() || !reply.text.starts_with(kMagic)) {
        return nullptr;
    }
    reply.text.erase(0, kMagic.size());
    return std::make_shared<const std::string>(std::move(reply.text));
}

Counter& counter_of(Metrics& metrics, const std::string& name, const std::string& help,
                    const Labels& labels) {
    return metrics.counter("tripos_cache_" + name + "_total", help, labels);
}

}  // namespace

Counters::Counters(Metrics& metrics, const std::string& family)
    : hits(counter_of(metrics, "lookups", "Cache lookups",
                      Labels{{"family", family}, {"result", "hit"}})),
      misses(counter_of(metrics, "lookups", "Cache lookups",
                        Labels{{"family", family}, {"result", "miss"}})),
      loads(counter_of(metrics, "loads", "Loader runs", Labels{{"family", family}})),
      refused_fills(counter_of(metrics, "refused_fills", "Loads overtaken by an invalidation",
                               Labels{{"family", family}})),
      errors(counter_of(metrics, "errors", "Failures of Redis seen by the cache",
                        Labels{{"family", family}})) {}

Cache::Impl::Impl(redis::Client& client, CacheOptions options, Metrics& metrics)
    : client_(client),
      options_(std::move(options)),
      metrics_(metrics),
      fill_script_("fill", std::string(embedded::file("lua/fill-2.lua"))),
      group_(client.first_context().get_executor()) {
    TRIPOS_ASSERT(options_.prefix.find_first_of("{}") == std::string::npos);
}

void Cache::Impl::start() {
    asio::post(client_.first_context(),
               [self = shared_from_this()] { self->group_.spawn("cache upkeep", self->upkeep()); });
}

Task<> Cache::Impl::stop() {
    co_await asio::co_spawn(client_.first_context(), group_.stop(), asio::use_awaitable);
}

Counters& Cache::Impl::counters_of(const Family& family) {
    {
        const std::shared_lock lock(counters_mutex_);
        const auto found = counters_.find(family.name);
        if (found != counters_.end()) {
            return found->second;
        }
    }
    const std::unique_lock lock(counters_mutex_);
    return counters_.try_emplace(family.name, metrics_, family.name).first->second;
}

bool Cache::Impl::is_usable(const std::string& key) const {
    const auto skip_until = skip_until_.load(std::memory_order_relaxed);
    return (skip_until == 0 || steady_now() >= skip_until) && !journal_.holds_back(key);
}

void Cache::Impl::note_failure(Counters& counters, const std::exception& failure) {
    counters.errors.add();
    if (dynamic_cast<const redis::Unavailable*>(&failure) != nullptr) {
        skip_until_.store(steady_now() + std::chrono::nanoseconds(kBreak).count(),
                          std::memory_order_relaxed);
    }
}

Task<Bytes> Cache::Impl::get_or_set(Key key, Loader loader) {
    Counters& counters = counters_of(*key.family);
    std::string name = value_key(key);
    Bytes found = co_await lookup(name, counters);
    if (found) {
        co_return found;
    }
    auto seat = flights_.board(name);
    if (!seat.is_leader) {
        auto join = [flight = seat.flight](const Completion<Bytes>& caller) {
            flight->join(caller);
        };
        co_return co_await suspend<Bytes>(std::move(join));
    }
    // Its own coroutine, deaf to the leader's cancellation: the others still wait for it.
    const auto executor = co_await asio::this_coro::executor;
    const asio::cancellation_slot deaf;
    co_return co_await asio::co_spawn(executor,
                                      lead(std::move(key), std::move(loader), seat.flight),
                                      asio::bind_cancellation_slot(deaf, asio::use_awaitable));
}

Task<Bytes> Cache::Impl::get(Key key) {
    Counters& counters = counters_of(*key.family);
    return lookup(value_key(key), counters);
}

/// Counts one lookup; null: a miss, or Redis cannot be asked now.
Task<Bytes> Cache::Impl::lookup(std::string key, Counters& counters) {
    Bytes value;
    if (is_usable(key)) {
        redis::Arguments command;
        command.reserve(2);
        command.emplace_back("GET");
        command.push_back(key);
        try {
            redis::Reply reply = co_await client_.command(std::move(command));
            value = unpack(reply);
        } catch (const SystemError& failure) {
            note_failure(counters, failure);
        }
        // An invalidation that failed while we read: it has returned, so the value must not be used
        // any more.
        if (value && journal_.holds_back(key)) {
            value = nullptr;
        }
    }
    (value ? counters.hits : counters.misses).add();
    co_return value;
}

Task<Bytes> Cache::Impl::lead(Key key, Loader loader, std::shared_ptr<Flight> flight) {
    const std::string name = value_key(key);
    Bytes value;
    std::exception_ptr problem;
    try {
        value = co_await load_and_fill(std::move(key), std::move(loader));
    } catch (...) {
        problem = std::current_exception();  // for every caller of the flight
    }
    flights_.leave(name, flight);
    flight->land(value, problem);
    if (problem) {
        std::rethrow_exception(problem);
    }
    co_return value;
}

Task<Bytes> Cache::Impl::load_and_fill(Key key, Loader loader) {
    Counters& counters = counters_of(*key.family);
    const std::string name = value_key(key);
    Lease lease = co_await acquire(name, counters);
    if (lease.value) {
        co_return lease.value;
    }
    counters.loads.add();
    Bytes value = co_await loader();  // if it throws, the lease runs out by itself
    if (!lease.token.empty()) {
        co_await fill(std::move(key), std::move(lease.token), value);
    }
    co_return value;
}

Task<Cache::Impl::Lease> Cache::Impl::acquire(std::string key, Counters& counters) {
    Lease lease;
    if (!is_usable(key) || is_full_.load(std::memory_order_relaxed)) {
        co_return lease;
    }
    const std::string token = random_.hex(12);
    std::vector<redis::Arguments> commands(2);
    commands[0] = {"SET", lease_key(key), token,
                   "NX",  "PX",           std::to_string(options_.lease.count())};
    commands[1] = {"GET", key};
    try {
        auto replies = co_await client_.pipeline(std::move(commands));
        if (replies[0].is_text()) {
            lease.token = token;
        } else if (replies[0].is_error()) {
            counters.errors.add();
        }
        lease.value = unpack(replies[1]);
    } catch (const SystemError& failure) {
        note_failure(counters, failure);
    }
    if (lease.value && journal_.holds_back(key)) {
        lease = Lease();
    }
    if (lease.value && !lease.token.empty()) {
        std::vector<std::string> unused;
        unused.push_back(lease_key(key));
        co_await unlink(std::move(unused));
    }
    co_return lease;
}

/// Step 4. A null value only gives the lease back.
Task<> Cache::Impl::fill(Key key, std::string token, Bytes value) {
    Counters& counters = counters_of(*key.family);
    const std::string name = value_key(key);
    std::vector<std::string> keys;
    if (!value) {
        keys.push_back(lease_key(name));
        co_await unlink(std::move(keys));
        co_return;
    }
    const auto ttl = std::chrono::milliseconds(key.family->ttl).count();
    const auto jittered =
        static_cast<std::int64_t>(static_cast<double>(ttl) * (0.9 + 0.2 * random_.unit()));
    keys.push_back(name);
    keys.push_back(lease_key(name));
    std::string packed(kMagic);
    packed += *value;
    std::vector<std::string> arguments;
    arguments.push_back(std::move(token));
    arguments.push_back(std::move(packed));
    arguments.push_back(std::to_string(std::max<std::int64_t>(jittered, 1)));
    try {
        const redis::Reply reply =
            co_await client_.eval(fill_script_, std::move(keys), std::move(arguments));
        if (reply.integer == 0) {
            counters.refused_fills.add();
        }
    } catch (const SystemError& failure) {
        note_failure(counters, failure);
    }
}

Task<> Cache::Impl::set(Key key, std::string value) {
    Counters& counters = counters_of(*key.family);
    std::vector<Key> keys(1, key);
    co_await del_many(std::move(keys));
    Lease lease = co_await acquire(value_key(key), counters);
    if (!lease.token.empty() && !lease.value) {
        auto bytes = std::make_shared<const std::string>(std::move(value));
        co_await fill(std::move(key), std::move(lease.token), std::move(bytes));
    }
}

Task<> Cache::Impl::del_many(std::vector<Key> keys) {
    if (keys.empty()) {
        co_return;
    }
    std::vector<std::string> names;
    for (const auto& key : keys) {
        names.push_back(value_key(key));
        flights_.detach(names.back());
    }
    bool reached = false;
    if (steady_now() >= skip_until_.load(std::memory_order_relaxed)) {
        std::vector<std::string> targets;
        for (const auto& name : names) {
            targets.push_back(name);
            targets.push_back(lease_key(name));
        }
        reached = co_await unlink(std::move(targets));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!reached) {
            counters_of(*keys[i].family).errors.add();
            journal_.add(names[i]);
        }
        flights_.detach(
            names[i]);  // one that began before Redis had deleted, but may have read the old value
    }
}

/// False if Redis did not confirm.
Task<bool> Cache::Impl::unlink(std::vector<std::string> keys) {
    redis::Arguments command;
    command.reserve(keys.size() + 1);
    command.emplace_back("UNLINK");
    std::move(keys.begin(), keys.end(), std::back_inserter(command));
    try {
        const redis::Reply reply = co_await client_.command(std::move(command));
        co_return !reply.is_error();
    } catch (const redis::Unavailable&) {
        skip_until_.store(steady_now() + std::chrono::nanoseconds(kBreak).count(),
                          std::memory_order_relaxed);
    }
    co_return false;
}

std::vector<FamilyStats> Cache::Impl::stats() const {
    const auto whole = [](const Counter& counter) {
        return static_cast<std::uint64_t>(counter.value());
    };
    const std::shared_lock lock(counters_mutex_);
    std::vector<FamilyStats> all;
    for (const auto& [family, counters] : counters_) {
        all.push_back(FamilyStats{.family = family,
                                  .hits = whole(counters.hits),
                                  .misses = whole(counters.misses),
                                  .loads = whole(counters.loads),
                                  .refused_fills = whole(counters.refused_fills),
                                  .errors = whole(counters.errors)});
    }
    return all;
}

}  // namespace tripos::cache
