// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_pool.hpp"

#include <pthread.h>

#include <algorithm>

#include "mail/dkim.hpp"
#include "telemetry/log.hpp"

namespace tripos::mail::detail {

namespace {

using Kind = Delivery::Kind;

/// Wrong settings are mended by people.
constexpr std::chrono::seconds kMendPause{30};

Delivery given_back(const char* why) {
    return {.kind = Kind::retry_transport, .reply = why, .pause = std::chrono::seconds(1)};
}

LineOptions line_options(const SmtpOptions& options) {
    return {.connections = options.connections, .bulk_connections = options.bulk_connections};
}

}  // namespace

SmtpPool::SmtpPool(SmtpUrl url, const SmtpOptions& options, Metrics& metrics)
    : url_(std::move(url)),
      options_(options),
      connects_(metrics.counter("tripos_mail_connections_total", "Connections opened to the relay",
                                {{"relay", url_.display()}})),
      messages_(metrics.counter("tripos_mail_messages_total", "Messages sent over them",
                                {{"relay", url_.display()}})),
      limit_gauge_(metrics.gauge("tripos_mail_connection_limit",
                                 "Connections that may work at the same time now",
                                 {{"relay", url_.display()}})),
      line_(line_options(options)),
      limit_(line_.shared_connections()) {
    limit_gauge_.set(static_cast<double>(limit_.current()));
    const std::scoped_lock lock(mutex_);  // threads begin when all of them are there
    add_connections(options_.connections);
}

void SmtpPool::add_connections(std::size_t count) {
    while (connections_.size() < count) {
        connections_.push_back(std::make_unique<Connection>());
        Connection& connection = *connections_.back();
        connection.is_first = connections_.size() == 1;
        idle_.push_back(&connection);
        connection.thread = std::thread([this, &connection] { work(connection); });
        pthread_setname_np(connection.thread.native_handle(), "smtp");
    }
}

void SmtpPool::resize(const LineOptions& options) {
    const std::scoped_lock lock(mutex_);
    if (!taking_) {
        return;
    }
    line_.resize(options);
    limit_.set_most(line_.shared_connections());
    limit_gauge_.set(static_cast<double>(limit_.current()));
    add_connections(options.connections);
    wake_one();
}

SmtpPool::~SmtpPool() {
    stop();
    for (const auto& connection : connections_) {
        connection->thread.join();
    }
}

void SmtpPool::stop() {
    stopping_ = true;
    stop_taking();
    const std::scoped_lock lock(mutex_);
    for (const auto& connection : connections_) {
        connection->wake.notify_one();
    }
}

void SmtpPool::stop_taking() {
    std::deque<Waiting> left;
    {
        const std::scoped_lock lock(mutex_);
        taking_ = false;
        left = line_.take_all();
    }
    for (const Waiting& waiting : left) {
        waiting.completion.complete(given_back("the program is stopping"));
    }
}

std::size_t SmtpPool::make_way(Urgency urgency, std::size_t count) {
    std::vector<Waiting> overtaken;
    {
        const std::scoped_lock lock(mutex_);
        overtaken = line_.take_newest(urgency, count);
    }
    for (const Waiting& waiting : overtaken) {
        waiting.completion.complete({.kind = Kind::overtaken});
    }
    return overtaken.size();
}

void SmtpPool::submit(Message message, SendParams params, Completion<Delivery> completion) {
    const Urgency urgency = params.urgency;
    std::unique_lock lock(mutex_);
    if (!taking_ || line_.waiting_count() >= options_.most_waiting) {
        const char* why = taking_ ? "too many messages wait" : "the program is stopping";
        lock.unlock();
        completion.complete(given_back(why));
        return;
    }
    line_.push(urgency, Waiting{.message = std::move(message),
                                .params = std::move(params),
                                .completion = std::move(completion)});
    wake_one();
}

/// Wakes an idle connection for which there is something, if there is one.
void SmtpPool::wake_one() {
    const auto now = std::chrono::steady_clock::now();
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Connection* idle) {
        return now >= idle->rests_until && line_.next(is_reserved(*idle), limit_.current());
    });
    if (found != idle_.rend()) {
        (*found)->wake.notify_one();
    }
}

void SmtpPool::work(Connection& connection) {
    while (auto waiting = next(connection)) {
        const Instant begun = std::chrono::steady_clock::now();
        Delivery delivery = deliver(connection, *waiting);
        if (waiting->params.concluded) {
            waiting->params.concluded(delivery);
        }
        {
            // Idle again before the sender hears of it: its next message finds this connection.
            const std::scoped_lock lock(mutex_);
            line_.finished(connection.is_reserved, waiting->params.urgency);
            idle_.push_back(&connection);
            note(connection, delivery, begun);
        }
        waiting->completion.complete(std::move(delivery));
    }
}

