// SPDX-License-Identifier: MIT
#include "redis/detail/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>

namespace tripos::redis {

namespace {

constexpr std::size_t kInlineArguments = 16;

void append_arguments(std::string& out, const Arguments& arguments) {
    if (arguments.size() <= kInlineArguments) {
        std::array<std::string_view, kInlineArguments> views;
        std::copy(arguments.begin(), arguments.end(), views.begin());
        append_command(out, std::span<const std::string_view>(views.data(), arguments.size()));
        return;
    }
    const std::vector<std::string_view> views(arguments.begin(), arguments.end());
    append_command(out, views);
}

}  // namespace

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
    const auto now = std::chrono::steady_clock::now();
    const auto deadline = std::max(now, blocked_until_) + patience.limit;
    if (patience.is_blocking) {
        blocked_until_ = deadline;
    }
    for (const auto& command : commands) {
        append_arguments(output_, command);
        pending_.push_back(Pending{.waiter = waiter, .deadline = deadline});
    }
    if (deadline < watching_for_) {
        watch(deadline);
    }
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
    if (broken_ || is_writing_ || output_.empty()) {
        return;
    }
    is_writing_ = true;
    writing_.clear();
    writing_.swap(output_);
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
            self->break_off(BreakCause::closed,
                            ended ? "the server closed the connection" : problem.message());
        } else {
            self->take(bytes);
        }
    };
    stream_->async_read_some(asio::buffer(input_), std::move(arrived));
}

void Session::take(std::size_t bytes) {
    reader_.feed(std::string_view(input_.data(), bytes));
    for (;;) {
        auto reply = reader_.next();
        if (!reply) {
            break_off(BreakCause::closed, "protocol violation: " + reply.error().message);
            return;
        }
        if (!reply->has_value()) {
            break;
        }
        if (is_unasked(**reply)) {
            if (on_push_) {
                on_push_(**reply);
            }
            continue;
        }
        if (pending_.empty()) {
            break_off(BreakCause::closed, "protocol violation: a reply nobody asked for");
            return;
        }
        const auto waiter = std::move(pending_.front().waiter);
        pending_.pop_front();
        waiter->add(std::move(**reply));
    }
    read();
}

bool Session::is_unasked(const Reply& reply) const {
    return reply.type == Reply::Type::push ||
           (hears_messages_ && reply.elements.size() == 3 && reply.elements[0].text == "message");
}

void Session::watch(TimePoint deadline) {
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
    watching_for_ = TimePoint::max();
    if (pending_.empty()) {
        return;  // the next command wakes it again
    }
    const auto deadline = pending_.front().deadline;
    if (deadline <= std::chrono::steady_clock::now()) {
        break_off(BreakCause::silent, "no answer in time");
    } else {
        watch(deadline);
    }
}

void Session::break_off(BreakCause cause, const std::string& reason) {
    if (broken_) {
        return;
    }
    broken_ = true;
    const auto self = shared_from_this();  // on_broken_ may drop the last owner
    watchdog_.cancel();
    stream_->close();
    const auto orphans = std::exchange(pending_, {});
    const auto problem = orphans.empty() ? nullptr : std::make_exception_ptr(Unavailable(reason));
    for (const auto& orphan : orphans) {
        orphan.waiter->fail(problem);
    }
    if (const auto notify = std::exchange(on_broken_, nullptr)) {
        notify(cause, reason);
    }
}

}  // namespace tripos::redis
