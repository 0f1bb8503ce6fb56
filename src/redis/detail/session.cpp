// SPDX-License-Identifier: MIT
#include "redis/detail/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>

namespace tripos::redis {

Session::Session(asio::io_context& context, std::unique_ptr<Stream> stream)
    : context_(context), stream_(std::move(stream)), watchdog_(context) {}

void Session::start() {
    read();
}

void Session::submit(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                     Patience patience) {
    if (broken_) {
        waiter->fail(std::make_exception_ptr(Unavailable("the connection is closed")));
        return;
    }
    dialogue_.ask(commands, waiter, patience, std::chrono::steady_clock::now());
    watch();
    schedule_flush();
}

void Session::schedule_flush() {
    if (flush_scheduled_ || is_writing_) {
        return;
    }
    flush_scheduled_ = true;
    asio::post(context_, [self = shared_from_this()] {
        self->flush_scheduled_ = false;
        self->flush();
    });
}

void Session::flush() {
    if (broken_ || is_writing_ || dialogue_.output().empty()) {
        return;
    }
    is_writing_ = true;
    writing_.clear();
    writing_.swap(dialogue_.output());
    auto written = [self = shared_from_this()](const boost::system::error_code& problem,
                                               std::size_t) {
        self->is_writing_ = false;
        if (problem) {
            self->break_off(BreakCause::closed, problem.message());
        } else {
            self->flush();
        }
    };
    stream_->async_write(asio::buffer(writing_), std::move(written));
}

void Session::read() {
    auto arrived = [self = shared_from_this()](const boost::system::error_code& problem,
                                               std::size_t bytes) {
        if (self->broken_) {
            return;
        }
        if (problem) {
            // Servers rarely say farewell in TLS.
            const bool ended =
                problem == asio::error::eof || problem == asio::ssl::error::stream_truncated;
            const bool is_idle = ended && self->pending() == 0;
            self->break_off(is_idle ? BreakCause::idle : BreakCause::closed,
                            ended ? "the server closed the connection" : problem.message());
        } else {
            self->take(bytes);
        }
    };
    stream_->async_read_some(asio::buffer(input_), std::move(arrived));
}

void Session::take(std::size_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    const auto heard = dialogue_.hear(std::string_view(input_.data(), bytes), now);
    if (!heard) {
        break_off(BreakCause::closed, "protocol violation: " + heard.error().message);
        return;
    }
    const auto [ruling, reason] = dialogue_.take_ruling();
    if (ruling != Ruling::none && on_ruling_) {
        on_ruling_(ruling, reason);
    }
    if (broken_) {
        return;
    }
    watch();  // behind a blocking command that was answered early the next one is due earlier
    read();
}

void Session::watch() {
    const auto deadline = dialogue_.deadline();
    if (deadline >= watching_for_) {
        return;  // it wakes before, and looks again
    }
    watching_for_ = deadline;
    watchdog_.expires_at(deadline);
    // Weak: a quiet connection must be destroyable while its watchdog still sleeps.
    auto woken = [weak = weak_from_this()](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (self && !problem && !self->broken_) {
            self->check_deadline();
        }
    };
    watchdog_.async_wait(std::move(woken));
}

void Session::check_deadline() {
    if (dialogue_.deadline() <= std::chrono::steady_clock::now()) {
        break_off(BreakCause::silent, "no answer in time");
        return;
    }
    watching_for_ = TimePoint::max();
    watch();
}

void Session::break_off(BreakCause cause, const std::string& reason) {
    if (broken_) {
        return;
    }
    broken_ = true;
    const auto self = shared_from_this();  // on_broken_ may drop the last owner
    watchdog_.cancel();
    stream_->close();
    dialogue_.end(reason);
    if (const auto notify = std::exchange(on_broken_, nullptr)) {
        notify(cause, reason);
    }
}

}  // namespace tripos::redis
