// SPDX-License-Identifier: MIT
#pragma once
// MailWorker: works the jobs `send-email`. Nothing is sent unless its outcome can be recorded, and
// a mail whose row says SENT is not sent again. A mail can go out twice only when this process or
// the connection dies between the final dot and the record of the relay's yes: at most one mail per
// connection, and of those newsletters are never sent again by themselves.

#include "core/clock.hpp"
#include "mail/transport.hpp"
#include "notices/delivery_ticket.hpp"
#include "notices/mail_figures.hpp"
#include "notices/mail_job.hpp"
#include "notices/outbox.hpp"
#include "notices/unsubscribe_links.hpp"
#include "queue/worker.hpp"
#include "sql/database.hpp"

namespace tripos::notices {

/// What a MailWorker works with; all outlive it.
struct MailWorkerParts {
    sql::Database& database;
    const Outbox& outbox;
    mail::Transport& transport;
    MailFigures& figures;
    const Clock& clock;
    const Clock& wall;  ///< whose time a mail bears
    Random& random;
};

/// How a MailWorker writes and goes on.
struct MailWorkerOptions {
    Sender from;
    UnsubscribeLinks unsubscribe_links;
    bool slow_retries = true;
};

/// Confined to the worker's context.
class MailWorker {
  public:
    MailWorker(MailWorkerParts parts, MailWorkerOptions options);

    /// The queue's Processor.
    Task<queue::Outcome> process(const queue::Job& job);
    /// The queue's FailedHandler.
    Task<> record_failure(const queue::Job& job, const std::string& reason);

  private:
    Task<std::optional<TryStart>> begin(const queue::Job& job, const MailJobData& data);
    Task<queue::Outcome> deliver(const queue::Job& job, MailJobData data, MailTry mail_try);
    std::optional<std::chrono::milliseconds> deferral_of(const queue::Job& job,
                                                         const MailTry& mail_try) const;
    mail::Message compose(const queue::Job& job, MailJobData data) const;
    void report(const MailTry& mail_try, const mail::Delivery& delivery,
                DeliveryTicket::Recorded recorded);

    MailWorkerParts parts_;
    const MailWorkerOptions options_;
};

}  // namespace tripos::notices
