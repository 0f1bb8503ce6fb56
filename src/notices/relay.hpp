// SPDX-License-Identifier: MIT
#pragma once
// Relay: takes PENDING rows of the outbox to the queue, the most urgent first. It publishes before
// it marks: a crash between the two adds the job again, which is a no-op. While Redis is away the
// rows wait.

#include "async/backoff.hpp"
#include "async/event.hpp"
#include "core/clock.hpp"
#include "notices/mail_job.hpp"
#include "notices/mail_queues.hpp"
#include "notices/outbox_rows.hpp"
#include "sql/database.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::notices {

struct RelayOptions {
    RetryPolicy retry;
    std::chrono::milliseconds interval{1'000};  ///< it looks this often without being woken
};

/// Confined to its context, except wake(). Run run() in a TaskGroup of the owner.
class Relay {
  public:
    Relay(asio::any_io_executor executor, sql::Database& database, MailQueues& queues,
          RelayOptions options, const Clock& clock, Random& random, Metrics& metrics);

    /// Rows may have been added. From any thread, while the context lives.
    void wake() { wake_.notify_from_any_thread(); }
    /// Works until it is cancelled.
    Task<> run();

  private:
    Task<std::size_t> publish_batch();
    /// What became of the rows of a batch, by their ids.
    struct Published {
        std::vector<std::string> queued;
        std::vector<std::string> needless;  ///< one that says the same is on its way

        /// `id`: the row's; `job_id`: of the job that stands for it.
        void note(const std::string& id, const std::string& job_id) {
            (id == job_id ? queued : needless).push_back(id);
        }
    };
    /// Adds those of one queue.
    Task<> publish(queue::Queue& queue, std::vector<queue::NewJob> jobs, Published& published);
    Task<> publish_one_by_one(queue::Queue& queue, std::vector<queue::NewJob> jobs,
                              Published& published);
    Task<> drain();
    void show_queued(const std::vector<PendingMail>& mails);

    sql::Database& database_;
    MailQueues& queues_;
    const RelayOptions options_;
    const Clock& clock_;
    Metrics& metrics_;
    Gauge& pending_;
    Event wake_;
    Backoff backoff_;
};

}  // namespace tripos::notices
