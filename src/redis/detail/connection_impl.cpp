// SPDX-License-Identifier: MIT
#include "redis/detail/connection_impl.hpp"

#include <boost/asio/redirect_error.hpp>

#include "async/with_timeout.hpp"
#include "redis/detail/handshake.hpp"
#include "redis/tracking.hpp"

namespace tripos::redis {

namespace {

/// A connection that lasted this long was a good one: the next outage starts with short delays
/// again.
constexpr std::chrono::seconds kGoodConnection{1};

std::exception_ptr unavailable_error(const std::string& reason) {
    return std::make_exception_ptr(Unavailable(reason));
}

}  // namespace

Connection::Impl::Impl(asio::io_context& context, ConnectionOptions options)
    : context_(context),
      options_(std::move(options)),
      outages_(options_.outages ? options_.outages
                                : std::make_shared<OutageLog>(options_.endpoint.display())),
      backoff_(BackoffOptions{}, random_),
      session_ended_(context),
      parking_limit_(context),
      group_(context.get_executor()) {}

void Connection::Impl::begin() {
    if (started_ || stopping_) {
        return;
    }
    started_ = true;
    lost_at_ = std::chrono::steady_clock::now();
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
    refuse_parked();
    if (std::exchange(is_out_, false)) {
        outages_->gave_up();
    }
}

void Connection::Impl::submit(std::span<const Arguments> commands,
                              const std::shared_ptr<Waiter>& waiter, Patience patience) {
    if (session_) {
        if (session_->pending() + commands.size() > options_.pending_limit) {
            waiter->fail(unavailable_error("too many commands are waiting"));
            return;
        }
        session_->submit(commands, waiter, patience);
        return;
    }
    park(commands, waiter, patience);
}

void Connection::Impl::ping(const std::shared_ptr<Waiter>& waiter) {
    const Arguments command{"PING"};
    const Patience patience{.limit = options_.command_limit};
    if (session_ && feed_) {
        feed_->submit(std::span(&command, 1), waiter, patience);
    } else {
        submit(std::span(&command, 1), waiter, patience);
    }
}

void Connection::Impl::park(std::span<const Arguments> commands,
                            const std::shared_ptr<Waiter>& waiter, Patience patience) {
    if (!started_ || stopping_ ||
        std::chrono::steady_clock::now() >= lost_at_ + options_.command_limit) {
        waiter->fail(unavailable_error("not connected to " + options_.endpoint.display()));
        return;
    }
    if (parked_commands_ + commands.size() > options_.pending_limit) {
        waiter->fail(unavailable_error("too many commands are waiting"));
        return;
    }
    if (parked_.empty()) {
        parking_limit_.expires_at(lost_at_ + options_.command_limit);
        auto woken = [weak = weak_from_this()](const boost::system::error_code& problem) {
            const auto self = weak.lock();
            if (self && !problem) {
                self->refuse_parked();
            }
        };
        parking_limit_.async_wait(std::move(woken));
    }
    parked_commands_ += commands.size();
    parked_.push_back(Parked{
        .commands = {commands.begin(), commands.end()}, .waiter = waiter, .patience = patience});
}

void Connection::Impl::refuse_parked() {
    parking_limit_.cancel();
    parked_commands_ = 0;
    const auto refused = std::exchange(parked_, {});
    for (const auto& entry : refused) {
        entry.waiter->fail(unavailable_error("not connected to " + options_.endpoint.display()));
    }
}

Task<> Connection::Impl::run() {
    while (!stopping_) {
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
        } else {
            note_outage(problem);
        }
        co_await sleep_for(backoff_.next());
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
    } catch (const SystemError& failure) {
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
    opening_ = co_await connect();
    const bool has_resp3 = co_await shake_hands(context_, opening_, options_);
    if (options_.tracking != nullptr) {
        announcements_ = co_await track(has_resp3);
    }
}

Task<std::shared_ptr<Session>> Connection::Impl::connect() {
    auto stream = std::make_unique<Stream>(context_);
    co_await stream->connect(options_.endpoint);
    auto session = std::make_shared<Session>(context_, std::move(stream));
    session->start();
    co_return session;
}

Task<Announcements> Connection::Impl::track(bool has_resp3) {
    if (has_resp3) {
        const bool is_tracking =
            co_await start_tracking(context_, opening_, options_.connect_limit);
        co_return is_tracking ? Announcements::in_line : Announcements::none;
    }
    feed_ = co_await connect();
    co_await shake_hands(context_, feed_, options_);
    const bool is_tracking =
        co_await start_tracking_over(context_, opening_, feed_, options_.connect_limit);
    if (!is_tracking) {
        drop_feed("not needed");
    }
    co_return is_tracking ? Announcements::beside : Announcements::none;
}

void Connection::Impl::drop_feed(const std::string& reason) {
    if (const auto feed = std::exchange(feed_, nullptr)) {
        feed->break_off(BreakCause::closed, reason);
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
    if (options_.tracking != nullptr) {
        const auto& heard_on = feed_ ? feed_ : session_;
        heard_on->set_on_push([this](const Reply& push) { announce(push); });
        if (feed_) {
            feed_->set_on_broken([this](BreakCause cause, const std::string& reason) {
                if (session_) {
                    session_->break_off(cause, reason);
                }
            });
        }
        options_.tracking->on_up(announcements_);
    }
    parking_limit_.cancel();
    parked_commands_ = 0;
    const auto waiting = std::exchange(parked_, {});
    for (const auto& entry : waiting) {
        if (!entry.waiter->is_done()) {
            session_->submit(entry.commands, entry.waiter, entry.patience);
        }
    }
}

void Connection::Impl::on_down(BreakCause cause, const std::string& reason) {
    const auto now = std::chrono::steady_clock::now();
    // A server that fell silent was lost when it did: whoever waited has waited long enough for
    // all.
    lost_at_ = cause == BreakCause::silent ? now - options_.command_limit : now;
    if (now - up_since_ >= kGoodConnection) {
        backoff_.reset();
    }
    session_ = nullptr;
    drop_feed(reason);
    is_connected_.store(false, std::memory_order_relaxed);
    session_ended_.cancel();
    if (options_.tracking != nullptr) {
        options_.tracking->on_lost();
    }
    if (!stopping_) {
        note_outage(reason);
    }
}

/// >2 "invalidate" and the keys, or as a message to the channel; no keys: all.
void Connection::Impl::announce(const Reply& push) {
    const bool is_announcement =
        push.elements.size() == 3 ||
        (push.elements.size() == 2 && push.elements[0].text == "invalidate");
    if (!is_announcement) {
        return;
    }
    const Reply& keys = push.elements.back();
    if (keys.is_null()) {
        options_.tracking->on_all_changed();
    }
    for (const auto& key : keys.elements) {
        options_.tracking->on_changed(key.text);
    }
}

void Connection::Impl::note_outage(const std::string& reason) {
    if (!std::exchange(is_out_, true)) {
        outages_->lost(reason);
    }
}

}  // namespace tripos::redis
