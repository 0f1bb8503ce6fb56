// SPDX-License-Identifier: MIT
// Finding a value: in this process, in Redis, or by sharing a load.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

constexpr int kTries = 4;

Instant nanos(Freshness::Duration time) {
    return std::chrono::nanoseconds(time).count();
}

}  // namespace

Lane* Cache::Impl::lane_of(const asio::any_io_executor& executor) const {
    const asio::execution_context& here = asio::query(executor, asio::execution::context);
    for (const auto& lane : lanes_) {
        if (&lane->context() == &here) {
            return lane.get();
        }
    }
    return nullptr;
}

Freshness Cache::Impl::freshness_of(const Key& key, const Call& call) const {
    const auto own = key.family().options().freshness;
    return call.freshness ? own.tighter(*call.freshness) : own;
}

bool Cache::Impl::holds_back(const Key& key) const {
    if (journal_.is_empty()) {
        return false;
    }
    if (journal_.holds_back(local_.names.value(key.name())) ||
        journal_.holds_back(Declared::of(key).generation)) {
        return true;
    }
    const auto tags = key.tags();
    return std::any_of(tags.begin(), tags.end(), [this](const std::string& tag) {
        return journal_.holds_back(local_.names.tag(tag));
    });
}

bool Cache::Impl::is_usable(const Key& key) const {
    const auto skip_until = skip_until_.load(std::memory_order_relaxed);
    return (skip_until == 0 || exact_now() >= skip_until) && !holds_back(key);
}

void Cache::Impl::note_failure(const Family& family, const std::exception& failure) {
    family.counters().add(Count::redis_failure);
    if (dynamic_cast<const redis::Unavailable*>(&failure) != nullptr) {
        skip_until_.store(exact_now() + kBreak, std::memory_order_relaxed);
    }
}

void Cache::Impl::count_lookup(const Key& key, Count kind) const {
    if (TopKeys::is_sampled(key.family().counters().add(kind))) {
        top_keys_.note(key);
    }
}

Cache::Value Cache::Impl::count(const Key& key, Count kind, Value value) const {
    const bool is_negative = !value && kind != Count::miss;
    count_lookup(key, is_negative ? Count::negative_hit : kind);
    return value;
}

Cache::Value Cache::Impl::peek(const Key& key) {
    const Instant now = coarse_now();
    Tier::Hit hit;
    if (!key.is_cacheable() || !key.family().options().freshness.is_cached() ||
        now >= local_.serve_until.load(std::memory_order_relaxed) || holds_back(key) ||
        !local_.tier.find(key, now, 0, hit) || hit.wants_refresh || !hit.value) {
        return nullptr;
    }
    count_lookup(key, Count::process_hit);
    return std::move(hit.value);
}

bool Cache::Impl::find_here(const Key& key, const Freshness& freshness, const Lane& lane,
                            Tier::Hit& hit) {
    const Instant now = coarse_now();
    const bool is_cached = freshness.is_cached();
    if (is_cached && now >= local_.serve_until.load(std::memory_order_relaxed)) {
        return false;
    }
    return !holds_back(key) && local_.tier.find(key, now, is_cached ? 0 : lane.bit(), hit);
}

/// Until this process knows of every invalidation it must know of; false: it cannot be.
Task<bool> Cache::Impl::catch_up(const Freshness& freshness, Lane& lane) {
    if (freshness.is_cached()) {
        co_return true;
    }
    if (!freshness.is_strict() && exact_now() - lane.synced_at() <= nanos(freshness.staleness())) {
        co_return lane.is_tracking();
    }
    co_return co_await lane.barrier();
}

Task<Cache::Impl::Found> Cache::Impl::find(Key key, Freshness freshness, Lane& lane) {
    Tier::Hit hit;
    bool is_here = find_here(key, freshness, lane, hit);
    if (is_here && !freshness.is_cached()) {
        const bool is_current = co_await catch_up(freshness, lane);
        is_here = is_current && find_here(key, freshness, lane, hit);
    }
    if (is_here) {
        co_return Found{.kind = hit.is_stale ? Found::Kind::stale : Found::Kind::hit,
                        .value = std::move(hit.value),
                        .wants_refresh = hit.wants_refresh,
                        .counts_as = Count::process_hit};
    }
    local_.tier.note_miss(key, coarse_now());
    if (!is_usable(key)) {
        co_return Found();
    }
    co_return co_await find_in_redis(std::move(key), lane);
}

Task<Cache::Impl::Found> Cache::Impl::find_in_redis(Key key, Lane& lane) {
    Found found;
    try {
        Look look = co_await lane.read(key);
        if (look.is_usable()) {
            found.kind = look.state == Look::State::stale ? Found::Kind::stale : Found::Kind::hit;
            found.value = std::move(look.value);
            found.wants_refresh = look.wants_refresh;
            found.counts_as = Count::redis_hit;
        }
    } catch (const SystemError& failure) {
        note_failure(key.family(), failure);
    }
    // An invalidation that failed while we read: it has returned, so the value must not be used.
    if (holds_back(key)) {
        found = Found();
    }
    co_return found;
}

Task<Cache::Value> Cache::Impl::get_or_set(Key key, Loader loader, Call call) {
    Lane* const lane = lane_of(co_await asio::this_coro::executor);
    if (lane != nullptr) {
        co_return co_await answer(std::move(key), std::move(loader), call, *lane);
    }
    Lane& first = *lanes_.front();
    co_return co_await asio::co_spawn(first.context(),
                                      answer(std::move(key), std::move(loader), call, first),
                                      asio::use_awaitable);
}

