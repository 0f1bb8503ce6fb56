// SPDX-License-Identifier: MIT
#include "notices/mail_worker.hpp"

#include "core/failpoint.hpp"
#include "core/id.hpp"
#include "mail/templates.hpp"
#include "notices/slow_retries.hpp"
#include "telemetry/log.hpp"
#include "telemetry/span.hpp"

namespace tripos::notices {

namespace {

using Kind = mail::Delivery::Kind;
using Recorded = DeliveryTicket::Recorded;
using Verdict = TryStart::Verdict;

mail::SendParams params_of(const std::shared_ptr<DeliveryTicket>& ticket) {
    return {.urgency = ticket->mail_try().urgency,
            .before_dot = [ticket] { return ticket->mark(); },
            .concluded =
                [ticket](const mail::Delivery& delivery) {
                    if (delivery.kind != Kind::withheld) {
                        ticket->record(delivery);
                    }
                }};
}

/// The relay's words may name people; its code and what it means do not.
void describe(trace::Span& span, const mail::Delivery& delivery) {
    span.set("network.protocol.name", "smtp");
    span.set("tripos.mail.outcome", to_string(delivery.kind));
    span.set("tripos.mail.reply_code", delivery.code);
    if (delivery.kind != Kind::delivered) {
        span.fail(to_string(delivery.kind));
    }
}

}  // namespace

MailWorker::MailWorker(MailWorkerParts parts, MailWorkerOptions options)
    : parts_(parts), options_(std::move(options)) {}

Task<queue::Outcome> MailWorker::process(const queue::Job& job) {
    auto data = read_mail_job(job);
    if (!data) {
        co_return queue::FailPermanently{data.error().message};
    }
    auto start = co_await begin(job, *data);
    if (!start) {
        co_return queue::SlowDown{kDatabasePause};
    }
    const auto urgency = start->mail_try.urgency;
    switch (start->verdict) {
        case Verdict::already_sent:
            co_return queue::Completed{R"({"success":true,"alreadySent":true})"};
        case Verdict::withdrawn:
            parts_.figures.on_withdrawn(urgency);
            co_return queue::Completed{R"({"success":false,"withdrawn":true})"};
        case Verdict::in_doubt:
            parts_.figures.on_left_in_doubt(urgency);
            co_return queue::FailPermanently{std::move(start->reason)};
        case Verdict::send:
            break;
    }
    if (start->mail_try.is_suspect) {
        parts_.figures.on_resent_in_doubt(urgency);
    }
    if (data->sealed) {
        auto html = parts_.outbox.unseal(job.id, data->body);
        if (!html) {
            co_return queue::FailPermanently{
                "the sealed body was altered, or sealed with another key"};
        }
        data->body = std::move(*html);
    }
    start->mail_try.deferral = deferral_of(job, start->mail_try);
    co_return co_await deliver(job, std::move(*data), std::move(start->mail_try));
}

/// Nothing: it has quick attempts left, or no time.
std::optional<std::chrono::milliseconds> MailWorker::deferral_of(const queue::Job& job,
                                                                 const MailTry& mail_try) const {
    const bool is_last_attempt = job.attempts_made + 1 >= job.options.attempts;
    if (!options_.slow_retries || !is_last_attempt) {
        return std::nullopt;
    }
    const auto now = parts_.clock.now();
    const RefusedMail refused{.urgency = mail_try.urgency,
                              .since = mail_try.refused_since.value_or(now),
                              .expires_at = mail_try.expires_at};
    return slow_pause(refused, now, parts_.random);
}

/// Nothing: the database is away.
Task<std::optional<TryStart>> MailWorker::begin(const queue::Job& job, const MailJobData& data) {
    const auto id = mail_id_of(job);
    const ForeignMail foreign{.to = data.to,
                              .subject = data.subject,
                              .priority = priority_of(job),
                              .created_at = job.timestamp};
    try {
        auto begin = [&, now = parts_.clock.now()](sql::Session& session) {
            return begin_try(session, id, foreign, now);
        };
        co_return co_await parts_.database.write(std::move(begin));
    } catch (const SystemError& failure) {
        log::warn("mail", "sending waits: outcomes cannot be recorded", {{"what", failure.what()}});
    }
    co_return std::nullopt;
}

mail::Message MailWorker::compose(const queue::Job& job, MailJobData data) const {
    mail::Message message{.from_name = options_.from.name,
                          .from = options_.from.address,
                          .to = std::move(data.to),
                          .subject = std::move(data.subject),
                          .html = std::move(data.body),
                          .message_id = mail_id_of(job) + "@" + options_.from.domain,
                          .date = parts_.wall.now()};
    if (!data.list.empty() && is_uuid(job.id)) {
        const auto link = options_.unsubscribe_links.link_for(job.id);
        message.html = mail::with_unsubscribe_link(std::move(message.html), link);
        message.list =
            mail::ListHeaders{.id = data.list + "." + options_.from.domain, .unsubscribe = link};
    }
    return message;
}

Task<queue::Outcome> MailWorker::deliver(const queue::Job& job, MailJobData data,
                                         MailTry mail_try) {
    auto message = compose(job, std::move(data));
    const auto message_id = message.message_id;
    const auto ticket = std::make_shared<DeliveryTicket>(parts_.database, parts_.clock, mail_try);
    auto params = params_of(ticket);
    if (TRIPOS_FAILPOINT_AT_TIMES("lose-mail")) {
        co_return queue::Completed{R"({"success":true})"};
    }
    if (TRIPOS_FAILPOINT_AT_TIMES("send-thrice")) {
        for (int copy = 1; copy < 3; ++copy) {
            auto again = message;
            // Without its ticket, which lets one go.
            mail::SendParams params_again;
            params_again.urgency = mail_try.urgency;
            co_await parts_.transport.send(std::move(again), std::move(params_again));
        }
    }
    trace::Span span("send mail", trace::Kind::client);
    const auto delivery = co_await parts_.transport.send(std::move(message), std::move(params));
    describe(span, delivery);
    span = trace::Span();
    const auto recorded = co_await ticket->recorded();
    report(mail_try, delivery, recorded);
    co_return outcome_of(delivery, {.message_id = message_id,
                                    .urgency = mail_try.urgency,
                                    .throttled = mail_try.throttled,
                                    .deferral = mail_try.deferral,
                                    .now = parts_.wall.now()});
}

void MailWorker::report(const MailTry& mail_try, const mail::Delivery& delivery,
                        Recorded recorded) {
    auto& figures = parts_.figures;
    figures.on_outcome(mail_try.urgency, mail_try.kind, delivery.kind);
    if (delivery.kind == Kind::in_doubt) {
        log::warn("mail", "a delivery is in doubt: the relay may have the mail",
                  {{"id", mail_try.id}, {"reply", delivery.reply}});
        is_sent_again(mail_try.urgency) ? figures.on_resent_in_doubt(mail_try.urgency)
                                        : figures.on_left_in_doubt(mail_try.urgency);
    }
    if (delivery.kind != Kind::delivered) {
        return;
    }
    figures.on_delivered(mail_try.urgency, parts_.clock.now() - mail_try.created_at);
    if (recorded == Recorded::second) {
        figures.on_second_copy(mail_try.urgency);
        log::warn("mail", "a mail was delivered twice", {{"id", mail_try.id}});
    } else if (recorded == Recorded::not_at_all) {
        // The completed job is a record too: the reconciler takes it over into the row.
        log::warn("mail", "a delivery is recorded in the queue only", {{"id", mail_try.id}});
    }
}

Task<> MailWorker::record_failure(const queue::Job& job, const std::string& reason) {
    const auto id = mail_id_of(job);
    log::warn("mail", "a mail has failed", {{"id", id}, {"reason", reason}});
    try {
        auto record = [&, now = parts_.clock.now()](sql::Session& session) {
            mark_failed(session, id, reason, now);
        };
        co_await parts_.database.write(std::move(record));
    } catch (const SystemError& failure) {
        log::warn("mail", "a failure is recorded in the queue only",
                  {{"id", id}, {"what", failure.what()}});
    }
}

}  // namespace tripos::notices
