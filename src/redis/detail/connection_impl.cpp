// SPDX-License-Identifier: MIT
#include "redis/detail/connection_impl.hpp"

#include <boost/asio/redirect_error.hpp>

#include "async/with_timeout.hpp"
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

/// A connection that lasted this long is made again at once; another one after as long.
constexpr std::chrono::milliseconds kGoodConnection{20};

}  // namespace

Connection::Impl::Impl(asio::io_context& context, ConnectionOptions options)
    : context_(context),
      options_(std::move(options)),
      outages_(options_.outages ? options_.outages
                                : std::make_shared<OutageLog>(options_.endpoint.display())),
      backoff_(BackoffOptions{}, random_),
      resolver_(context),
      session_ended_(context),
      parking_(options_.endpoint.display(), options_.pending_limit),
      parking_limit_(context),
      group_(context.get_executor()) {
    if (options_.tracking != nullptr) {
        tracker_.emplace(context_, options_, resolver_);
    }
}

void Connection::Impl::begin() {
    if (started_ || stopping_) {
        return;
    }
    started_ = true;
    parking_.open(std::chrono::steady_clock::now() + options_.command_limit);
    group_.spawn("redis connection", run());
}

Task<> Connection::Impl::stop() {
    const auto self = shared_from_this();
    shut();
    co_await group_.stop();
}

void Connection::Impl::shut() {
    stopping_ = true;
    if (opening_) {
        opening_->break_off(BreakCause::closed, "stopped");
    }
    if (session_) {
        const auto session = session_;
        session->break_off(BreakCause::closed, "stopped");
    }
    drop_feed("stopped");
    parking_.open(TimePoint::min());
    refuse_parked();
    if (std::exchange(is_out_, false)) {
        outages_->gave_up();
    }
}

void Connection::Impl::submit(std::span<const Arguments> commands,
                              const std::shared_ptr<Waiter>& waiter, Patience patience) {
    if (session_) {
        if (session_->pending() + commands.size() > options_.pending_limit) {
            waiter->fail(std::make_exception_ptr(Unavailable("too many commands are waiting")));
            return;
        }
        session_->submit(commands, waiter, patience);
        return;
    }
    const bool was_empty = parking_.is_empty();
    parking_.park(commands, waiter, patience, std::chrono::steady_clock::now());
    if (was_empty && !parking_.is_empty()) {
        await_parking_limit();
    }
}

void Connection::Impl::ping(const std::shared_ptr<Waiter>& waiter) {
    const Arguments command{"PING"};
    const Patience patience{.limit = options_.command_limit};
    if (session_ && tracker_) {
        tracker_->hearing(*session_).submit(std::span(&command, 1), waiter, patience);
    } else {
        submit(std::span(&command, 1), waiter, patience);
    }
}

void Connection::Impl::await_parking_limit() {
    parking_limit_.expires_at(parking_.until());
    auto woken = [weak = weak_from_this()](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (self && !problem) {
            self->refuse_parked();
        }
    };
    parking_limit_.async_wait(std::move(woken));
}

void Connection::Impl::refuse_parked() {
    parking_limit_.cancel();
    parking_.refuse_all();
}

Task<> Connection::Impl::run() {
    while (!stopping_) {
        auto pause = std::chrono::milliseconds(0);
        const std::string problem = co_await try_open();
        if (stopping_) {
            co_return;
        }
        if (problem.empty()) {
            on_up();
            while (session_) {
                session_ended_.expires_at(TimePoint::max());
                boost::system::error_code
                    ignored;  // cancelled: either the session ended or we stop
                co_await session_ended_.async_wait(
                    asio::redirect_error(asio::use_awaitable, ignored));
            }
            backoff_.reset();
            if (std::chrono::steady_clock::now() - up_since_ < kGoodConnection) {
                pause = kGoodConnection;
            }
        } else {
            note_outage(problem);
            pause = backoff_.next();
        }
        co_await sleep_for(pause);
    }
}

/// The reason why it failed; empty: connected. The loop of a service: it catches what opening
/// throws.
Task<std::string> Connection::Impl::try_open() {
    std::string problem;
    try {
        const bool in_time = co_await with_timeout(options_.connect_limit, open());
        if (!in_time) {
            problem = "no connection in time";
        } else if (opening_->is_broken()) {
            problem = "the server closed the connection";
        }
    } catch (const boost::system::system_error& failure) {
        problem = failure.code().message();
    } catch (const std::exception& failure) {
        problem = failure.what();
    }
    if (!problem.empty()) {
        drop_feed(problem);
        if (opening_) {
            opening_->break_off(BreakCause::closed, problem);
            opening_ = nullptr;
        }
    }
    co_return problem;
}

Task<> Connection::Impl::open() {
    opening_ = co_await open_session(context_, options_.endpoint, resolver_);
    const bool has_resp3 = co_await shake_hands(context_, opening_, options_);
    if (tracker_) {
        co_await tracker_->begin(opening_, has_resp3);
    }
}

void Connection::Impl::drop_feed(const std::string& reason) {
    if (tracker_) {
        tracker_->drop_feed(reason);
    }
}

void Connection::Impl::on_up() {
    session_ = std::exchange(opening_, nullptr);
    session_->set_on_broken(
        [this](BreakCause cause, const std::string& reason) { on_down(cause, reason); });
    up_since_ = std::chrono::steady_clock::now();
    is_connected_.store(true, std::memory_order_relaxed);
    if (std::exchange(is_out_, false)) {
        outages_->recovered();
    }
    if (tracker_) {
        tracker_->on_up(*session_);
    }
    parking_limit_.cancel();
    for (const auto& entry : parking_.leave()) {
        session_->submit(entry.commands, entry.waiter, entry.patience);
    }
}

void Connection::Impl::on_down(BreakCause cause, const std::string& reason) {
    const auto now = std::chrono::steady_clock::now();
    // A server that fell silent was lost when it did: whoever waited has waited long enough for
    // all.
    parking_.open(cause == BreakCause::silent ? now : now + options_.command_limit);
    session_ = nullptr;
    drop_feed(reason);
    is_connected_.store(false, std::memory_order_relaxed);
    session_ended_.cancel();
    if (tracker_) {
        tracker_->on_lost();
    }
    if (!stopping_) {
        note_outage(reason);
    }
}

void Connection::Impl::note_outage(const std::string& reason) {
    if (!std::exchange(is_out_, true)) {
        outages_->lost(reason);
    }
}

}  // namespace tripos::redis
