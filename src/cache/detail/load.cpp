// SPDX-License-Identifier: MIT
// Making a value: the loader and the fill. The lease is lease.cpp's.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

constexpr Instant kRest = 1'000'000'000;  ///< of a key whose load failed

}  // namespace

void Cache::Impl::take_off(Load load) {
    Lane& lane = *load.lane;
    if (lane.is_stopping()) {
        const auto problem = std::make_exception_ptr(redis::Unavailable("the cache is stopping"));
        flights_.leave(load.flight);
        load.flight->land(Landing(), problem);
        return;
    }
    lane.spawn("cache load", lead(std::move(load)));
}

void Cache::Impl::refresh(const Key& key, const Loader& loader, const Call& call, Lane& lane) {
    const auto seat = flights_.board(key, Flight::Purpose::refresh, 0);
    if (seat.is_leader) {
        key.family().counters().add(Count::early_refresh);
        take_off(Load{key, loader, call, seat.flight, &lane});
    }
}

Task<> Cache::Impl::lead(Load load) {
    asio::steady_timer deadline(load.lane->context());
    give_up_at_hard_timeout(load, deadline);
    Landing landing;
    std::exception_ptr problem;
    try {
        landing = co_await load_under_lease(load);
    } catch (...) {
        problem = std::current_exception();  // for every caller of the flight
    }
    flights_.leave(load.flight);
    load.flight->land(landing, problem);
}

/// The callers are answered at the hard timeout even if the loader cannot be cancelled; it keeps
/// its place in the bulkhead until it ends.
void Cache::Impl::give_up_at_hard_timeout(const Load& load, asio::steady_timer& timer) {
    timer.expires_after(load.key.family().options().hard_timeout);
    timer.async_wait(
        [this, flight = load.flight, key = load.key](const boost::system::error_code& cancelled) {
            if (cancelled) {
                return;
            }
            const auto& family = key.family();
            family.counters().add(Count::load_timeout);
            resting_.rest(key.hash(), exact_now() + kRest);
            flights_.leave(flight);
            flight->land(Landing(), std::make_exception_ptr(LoadTimedOut(family.options().name)));
            flight->cancel.emit(asio::cancellation_type::terminal);
        });
}

Task<Landing> Cache::Impl::load_under_lease(Load& load) {
    Lease lease;
    if (!load.is_alone) {
        lease = co_await obtain_lease(load);
        if (load.flight->purpose == Flight::Purpose::refresh) {
            if (lease.kind != Lease::Kind::granted) {
                co_return Landing{.kind = Landing::Kind::declined, .value = nullptr};
            }
        } else if (lease.look.state == Look::State::fresh) {
            co_return Landing{.kind = Landing::Kind::value, .value = std::move(lease.look.value)};
        }
    }
    Value value;
    std::exception_ptr problem;
    try {
        value = co_await run_loader(load);
    } catch (...) {
        problem = std::current_exception();  // the lease must be given up first
    }
    const bool is_granted = lease.kind == Lease::Kind::granted;
    if (problem) {
        resting_.rest(load.key.hash(), exact_now() + kRest);
        if (is_granted) {
            co_await cool_down(load, lease);
        }
        std::rethrow_exception(problem);
    }
    if (is_granted && load.is_loaded) {
        co_await fill(load, std::move(lease), std::string());
    }
    co_return Landing{.kind = Landing::Kind::value, .value = std::move(value)};
}

