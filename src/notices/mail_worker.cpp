// SPDX-License-Identifier: MIT
#include "notices/mail_worker.hpp"

#include "core/id.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {

namespace {

using Kind = mail::Delivery::Kind;

constexpr std::chrono::seconds kDatabasePause{5};

}  // namespace

MailWorker::MailWorker(sql::Database& database, const Outbox& outbox, mail::Transport& transport,
                       Sender sender, const Clock& clock, Metrics& metrics)
    : database_(database),
      outbox_(outbox),
      transport_(transport),
      sender_(std::move(sender)),
      clock_(clock),
      metrics_(metrics) {}

Task<queue::Outcome> MailWorker::process(const queue::Job& job) {
    auto data = read_mail_job(job);
    if (!data) {
        co_return queue::FailPermanently{data.error().message};
    }
    std::optional<MailInProgress> row;
    try {
        auto begin = [&job](sql::Session& session) { return begin_try(session, job.id); };
        row = co_await database_.write(std::move(begin));
    } catch (const SystemError& failure) {
        log::warn("mail", "sending waits: outcomes cannot be recorded", {{"what", failure.what()}});
        co_return queue::SlowDown{kDatabasePause};
    }
    if (row && row->sent_already) {
        co_return queue::Completed{R"({"success":true,"alreadySent":true})"};
    }
    if (data->sealed) {
        auto html = outbox_.unseal(job.id, data->body);
        if (!html) {
            co_return queue::FailPermanently{
                "the sealed body was altered, or sealed with another key"};
        }
        data->body = std::move(*html);
    }
    co_return co_await deliver(job, std::move(*data), std::move(row));
}

Task<queue::Outcome> MailWorker::deliver(const queue::Job& job, MailJobData data,
                                         std::optional<MailInProgress> row) {
    mail::Message message{.from_name = sender_.name,
                          .from = sender_.address,
                          .to = std::move(data.to),
                          .subject = std::move(data.subject),
                          .html = std::move(data.body),
                          .message_id = message_id_of(job, sender_.domain),
                          .date = clock_.now()};
    const auto message_id = message.message_id;
    const auto delivery = co_await transport_.send(std::move(message));
    const std::string kind = row ? row->kind : "other";
    report(delivery, kind);
    if (delivery.kind == Kind::delivered && row) {
        co_await record_sent(job.id, message_id);
        const std::chrono::duration<double> took = clock_.now() - row->created_at;
        metrics_
            .histogram("tripos_mail_delivery_seconds", "From acceptance to delivery",
                       {{"kind", kind}})
            .observe(took.count());
    }
    co_return outcome_of(delivery, message_id);
}

Task<> MailWorker::record_sent(std::string id, std::string message_id) {
    try {
        auto record = [&, now = clock_.now()](sql::Session& session) {
            mark_sent(session, id, message_id, now);
        };
        co_await database_.write(std::move(record));
    } catch (const SystemError& failure) {
        // The completed job is a record too: the reconciler takes it over into the row.
        log::warn("mail", "a delivery is recorded in the queue only",
                  {{"id", id}, {"what", failure.what()}});
    }
}

Task<> MailWorker::record_failure(const queue::Job& job, const std::string& reason) {
    log::warn("mail", "a mail has failed", {{"id", job.id}, {"reason", reason}});
    try {
        auto record = [&, now = clock_.now()](sql::Session& session) {
            mark_failed(session, job.id, reason, now);
        };
        co_await database_.write(std::move(record));
    } catch (const SystemError& failure) {
        log::warn("mail", "a failure is recorded in the queue only",
                  {{"id", job.id}, {"what", failure.what()}});
    }
}

void MailWorker::report(const mail::Delivery& delivery, const std::string& kind) {
    metrics_
        .counter("tripos_mail_deliveries_total", "Tries to hand a mail to the relay",
                 {{"kind", kind}, {"outcome", std::string(to_string(delivery.kind))}})
        .add();
    const bool away =
        delivery.kind == Kind::retry_transport || delivery.kind == Kind::misconfigured;
    if (away == relay_is_away_) {
        return;
    }
    relay_is_away_ = away;
    const auto relay = transport_.describe();
    if (delivery.kind == Kind::misconfigured) {
        log::error("mail", "the relay refuses us: check SMTP_URL and MAIL_FROM",
                   {{"relay", relay}, {"code", delivery.code}, {"reply", delivery.reply}});
    } else if (away) {
        log::warn("mail", "the relay is away; mails wait",
                  {{"relay", relay}, {"code", delivery.code}, {"reply", delivery.reply}});
    } else {
        log::info("mail", "the relay takes mails again", {{"relay", relay}});
    }
}

}  // namespace tripos::notices
