// SPDX-License-Identifier: MIT
#pragma once
// Reconciler: looks at rows that were queued some time ago and have no outcome, and asks the queue
// what became of them. Completed there: SENT. Failed there: FAILED. Alive: left alone. Unknown:
// Redis lost it, so it is PENDING again.

#include "core/clock.hpp"
#include "notices/mail_queues.hpp"
#include "notices/outbox.hpp"
#include "notices/outbox_rows.hpp"
#include "sql/database.hpp"

namespace tripos::notices {

struct ReconcilerOptions {
    std::chrono::milliseconds interval{60'000};
    std::chrono::milliseconds after{120'000};  ///< rows queued for longer are looked at
};

/// Confined to its context. Run run() in a TaskGroup of the owner.
class Reconciler {
  public:
    Reconciler(sql::Database& database, MailQueues& queues, const Outbox& outbox,
               ReconcilerOptions options, const Clock& clock);

    /// Works until it is cancelled.
    Task<> run();

  private:
    Task<> pass();
    /// True when the mail was lost and is PENDING again.
    Task<bool> settle(QueuedMail mail);

    sql::Database& database_;
    MailQueues& queues_;
    const Outbox& outbox_;
    const ReconcilerOptions options_;
    const Clock& clock_;
};

}  // namespace tripos::notices
