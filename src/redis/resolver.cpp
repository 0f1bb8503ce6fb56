// SPDX-License-Identifier: MIT
#include "redis/resolver.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "async/with_timeout.hpp"
#include "core/assert.hpp"
#include "redis/connection.hpp"
#include "redis/detail/cluster_lookup.hpp"
#include "redis/detail/sentinel_lookup.hpp"
#include "telemetry/log.hpp"

namespace tripos::redis {

namespace {

using std::chrono::steady_clock;

// Changes are told; looking anyway finds the one that was not.
constexpr std::chrono::seconds kLookInterval{10};
constexpr std::chrono::milliseconds kPause{300};  ///< between looks that nobody waits for
/// So long a Sentinel may name the server that another one has just said was left.
constexpr std::chrono::seconds kDisagreement{5};

std::unique_ptr<Lookup> lookup_of(asio::io_context& context, const Address& address,
                                  const std::string& slot_key) {
    if (address.kind == Address::Kind::sentinel) {
        return std::make_unique<SentinelLookup>(context, address);
    }
    return std::make_unique<ClusterLookup>(context, address, slot_key);
}

}  // namespace

/// Confined to the context of whoever waits.
struct Resolver::Waiter {
    explicit Waiter(const asio::any_io_executor& where) : executor(where), answered(where) {}

    const asio::any_io_executor executor;
    Event answered;
    bool is_answered = false;
    Endpoint found;
    std::string problem;  ///< empty: found
};

Resolver::Resolver(asio::io_context& context, Address address, std::string slot_key)
    : Resolver(context, address, slot_key, lookup_of(context, address, slot_key)) {}

Resolver::Resolver(asio::io_context& context, Address address, std::string slot_key,
                   std::unique_ptr<Lookup> lookup)
    : context_(context),
      address_(std::move(address)),
      slot_key_(std::move(slot_key)),
      lookup_(std::move(lookup)),
      doubted_(context.get_executor()),
      group_(context.get_executor()) {
    TRIPOS_ASSERT(address_.kind != Address::Kind::fixed);
}

Resolver::~Resolver() = default;

void Resolver::start() {
    asio::post(context_, [self = shared_from_this()] {
        self->group_.spawn("redis master", self->keep_looking());
        const auto on_switch = [resolver = self.get()](const Endpoint& left,
                                                       const Endpoint& master) {
            resolver->on_switch(left, master);
        };
        for (std::size_t i = 0; i < self->lookup_->listeners(); ++i) {
            self->group_.spawn("redis master announcements", self->lookup_->listen(i, on_switch));
        }
    });
}

Task<> Resolver::stop() {
    co_await asio::co_spawn(context_, stop_here(), asio::use_awaitable);
}

Task<> Resolver::stop_here() {
    is_stopped_ = true;
    co_await group_.stop();
    finish(Endpoint(), "stopped");
}

Task<Endpoint> Resolver::resolve() {
    const auto executor = co_await asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(executor);
    asio::post(context_, [self = shared_from_this(), waiter] { self->join(waiter); });
    while (!waiter->is_answered) {
        co_await waiter->answered.wait_for(kLookInterval);
    }
    if (!waiter->problem.empty()) {
        throw Unavailable(waiter->problem);
    }
    co_return waiter->found;
}

void Resolver::join(const std::shared_ptr<Waiter>& waiter) {
    waiting_.push_back(waiter);
    if (is_stopped_) {
        finish(Endpoint(), "stopped");
    } else if (!std::exchange(is_looking_, true)) {
        group_.spawn("redis master look", look());
    }
}

Task<> Resolver::look() {
    const auto found = co_await lookup_->find();
    is_looking_ = false;
    has_rejected_ = false;
    if (!found) {
        finish(Endpoint(), found.error().message);
    } else if (was_just_left(*found)) {
        reject();
        finish(Endpoint(), "the Sentinels do not agree yet who is master");
    } else {
        note(*found, "another server is master");
        finish(*found, "");
    }
}

void Resolver::finish(const Endpoint& found, const std::string& problem) {
    for (const auto& waiter : std::exchange(waiting_, {})) {
        asio::post(waiter->executor, [waiter, found, problem] {
            waiter->found = found;
            waiter->problem = problem;
            waiter->is_answered = true;
            waiter->answered.notify();
        });
    }
}

Task<> Resolver::keep_looking() {
    for (;;) {
        co_await doubted_.wait_for(kLookInterval);
        if (!std::exchange(is_looking_, true)) {
            co_await look();
        }
        co_await sleep_for(kPause);
    }
}

void Resolver::note(const Endpoint& master, const std::string& reason) {
    const auto before = std::exchange(master_, master);
    if (!before || before->is_at(master)) {
        return;
    }
    log::warn("redis", "another server is master",
              {{"address", address_.display()},
               {"before", before->display()},
               {"now", master.display()}});
    std::vector<std::weak_ptr<Dependent>> dependents;
    {
        const std::lock_guard lock(mutex_);
        ++failovers_;
        std::erase_if(dependents_, [](const auto& one) { return one.expired(); });
        dependents = dependents_;
    }
    for (const auto& weak : dependents) {
        if (const auto dependent = weak.lock()) {
            dependent->on_master(master, reason);
        }
    }
}

void Resolver::on_switch(const Endpoint& left, const Endpoint& master) {
    left_ = left;
    left_at_ = steady_clock::now();
    note(master, "the Sentinels have made another server master");
}

bool Resolver::was_just_left(const Endpoint& server) const {
    return left_ && left_->is_at(server) && steady_clock::now() - left_at_ < kDisagreement;
}

void Resolver::enlist(std::weak_ptr<Dependent> dependent) {
    const std::lock_guard lock(mutex_);
    std::erase_if(dependents_, [](const auto& one) { return one.expired(); });
    dependents_.push_back(std::move(dependent));
}

void Resolver::doubt() {
    asio::post(context_, [self = shared_from_this()] { self->doubted_.notify(); });
}

void Resolver::reject() {
    asio::post(context_, [self = shared_from_this()] {
        if (!std::exchange(self->has_rejected_, true)) {
            self->lookup_->distrust_first();
        }
    });
}

std::uint64_t Resolver::failovers() const {
    const std::lock_guard lock(mutex_);
    return failovers_;
}

}  // namespace tripos::redis
