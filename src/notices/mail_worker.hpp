// SPDX-License-Identifier: MIT
#pragma once
// MailWorker: works the jobs `send-email`. Nothing is sent unless its outcome can be recorded, and
// a mail whose row says SENT is not sent again. A mail can go out twice only if this process dies
// between the relay's yes and the record of it: at most one mail per slot.

#include "core/clock.hpp"
#include "mail/transport.hpp"
#include "notices/mail_job.hpp"
#include "notices/outbox.hpp"
#include "queue/worker.hpp"
#include "sql/database.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::notices {

/// Confined to the worker's context. What it refers to outlives it.
class MailWorker {
  public:
    MailWorker(sql::Database& database, const Outbox& outbox, mail::Transport& transport,
               Sender sender, const Clock& clock, Metrics& metrics);

    /// The queue's Processor.
    Task<queue::Outcome> process(const queue::Job& job);
    /// The queue's FailedHandler.
    Task<> record_failure(const queue::Job& job, const std::string& reason);

  private:
    Task<queue::Outcome> deliver(const queue::Job& job, MailJobData data,
                                 std::optional<MailInProgress> row);
    Task<> record_sent(std::string id, std::string message_id);
    void report(const mail::Delivery& delivery, const std::string& kind);

    sql::Database& database_;
    const Outbox& outbox_;
    mail::Transport& transport_;
    const Sender sender_;
    const Clock& clock_;
    Metrics& metrics_;
    bool relay_is_away_ = false;  ///< for one log line per outage
};

}  // namespace tripos::notices