std::optional<SmtpPool::Waiting> SmtpPool::next(Connection& connection) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (std::chrono::steady_clock::now() >= connection.rests_until) {
            connection.is_reserved = is_reserved(connection);
            if (auto waiting = line_.take(connection.is_reserved, limit_.current())) {
                std::erase(idle_, &connection);
                wake_one();  // there may be more than one connection can do
                return waiting;
            }
        }
        wait(connection, lock);
    }
    return std::nullopt;
}

void SmtpPool::wait(Connection& connection, std::unique_lock<std::mutex>& lock) {
    const Instant now = std::chrono::steady_clock::now();
    if (now < connection.rests_until) {
        connection.wake.wait_until(lock, connection.rests_until);
    } else if (connection.session && connection.session->is_open()) {
        if (connection.wake.wait_until(lock, now + options_.longest_idle) ==
            std::cv_status::timeout) {
            lock.unlock();
            connection.session.reset();
            lock.lock();
        }
    } else {
        connection.wake.wait(lock);
    }
}

/// The bytes of the message, signed when there is a signer.
Result<std::string> SmtpPool::compose(const Message& message) const {
    auto mime = to_mime(message);
    if (mime && options_.signer != nullptr) {
        return options_.signer->sign(std::move(*mime), message.date);
    }
    return mime;
}

Delivery SmtpPool::deliver(Connection& connection, const Waiting& waiting) {
    const auto mime = compose(waiting.message);
    if (!mime) {
        return {.kind = Kind::fail_message, .reply = mime.error().message};
    }
    if (!connection.session) {
        connection.session = std::make_unique<SmtpSession>(url_, options_, stopping_);
    }
    const Delivery delivery = connection.session->send({.from = waiting.message.from.text,
                                                        .to = waiting.message.to.text,
                                                        .mime = *mime,
                                                        .before_dot = waiting.params.before_dot});
    connects_.add(static_cast<double>(connection.session->take_connects()));
    messages_.add();
    return delivery;
}

void SmtpPool::note(Connection& connection, const Delivery& delivery, Instant begun) {
    switch (delivery.kind) {
        case Kind::retry_transport:
        case Kind::fail_configuration:
        case Kind::in_doubt:
            note_failure(connection, delivery, begun);
            break;
        case Kind::withheld:
        case Kind::overtaken:
            break;
        default:
            note_success(connection);
    }
    limit_gauge_.set(static_cast<double>(limit_.current()));
    wake_one();
}

void SmtpPool::note_failure(Connection& connection, const Delivery& delivery, Instant begun) {
    const Instant now = std::chrono::steady_clock::now();
    auto pause = connection.pause.after_failure(delivery.pause);
    if (delivery.kind == Kind::fail_configuration) {
        pause = std::max<std::chrono::milliseconds>(pause, kMendPause);
    }
    connection.rests_until = now + pause;
    if (!connection.is_reserved) {
        limit_.on_failure(begun, now);
    }
    const auto used = line_.shared_connections() + (line_.has_reserve() ? 1 : 0);
    if (++failures_in_a_row_ < used || is_away_ || stopping_) {
        return;
    }
    is_away_ = true;
    if (delivery.kind == Kind::fail_configuration) {
        log::error("mail", "the relay refuses us: check SMTP_URL and MAIL_FROM",
                   {{"relay", url_.display()}, {"code", delivery.code}, {"reply", delivery.reply}});
    } else {
        log::warn("mail", "the relay is away or throttles; mails wait",
                  {{"relay", url_.display()}, {"code", delivery.code}, {"reply", delivery.reply}});
    }
}

void SmtpPool::note_success(Connection& connection) {
    connection.pause.after_success();
    failures_in_a_row_ = 0;
    limit_.on_success(std::chrono::steady_clock::now());
    if (is_away_) {
        is_away_ = false;
        log::info("mail", "the relay takes mails again", {{"relay", url_.display()}});
    }
}

Probe SmtpPool::probe(const Message& message) {
    const auto mime = compose(message);
    if (!mime) {
        return {.delivery = {.kind = Kind::fail_message, .reply = mime.error().message},
                .dialogue = {}};
    }
    Dialogue dialogue;
    Probe probe;
    {
        SmtpSession session(url_, options_, stopping_);
        session.record(dialogue);
        const std::function<bool()> always;
        probe.delivery = session.send({.from = message.from.text,
                                       .to = message.to.text,
                                       .mime = *mime,
                                       .before_dot = always});
    }
    probe.dialogue = dialogue.take();
    return probe;
}

}  // namespace tripos::mail::detail