Task<Cache::Value> Cache::Impl::answer(Key key, Loader loader, Call call, Lane& lane) {
    const auto freshness = freshness_of(key, call);
    const auto staleness = std::min(freshness.staleness(), options_.max_staleness);
    const Instant not_before = exact_now() - nanos(staleness);
    for (int tries = 0; key.is_cacheable() && tries < kTries; ++tries) {
        Found found = co_await find(key, freshness, lane);
        if (found.kind == Found::Kind::hit) {
            if (found.wants_refresh) {
                refresh(key, loader, call, lane);
            }
            co_return count(key, found.counts_as, std::move(found.value));
        }
        const bool has_fallback = found.kind == Found::Kind::stale && !freshness.is_strict();
        if (has_fallback && resting_.rests(key.hash(), exact_now())) {
            co_return count(key, Count::stale_hit, std::move(found.value));
        }
        const auto seat = flights_.board(key, Flight::Purpose::answer, not_before);
        if (seat.is_leader) {
            take_off(Load{key, loader, call, seat.flight, &lane});
        }
        std::optional<std::chrono::nanoseconds> patience;
        if (has_fallback) {
            const auto end = seat.flight->began_at + nanos(key.family().options().soft_timeout);
            patience = std::chrono::nanoseconds(std::max<Instant>(end - exact_now(), 0));
        }
        Landing landing;
        std::exception_ptr problem;
        try {
            landing = co_await wait_for(seat.flight, patience, lane);
        } catch (...) {
            problem = std::current_exception();  // of the load; somebody's value may still answer
        }
        const bool failed = problem || landing.kind == Landing::Kind::timed_out;
        if (failed && has_fallback) {
            co_return count(key, Count::stale_hit, std::move(found.value));
        }
        if (seat.is_late || landing.kind == Landing::Kind::declined) {
            continue;  // it asked too long ago for this caller; what it stored may do
        }
        if (problem) {
            std::rethrow_exception(problem);
        }
        co_return count(key, Count::miss, std::move(landing.value));
    }
    auto flight = std::make_shared<Flight>(key, Flight::Purpose::answer);
    take_off(Load{key, std::move(loader), call, flight, &lane, true});
    auto landing = co_await wait_for(flight, std::nullopt, lane);
    co_return count(key, Count::miss, std::move(landing.value));
}

Task<Landing> Cache::Impl::wait_for(FlightPtr flight,
                                    std::optional<std::chrono::nanoseconds> patience, Lane& lane) {
    auto join = [&flight, &patience, &lane](const Completion<Landing>& caller) {
        flight->join(caller);
        if (patience) {
            auto timer = std::make_shared<asio::steady_timer>(lane.context(), *patience);
            timer->async_wait([timer, caller](const boost::system::error_code&) {
                caller.complete(Landing{.kind = Landing::Kind::timed_out, .value = nullptr});
            });
        }
    };
    co_return co_await suspend<Landing>(std::move(join));
}

Task<std::optional<Cache::Value>> Cache::Impl::get(Key key, Call call) {
    Lane* const lane = lane_of(co_await asio::this_coro::executor);
    if (lane == nullptr) {
        auto& context = lanes_.front()->context();
        co_return co_await asio::co_spawn(context, get(std::move(key), call), asio::use_awaitable);
    }
    Found found;
    if (key.is_cacheable()) {
        found = co_await find(key, freshness_of(key, call), *lane);
    }
    if (found.kind == Found::Kind::nothing) {
        count_lookup(key, Count::miss);
        co_return std::nullopt;
    }
    co_return count(key, found.counts_as, std::move(found.value));
}

/// The lookups of one get_or_set_many that this process could not answer.
struct Cache::Impl::Many {
    std::vector<Key> keys;
    std::function<Loader(std::size_t)> loader_of;
    Call call;
    Lane* lane;
    Values values;
    std::size_t missing = 0;
    std::exception_ptr problem;
    Completion<bool> done;
};

Task<Cache::Values> Cache::Impl::get_or_set_many(std::vector<Key> keys,
                                                 std::function<Loader(std::size_t)> loader_of,
                                                 Call call) {
    Lane* const lane = lane_of(co_await asio::this_coro::executor);
    if (lane == nullptr) {
        auto& context = lanes_.front()->context();
        co_return co_await asio::co_spawn(
            context, get_or_set_many(std::move(keys), std::move(loader_of), call),
            asio::use_awaitable);
    }
    Values values(keys.size());
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        values[i] = peek(keys[i]);
        if (!values[i]) {
            missing.push_back(i);
        }
    }
    if (missing.empty()) {
        co_return values;
    }
    auto many = std::make_shared<Many>();
    many->keys = std::move(keys);
    many->loader_of = std::move(loader_of);
    many->call = call;
    many->lane = lane;
    many->values = std::move(values);
    many->missing = missing.size();
    auto begin = [this, &many, &missing](const Completion<bool>& done) {
        many->done = done;
        for (const std::size_t index : missing) {
            many->lane->spawn("cache lookup", answer_one(many, index));
        }
    };
    co_await suspend<bool>(std::move(begin));
    if (many->problem) {
        std::rethrow_exception(many->problem);
    }
    co_return std::move(many->values);
}

Task<> Cache::Impl::answer_one(std::shared_ptr<Many> many, std::size_t index) {
    try {
        many->values[index] =
            co_await answer(many->keys[index], many->loader_of(index), many->call, *many->lane);
    } catch (...) {
        many->problem = std::current_exception();  // the first caller's fate is everybody's
    }
    if (--many->missing == 0) {
        many->done.complete(true);
    }
}

}  // namespace tripos::cache
