// SPDX-License-Identifier: MIT
// The right to load: one lease per key over all processes.
#include <unistd.h>

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kLeaseMargin{1'000};  ///< of a lease over the hard timeout
constexpr std::chrono::milliseconds kCoolDown{100};       ///< for everybody, after a failed load
constexpr std::chrono::milliseconds kWakeMargin{2};

/// One round trip: the lease, what is stored, and the versions nobody here knows, which are created
/// where there are none.
class Question {
  public:
    Question(const std::string& value, const std::string& token, std::chrono::milliseconds lease)
        : commands_(3) {
        commands_[0] = {"SET", Names::lease(value), token, "NX", "PX", whole_millis(lease)};
        commands_[1] = {"GET", value};
        commands_[2] = {"PTTL", value};
    }

    /// `life` zero: for good.
    void add_version(std::size_t index, const std::string& name, std::string fresh,
                     std::chrono::milliseconds life) {
        redis::Arguments create{"SET", name, std::move(fresh), "NX"};
        if (life.count() > 0) {
            create.insert(create.end(), {"PX", whole_millis(life)});
        }
        commands_.push_back(std::move(create));
        places_[index] = commands_.size();
        commands_.push_back(redis::Arguments{"GET", name});
    }
    std::vector<redis::Arguments> commands() { return std::move(commands_); }
    /// The version from the replies; 0: it was not asked for.
    std::uint64_t version(std::size_t index, const std::vector<redis::Reply>& replies) const {
        return places_[index] == 0 ? 0 : parse_version(replies[places_[index]]);
    }

  private:
    std::vector<redis::Arguments> commands_;
    std::array<std::size_t, StoredValue::kMaxVersions> places_{};
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
                std::vector<std::string> unused(1, Names::lease(value));
                co_await unlink(std::move(unused));
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

/// Versions are taken before the load begins (G4): those known here, the others from the answer. A
/// known one may be past already; then the value is invalid from the start, which is safe.
Task<Cache::Impl::Lease> Cache::Impl::ask_for_lease(Key key) {
    Lease lease;
    if (!is_usable(key) || is_full_.load(std::memory_order_relaxed)) {
        co_return lease;
    }
    const std::string token = std::to_string(getpid()) + "-" + random_.hex(12);
    Question question(local_.names.value(key.name()), token,
                      key.family().options().hard_timeout + kLeaseMargin);
    const VersionsOf versions(key, local_);
    for (std::size_t i = 0; i < versions.count; ++i) {
        lease.versions[i] = versions.records[i]->value.load(std::memory_order_acquire);
        if (lease.versions[i] == 0) {
            // Tags are many, families few.
            const std::chrono::milliseconds life =
                i == 0 ? std::chrono::hours(0) : options_.version_life;
            question.add_version(i, versions.records[i]->name, random_.hex(8), life);
        }
    }
    const Instant sent_at = exact_now();
    try {
        auto replies = co_await client_.pipeline(question.commands());
        for (std::size_t i = 0; i < versions.count; ++i) {
            lease.versions[i] = std::max(lease.versions[i], question.version(i, replies));
        }
        if (replies[0].is_error()) {
            key.family().counters().add(Count::redis_failure);
        } else {
            lease.kind = replies[0].is_null() ? Lease::Kind::held : Lease::Kind::granted;
            lease.token = token;
        }
        const Evidence evidence{.value = &replies[1],
                                .ttl = replies[2].integer,
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

/// The lease stays a little longer, as nobody's: the others do not all try at once what just
/// failed. It can only hit another's lease if ours ran out; that one's fill is then refused, no
/// more.
Task<> Cache::Impl::cool_down(const Load& load, const Lease& lease) {
    if (lease.token.empty()) {
        co_return;
    }
    const auto name = Names::lease(local_.names.value(load.key.name()));
    redis::Arguments command{"SET", name, "cool-down", "XX", "PX", whole_millis(kCoolDown)};
    try {
        co_await client_.command(std::move(command));
    } catch (const SystemError& failure) {
        note_failure(load.key.family(), failure);
    }
}

}  // namespace tripos::cache
