// SPDX-License-Identifier: MIT
// The right to load: one lease per key over all processes.
#include <unistd.h>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kCoolDown{100};  ///< for everybody, after a failed load
constexpr std::chrono::milliseconds kWakeMargin{2};

/// One round trip: the lease, what is stored, and its versions, created if this process knows none.
class Question {
  public:
    Question(const Names& names, const std::string& value, const std::string& token,
             std::chrono::milliseconds lease)
        : look_{"MGET", value}, ttl_{"PTTL", value} {
        commands_.push_back({"SET", names.lease(value), token, "NX", "PX", whole_millis(lease)});
    }

    /// If there is none. `life` zero: for good.
    void create_version(const std::string& name, std::string fresh,
                        std::chrono::milliseconds life) {
        redis::Arguments create{"SET", name, std::move(fresh), "NX"};
        if (life.count() > 0) {
            create.insert(create.end(), {"PX", whole_millis(life)});
        }
        commands_.push_back(std::move(create));
    }
    void add_version(const std::string& name) { look_.push_back(name); }
    std::vector<redis::Arguments> commands() {
        commands_.push_back(std::move(look_));
        commands_.push_back(std::move(ttl_));
        return std::move(commands_);
    }

  private:
    std::vector<redis::Arguments> commands_;
    redis::Arguments look_;
    redis::Arguments ttl_;
};

}  // namespace

std::string whole_millis(std::chrono::milliseconds time) {
    return std::to_string(std::max<std::int64_t>(time.count(), 1));
}

/// Waits while another process loads, woken by the announcement of its end; not for long, though:
/// it may have died.
Task<Cache::Impl::Lease> Cache::Impl::obtain_lease(Load& load) {
    const auto value = local_.names.value(load.key.name());
    const auto& family = load.key.family();
    const Instant patience =
        exact_now() + std::chrono::nanoseconds(family.options().hard_timeout).count() / 2;
    bool has_waited = false;
    for (;;) {
        load.flight->asked_at.store(exact_now());
        Lease lease = co_await ask_for_lease(load.key);
        if (load.flight->purpose == Flight::Purpose::refresh) {
            co_return lease;
        }
        if (lease.look.state == Look::State::fresh) {
            family.counters().add(Count::waited_elsewhere, has_waited ? 1 : 0);
            if (lease.kind == Lease::Kind::granted) {
                co_await drop_lease(load.key);
            }
            co_return lease;
        }
        if (lease.kind != Lease::Kind::held || exact_now() >= patience) {
            co_return lease;
        }
        Wakeups::Waiter waiter(local_.wakeups, value, load.lane->context().get_executor());
        std::optional<std::chrono::milliseconds> left;
        try {
            left = co_await load.lane->watch_lease(value);
        } catch (const SystemError& failure) {
            note_failure(family, failure);
            co_return lease;
        }
        if (left) {
            has_waited = true;
            const auto rest =
                std::chrono::nanoseconds(std::max<Instant>(patience - exact_now(), 0));
            co_await waiter.event().wait_for(
                std::min<std::chrono::nanoseconds>(*left + kWakeMargin, rest));
        }
    }
}

/// Versions are taken before the load begins (G4), all from the answer: those known here came over
/// some context's connection and may be past by what another has heard.
Task<Cache::Impl::Lease> Cache::Impl::ask_for_lease(Key key) {
    Lease lease;
    if (!is_usable(key) || is_full_.load(std::memory_order_relaxed)) {
        co_return lease;
    }
    const std::string token = std::to_string(getpid()) + "-" + random_.hex(12);
    Question question(local_.names, local_.names.value(key.name()), token, lease_life(key));
    const VersionsOf versions(key, local_);
    for (std::size_t i = 0; i < versions.count; ++i) {
        const auto& version = *versions.records[i];
        if (version.value.load(std::memory_order_relaxed) == 0) {
            // Tags are many, families few.
            const std::chrono::milliseconds life =
                i == 0 ? std::chrono::hours(0) : options_.version_life;
            question.create_version(version.name, random_.hex(8), life);
        }
        question.add_version(version.name);
    }
    const Instant sent_at = exact_now();
    try {
        auto replies = co_await client_.pipeline(question.commands());
        if (seams_.after_lease) {
            co_await seams_.after_lease();
        }
        auto& found = replies[replies.size() - 2].elements;
        if (found.size() != 1 + versions.count) {
            throw redis::CommandFailed(replies[replies.size() - 2].text);
        }
        for (std::size_t i = 0; i < versions.count; ++i) {
            lease.versions[i] = parse_version(found[1 + i]);
        }
        if (replies.front().is_error()) {
            key.family().counters().add(Count::redis_failure);
        } else {
            lease.kind = replies.front().is_null() ? Lease::Kind::held : Lease::Kind::granted;
            lease.token = token;
        }
        const Evidence evidence{.value = &found.front(),
                                .ttl = replies.back().integer,
                                .sent_at = sent_at,
                                .present = lease.versions,
                                .check_versions = seams_.check_versions};
        lease.look = judge(key, evidence).look;
    } catch (const SystemError& failure) {
        note_failure(key.family(), failure);
    }
    if (holds_back(key)) {
        lease = Lease();
    }
    co_return lease;
}

/// Nobody loads under it.
Task<> Cache::Impl::drop_lease(const Key& key) {
    redis::Arguments command{"UNLINK", local_.names.lease(local_.names.value(key.name()))};
    try {
        co_await client_.command(std::move(command));
    } catch (const SystemError& failure) {
        note_failure(key.family(), failure);
    }
}

/// The lease stays a little longer, as nobody's: the others do not all try at once what just
/// failed. It can only hit another's lease if ours ran out; that one's fill is then refused, no
/// more.
Task<> Cache::Impl::cool_down(const Load& load, const Lease& lease) {
    if (lease.token.empty()) {
        co_return;
    }
    const auto name = local_.names.lease(local_.names.value(load.key.name()));
    redis::Arguments command{"SET", name, "cool-down", "XX", "PX", whole_millis(kCoolDown)};
    try {
        co_await client_.command(std::move(command));
    } catch (const SystemError& failure) {
        note_failure(load.key.family(), failure);
    }
}

}  // namespace tripos::cache