Task<Cache::Value> Cache::Impl::run_loader(Load& load) {
    const Declared& family = Declared::of(load.key);
    const bool is_admitted = co_await family.bulkhead.enter();
    if (!is_admitted) {
        family.counters().add(Count::load_refused);
        throw Overloaded("cache", "too many loads are waiting: " + family.options().name,
                         std::chrono::seconds(1));
    }
    const Bulkhead::Permit permit(family.bulkhead);
    if (load.flight->has_landed()) {
        co_return nullptr;  // its callers gave up while it waited
    }
    family.counters().add(Count::load);
    const Instant began_at = exact_now();
    const auto executor = co_await asio::this_coro::executor;
    // Who stops the cache does not wait for the hard timeout.
    auto stopped = (co_await asio::this_coro::cancellation_state).slot();
    stopped.assign(
        [flight = load.flight](asio::cancellation_type type) { flight->cancel.emit(type); });
    std::exception_ptr problem;
    Value value;
    try {
        load.bytes = co_await asio::co_spawn(
            executor, load.loader(),
            asio::bind_cancellation_slot(load.flight->cancel.slot(), asio::use_awaitable));
        value = load.bytes ? family.decode(load.bytes) : nullptr;
        if (load.bytes && !value) {
            throw SystemError("cache",
                              "the decoder cannot read what was loaded: " + family.options().name);
        }
    } catch (...) {
        problem = std::current_exception();  // counted, then thrown on
    }
    stopped.clear();
    load.took = std::chrono::microseconds((exact_now() - began_at) / 1'000);
    family.counters().add(Count::load_micros, static_cast<std::uint64_t>(load.took.count()));
    if (problem) {
        family.counters().add(Count::load_failure);
        std::rethrow_exception(problem);
    }
    load.is_loaded = true;
    co_return value;
}

Task<bool> Cache::Impl::fill(const Load& load, Lease lease, std::string own_guard) {
    const auto& family = load.key.family();
    const auto& options = family.options();
    const auto value = local_.names.value(load.key.name());
    const auto declared_ttl = load.bytes ? options.ttl : options.negative_ttl;
    const auto ttl = std::min(load.call.ttl.value_or(declared_ttl), declared_ttl);
    if (ttl.count() == 0) {
        co_await drop_lease(load.key);
        co_return false;
    }
    // Down, not up: the declared lifetime stays an upper bound.
    const auto jittered = std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(ttl.count()) * (1 - 0.1 * random_.unit())));
    StoredValue stored{.is_negative = !load.bytes,
                       .fingerprint = family.fingerprint(),
                       .load_time = std::chrono::ceil<std::chrono::milliseconds>(load.took),
                       .grace = load.bytes ? options.grace : std::chrono::milliseconds(0),
                       .stamp = std::hash<std::string>()(lease.token),
                       .versions = lease.versions,
                       .version_count = static_cast<std::uint8_t>(1 + options.tags.size()),
                       .payload = load.bytes ? *load.bytes : std::string()};
    const auto life = whole_millis(jittered + stored.grace);
    std::vector<std::string> keys{
        value, local_.names.lease(value),
        seams_.check_guards ? local_.names.guards(value) : value + ":none"};
    std::vector<std::string> arguments{std::move(lease.token), pack(stored), life,
                                       std::move(own_guard)};
    try {
        if (!seams_.check_lease) {
            redis::Arguments careless{"SET", value, arguments[1], "PX", life};
            co_await client_.command(std::move(careless));
            co_return true;
        }
        local_.recent.note_fill(load.key.hash());
        const redis::Reply reply =
            co_await client_.eval(fill_script_, std::move(keys), std::move(arguments));
        family.counters().add(reply.integer == 0 ? Count::refused_fill : Count::fill);
        co_return reply.integer != 0;
    } catch (const SystemError& failure) {
        note_failure(family, failure);
    }
    co_return false;
}

/// The lease is taken under the guard and the value is made under both: whoever commits meanwhile
/// takes the lease away, by an invalidation or by a guard.
Task<> Cache::Impl::set(Key key, Loader write) {
    const std::vector<Key> keys(1, key);
    std::string token;
    Lease lease;
    if (key.is_cacheable()) {
        token = co_await guard(keys, lease_life(key));
        lease = co_await ask_for_lease(key);
    }
    Load load{key, nullptr, Call(), nullptr, nullptr};
    std::exception_ptr problem;
    try {
        load.bytes = co_await write();
    } catch (...) {
        problem = std::current_exception();  // the guard must be given up first
    }
    bool is_stored = false;
    if (lease.kind == Lease::Kind::granted && !problem) {
        is_stored = co_await fill(load, std::move(lease), token);
    }
    auto targets = targets_of(keys, std::vector<std::string>());
    if (is_stored) {
        forget(targets);  // what began before the commit
    } else {
        co_await end(std::move(targets), std::move(token));
    }
    if (problem) {
        std::rethrow_exception(problem);
    }
}

}  // namespace tripos::cache
