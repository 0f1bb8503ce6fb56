// SPDX-License-Identifier: MIT
#pragma once
// MailPipeline: everything behind the outbox - the relay that puts rows on the queues `email` and
// `email-bulk` as jobs `send-email`, the workers that send them, the reconciler that repairs what
// Redis lost.

#include <memory>

#include "mail/transport.hpp"
#include "notices/mail_figures.hpp"
#include "notices/outbox.hpp"
#include "notices/restored_mails.hpp"
#include "queue/queue.hpp"
#include "queue/worker.hpp"
#include "sql/database.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::notices {

struct MailPipelineOptions {
    std::string queue_prefix = "bull";
    std::string from = "Tripos <no-reply@tripos.localhost>";  ///< MAIL_FROM
    std::string public_url = "http://localhost:8000";         ///< of unsubscribe links
    Secret link_secret;                                       ///< from which their key is derived
    /// Jobs at the same time, per queue: more than there are connections, so that none of these
    /// waits for Redis or SQL.
    std::size_t concurrency = 64;
    std::size_t connections = 5;       ///< of the transport, as it was made
    std::size_t bulk_connections = 0;  ///< of these at most for newsletters; 0: all but two
    std::chrono::milliseconds lock_duration{10'000};  ///< how soon another takes a dead one's jobs
    int attempts = 3;
    std::chrono::milliseconds backoff{2'000};  ///< exponential, jitter 0.2
    bool slow_retries = true;  ///< then go on as slow_retries.hpp says; else they have failed
    std::chrono::milliseconds relay_interval{1'000};
    std::chrono::milliseconds reconcile_interval{60'000};
    std::chrono::milliseconds reconcile_after{
        120'000};                     ///< rows queued for longer without an outcome are looked at
    trace::Tracer* tracer = nullptr;  ///< null: jobs are not recorded; outlives the pipeline
};

/// A mail's way as the administration sees it.
struct MailJobStatus {
    std::string id;
    std::string state;  ///< waiting, active, delayed, prioritized, completed, failed, pending
    std::string progress = "0";  ///< JSON
    int attempts = 0;
    std::optional<std::string> failed_reason;
};

/// How the mails fare; see mail_figures.hpp.
struct MailClassReport {
    std::string name;  ///< security, notice, bulk
    std::chrono::duration<double> p50{0};
    std::chrono::duration<double> p95{0};
    std::chrono::duration<double> p99{0};
    ClassFigures figures;
};

/// Runs on the background context. Owned by the composition root.
class MailPipeline {
  public:
    MailPipeline(asio::io_context& background, sql::Database& database, redis::Client& client,
                 const Outbox& outbox, mail::Transport& transport, MailPipelineOptions options,
                 const Clock& clock, const Clock& wall, Random& random, Metrics& metrics);
    ~MailPipeline();

    /// From then on rows of the outbox go onto the queues: in each process, so that those which
    /// it adds need not wait for another's look.
    void start_relay();
    /// From then on jobs of the queues are done.
    void start_workers();
    /// So many jobs of that queue run at once from now on, and the transport has as many
    /// connections for them; nothing: as the options have it. Queues that are not its own mean
    /// nothing. On the background context.
    void set_concurrency(std::string_view queue, std::optional<std::int64_t> jobs);
    /// A commit has added outbox rows. From any thread.
    void nudge();
    Task<> stop(std::chrono::milliseconds grace);

    Task<std::optional<MailJobStatus>> status(std::string id);
    /// What becomes of the mails of restored data. Requires: neither relay nor workers were
    /// started.
    Task<RestoredMailsReport> settle_restored(RestoredMailsOrder order);
    /// Sends a finished mail once more, under the same Message-ID. not_found;
    /// conflict("mail_not_finished"); conflict("suppressed"), which says how to lift that.
    Task<Result<void>> resend(std::string id, Timestamp now);
    /// Forgets tries, and mails that were sent or suppressed, before that time, in slices; how
    /// many.
    Task<std::int64_t> prune(Timestamp before);
    /// Of the sealed mails that wait, so many as are looked at: how many this server's key does
    /// not open.
    Task<std::int64_t> count_unreadable();
    /// Since the start of this process. From any thread.
    std::vector<MailClassReport> report() const;
    queue::Queue& email_queue();
    queue::Queue& bulk_queue();

    class Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::notices
