// SPDX-License-Identifier: MIT
#include "cache/detail/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kPollInterval{20};  ///< of leases nobody announces

/// A write, which whoever is not the master refuses, and which changes nothing: no replica and no
/// file hears of it. A demoted master still answers PING.
redis::Arguments proof_for(const LaneParts& parts) {
    return {"UNLINK", parts.local.names.heartbeat()};
}

}  // namespace

Lane::Lane(asio::io_context& context, std::size_t index, const LaneParts& parts)
    : context_(context),
      bit_(Lanes{1} << index),
      parts_(parts),
      proof_(proof_for(parts)),
      reader_(parts.client.tracking(context, *this)),
      group_(context.get_executor()) {}

Lane::~Lane() = default;

bool Lane::begin() {
    auto expected = Life::not_begun;
    if (!life_.compare_exchange_strong(expected, Life::begun)) {
        return false;
    }
    reader_->start();
    group_.spawn("cache lane", keep_in_sync());
    return true;
}

bool Lane::give_up() {
    auto expected = Life::not_begun;
    return life_.compare_exchange_strong(expected, Life::over) || expected == Life::over;
}

Task<> Lane::stop() {
    is_stopping_ = true;
    co_await group_.stop();
    co_await reader_->stop();
    life_ = Life::over;
}

Task<Look> Lane::read(Key key) {
    if (is_stopping_) {
        throw redis::Unavailable("the cache is stopping");
    }
    if (requests_.empty()) {
        group_.spawn("cache reads", send_reads());
    }
    auto join = [this, &key](const Completion<Look>& done) {
        requests_.push_back(Request{.key = key, .done = done});
    };
    co_return co_await suspend<Look>(std::move(join));
}

Task<> Lane::send_reads() {
    co_await asio::post(context_, asio::use_awaitable);  // let the others of this turn join
    const auto requests = std::exchange(requests_, {});
    std::exception_ptr problem;
    try {
        ReadPlan plan(parts_.local, bit_, announcements_.load(std::memory_order_relaxed),
                      parts_.seams);
        for (const auto& request : requests) {
            plan.add(request.key);
        }
        auto replies = co_await reader_->pipeline(plan.commands());
        if (parts_.seams.after_read) {
            co_await parts_.seams.after_read();
        }
        auto looks = plan.digest(std::move(replies), parts_.random);
        for (std::size_t i = 0; i < requests.size(); ++i) {
            requests[i].done.complete(std::move(looks[i]));
        }
    } catch (...) {
        problem = std::current_exception();  // for every lookup that shared the read
    }
    if (problem) {
        for (const auto& request : requests) {
            request.done.fail(problem);
        }
    }
}

Task<bool> Lane::barrier() {
    if (!parts_.seams.run_barrier || is_stopping_) {
        co_return !is_stopping_;
    }
    if (at_barrier_.empty()) {
        group_.spawn("cache barrier", send_barrier());
    }
    auto join = [this](const Completion<bool>& done) { at_barrier_.push_back(done); };
    co_return co_await suspend<bool>(std::move(join));
}

Task<> Lane::send_barrier() {
    co_await asio::post(context_, asio::use_awaitable);  // let the others of this turn join
    const auto callers = std::exchange(at_barrier_, {});
    bool is_synced = false;
    try {
        const auto sent_at = std::chrono::steady_clock::now();
        const auto pong = co_await reader_->catch_up(proof_);
        is_synced = !pong.is_error() && is_tracking();
        if (is_synced) {
            synced_at_.store(to_instant(sent_at), std::memory_order_relaxed);
            parts_.synced();
        }
    } catch (...) {
        is_synced = false;  // Redis is away, or the cache stops: the caller asks the loader
    }
    for (const auto& caller : callers) {
        caller.complete(is_synced);
    }
}

Task<> Lane::keep_in_sync() {
    for (;;) {
        if (is_tracking()) {
            co_await barrier();
        }
        co_await sleep_for(parts_.sync_interval);
    }
}

Task<std::optional<std::chrono::milliseconds>> Lane::watch_lease(std::string value) {
    const std::string lease = parts_.local.names.lease(value);
    std::vector<redis::Arguments> commands(3);
    commands[0] = {"CLIENT", "CACHING", "YES"};
    commands[1] = {"MGET", value, lease};
    commands[2] = {"PTTL", lease};
    const auto replies = co_await reader_->pipeline(std::move(commands));
    const auto& found = replies[1].elements;
    if (found.size() != 2 || found[1].is_null() || replies[2].integer < 0) {
        co_return std::nullopt;
    }
    const std::chrono::milliseconds left(replies[2].integer);
    co_return is_tracking() ? left : std::min(left, kPollInterval);
}

Task<> Lane::track(std::shared_ptr<Version> version) {
    const Ticket ticket = parts_.local.tickets.take(version->hash);
    std::vector<redis::Arguments> commands(2);
    commands[0] = {"CLIENT", "CACHING", "YES"};
    commands[1] = {"GET", version->name};
    const auto replies = co_await reader_->pipeline(std::move(commands));
    const auto value = parse_version(replies[1]);
    if (value != 0 && is_tracking()) {
        parts_.local.versions.learn(*version, value, bit_, ticket);
    }
}

void Lane::on_up(redis::Announcements announcements) {
    announcements_.store(announcements, std::memory_order_relaxed);
    if (is_tracking()) {
        synced_at_.store(to_instant(std::chrono::steady_clock::now()), std::memory_order_relaxed);
    }
    parts_.synced();
}

void Lane::on_changed(std::string_view key) {
    parts_.local.on_changed(key);
}

void Lane::on_all_changed() {
    parts_.local.flush();
}

void Lane::on_lost() {
    announcements_.store(redis::Announcements::none, std::memory_order_relaxed);
    if (parts_.seams.flush_on_loss) {
        parts_.local.flush();
    }
}

}  // namespace tripos::cache
