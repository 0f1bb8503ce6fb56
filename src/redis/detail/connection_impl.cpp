// SPDX-License-Identifier: MIT
#include "redis/detail/connection_impl.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "async/with_timeout.hpp"
#include "redis/detail/greeting_slot.hpp"
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

/// A connection that lasted this long is made again at once; another one after as long.
constexpr std::chrono::milliseconds kGoodConnection{20};
/// One whose server refused it sooner is no success: what it was told on connecting was wrong.
constexpr std::chrono::seconds kLongEnough{1};

std::string name_of(const ConnectionOptions& options) {
    return options.resolver ? options.resolver->address().display() : options.endpoint.display();
}

/// Where another server takes over, that is soon.
BackoffOptions backoff_for(const ConnectionOptions& options) {
    return options.resolver ? BackoffOptions{.limit = std::chrono::milliseconds(1'000)}
                            : BackoffOptions();
}

std::string slot_key_of(const ConnectionOptions& options) {
    const bool is_cluster =
        options.resolver && options.resolver->address().kind == Address::Kind::cluster;
    return is_cluster ? options.resolver->slot_key() : "";
}

/// Waits for a reply that is of interest to nobody: that it comes is all.
class Nobody final : public Waiter {
  public:
    void add(Reply) override {}
    void fail(std::exception_ptr) override {}
    bool is_done() const override { return true; }
};

Ask ask_over(asio::io_context& context, std::shared_ptr<Session> session,
             std::chrono::milliseconds limit) {
    return [&context, session, limit](std::vector<Arguments> commands) {
        return exchange(context, session, std::move(commands), Patience{.limit = limit});
    };
}

}  // namespace

Connection::Impl::Impl(asio::io_context& context, ConnectionOptions options, ConnectionPace pace)
    : context_(context),
      options_(std::move(options)),
      pace_(pace),
      server_(options_.endpoint),
      outages_(options_.outages ? options_.outages
                                : std::make_shared<OutageLog>(name_of(options_))),
      backoff_(backoff_for(options_), random_),
      host_resolver_(context),
      session_ended_(context),
      pause_(context),
      parking_(name_of(options_), options_.pending_limit),
      parking_limit_(context),
      group_(context.get_executor()) {
    if (options_.tracking != nullptr) {
        tracker_.emplace(context_, options_, host_resolver_);
    }
}

void Connection::Impl::begin() {
    if (started_ || stopping_) {
        return;
    }
    started_ = true;
    parking_.open(std::chrono::steady_clock::now() + options_.command_limit);
    if (options_.resolver) {
        options_.resolver->enlist(weak_from_this());
    }
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
    pause_.cancel();
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

void Connection::Impl::ping_feed(const std::shared_ptr<Waiter>& waiter) {
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
            co_await attend();
            pause = pause_after_loss();
        } else {
            note_outage(problem);
            pause = is_shut_out_ ? pace_.shut_out : backoff_.next();
        }
        pause_.expires_after(pause);
        boost::system::error_code ignored;  // cancelled: there is another master, or we stop
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

/// Until the session ends. One with nothing to say says PING: a server that closes it, or a network
/// that has forgotten it, would else be noticed by the next command.
Task<> Connection::Impl::attend() {
    while (session_) {
        session_ended_.expires_after(pace_.idle);
        boost::system::error_code ended;  // cancelled: either the session ended or we stop
        co_await session_ended_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        if (session_ && session_->pending() == 0 && !ended) {
            const Arguments ping{"PING"};
            session_->submit(std::span(&ping, 1), std::make_shared<Nobody>(),
                             Patience{.limit = options_.command_limit});
        }
    }
}

std::chrono::milliseconds Connection::Impl::pause_after_loss() {
    const auto lived = std::chrono::steady_clock::now() - up_since_;
    if (was_refused_ && lived < kLongEnough) {
        return backoff_.next();
    }
    backoff_.reset();
    return lived < kGoodConnection ? kGoodConnection : std::chrono::milliseconds(0);
}

/// The reason why it failed; empty: connected. The loop of a service: it catches what opening
/// throws.
Task<std::string> Connection::Impl::try_open() {
    std::string problem;
    bool is_resolved = false;
    is_shut_out_ = false;
    try {
        co_await resolve();
        is_resolved = true;
        const bool in_time = co_await with_timeout(options_.connect_limit, open());
        if (!in_time) {
            problem = "no connection in time";
        } else if (opening_->is_broken()) {
            problem = "the server closed the connection";
        } else if (told_ && !server_.is_at(*told_)) {
            problem = "another server has become master";
        }
    } catch (const boost::system::system_error& failure) {
        problem = failure.code().message();
    } catch (const LogInRefused& failure) {
        problem = failure.what();
        is_shut_out_ = true;
    } catch (const std::exception& failure) {
        problem = failure.what();
    }
    if (!problem.empty()) {
        drop_feed(problem);
        if (opening_) {
            opening_->break_off(BreakCause::closed, problem);
            opening_ = nullptr;
        }
        if (is_resolved && options_.resolver) {
            options_.resolver->reject();
        }
    }
    co_return problem;
}

Task<> Connection::Impl::resolve() {
    if (options_.resolver) {
        server_ = co_await options_.resolver->resolve();
    }
}

Task<> Connection::Impl::open() {
    ConnectionOptions options = options_;
    options.endpoint = server_;
    opening_ = co_await open_session(context_, server_, host_resolver_);
    const bool has_resp3 = co_await shake_hands(context_, opening_, options);
    if (!options_.takes_replica) {
        auto slot_key = slot_key_of(options_);
        co_await require_master(context_, opening_, options_.connect_limit, std::move(slot_key));
    }
    const auto greeting = options_.greeting ? options_.greeting->get() : Greeting();
    if (greeting) {
        co_await greeting(ask_over(context_, opening_, options_.connect_limit));
    }
    if (tracker_) {
        co_await tracker_->begin(opening_, has_resp3, server_);
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
    session_->set_on_ruling(
        [this](Ruling ruling, const std::string& reason) { on_ruling(ruling, reason); });
    was_refused_ = false;
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
    // An idle connection that has lived is replaced, and that alone is no outage: the next attempt
    // says whether there is one.
    const bool is_replaced =
        cause == BreakCause::idle && std::chrono::steady_clock::now() - up_since_ >= kLongEnough;
    if (!stopping_ && !is_replaced) {
        note_outage(reason);
    }
}

/// A server that cannot serve keeps its connection: it may be the only one, and will say when it
/// can. But it may have been left by the others.
void Connection::Impl::on_ruling(Ruling ruling, const std::string& reason) {
    if (options_.resolver) {
        options_.resolver->doubt();
    }
    if (ruling == Ruling::leave && session_) {
        was_refused_ = true;
        const auto session = session_;
        session->break_off(BreakCause::closed, reason);
    }
}

void Connection::Impl::on_master(const Endpoint& master, const std::string& reason) {
    asio::post(context_, [weak = weak_from_this(), master, reason] {
        if (const auto self = weak.lock()) {
            self->leave_unless_at(master, reason);
        }
    });
}

void Connection::Impl::leave_unless_at(const Endpoint& master, const std::string& reason) {
    told_ = master;
    if (!server_.is_at(master)) {
        if (opening_) {
            opening_->break_off(BreakCause::closed, reason);
        }
        if (session_) {
            const auto session = session_;
            session->break_off(BreakCause::closed, reason);
        }
    }
    backoff_.reset();
    pause_.cancel();
}

void Connection::Impl::note_outage(const std::string& reason) {
    if (!std::exchange(is_out_, true)) {
        outages_->lost(reason);
    } else {
        outages_->still_lost(reason);
    }
}

}  // namespace tripos::redis
