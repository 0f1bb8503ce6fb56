// SPDX-License-Identifier: MIT
#include "notices/mail_pipeline.hpp"

#include <algorithm>

#include "async/task_group.hpp"
#include "core/id.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/mail_queues.hpp"
#include "notices/mail_worker.hpp"
#include "notices/overtaking.hpp"
#include "notices/reconciler.hpp"
#include "notices/relay.hpp"
#include "sql/in_pages.hpp"

namespace tripos::notices {

namespace {

constexpr std::int64_t kSealedLooks = 20;  ///< of mails that wait in either way

Error suppressed(const mail::Suppression& entry) {
    const bool by_recipient = entry.reason == mail::SuppressionReason::unsubscribe;
    return conflict("suppressed",
                    entry.address + " is on the suppression list (" + mail::describe(entry) +
                        "); `tripos mail unsuppress " + entry.address +
                        (by_recipient ? " --reason unsubscribe" : "") + "` takes it off");
}

/// A job that its worker lost many times is no danger: each try is fenced, and SENT stays SENT.
constexpr int kMaxStalled = 20;

/// As EMAIL_CONCURRENCY; and a worker need not hold more jobs than keep so many busy.
constexpr std::int64_t kMostConnections = 100;
constexpr std::int64_t kMostSlots = 4 * kMostConnections;

queue::WorkerOptions worker_options(const MailPipelineOptions& options, std::string_view queue) {
    return {.queue = std::string(queue),
            .prefix = options.queue_prefix,
            .name = "tripos",
            .concurrency = options.concurrency,
            .lock_duration = options.lock_duration,
            .stalled_interval = options.lock_duration / 2,
            .max_stalled_count = kMaxStalled,
            .remove_on_complete = queue::Retention{.age = std::chrono::hours(24), .count = 100'000},
            .metrics = queue::MetricsOptions{},
            .tracer = options.tracer};
}

Sender sender_of(const MailPipelineOptions& options) {
    auto sender = parse_sender(options.from);
    if (!sender) {
        throw SystemError("mail", sender.error().message);
    }
    return *sender;
}

}  // namespace

class MailPipeline::Impl {
  public:
    Impl(asio::io_context& background, sql::Database& db, redis::Client& client,
         const Outbox& mails, mail::Transport& sender_transport, const MailPipelineOptions& options,
         const Clock& clock, const Clock& wall, Random& random, Metrics& metrics)
        : database(db),
          outbox(mails),
          transport(sender_transport),
          queues(client, options.queue_prefix, wall),
          relay(background.get_executor(), db, queues,
                {.retry = {.attempts = options.attempts, .backoff = options.backoff},
                 .interval = options.relay_interval},
                clock, random, metrics),
          reconciler(db, queues, mails,
                     {.interval = options.reconcile_interval, .after = options.reconcile_after},
                     clock),
          figures(metrics),
          sender({.database = db,
                  .outbox = mails,
                  .transport = sender_transport,
                  .figures = figures,
                  .clock = clock,
                  .wall = wall,
                  .random = random},
                 {.from = sender_of(options),
                  .unsubscribe_links = UnsubscribeLinks(options.link_secret, options.public_url),
                  .slow_retries = options.slow_retries}),
          worker(background, client, worker_options(options, kMailQueue), processor(), wall, random,
                 metrics),
          bulk_worker(background, client, worker_options(options, kBulkQueue), processor(), wall,
                      random, metrics),
          overtaking(queues.email, worker, bulk_worker, options.concurrency, sender_transport,
                     figures),
          configured(options),
          tasks(background.get_executor()) {
        for (auto* each : {&worker, &bulk_worker}) {
            each->on_failed([this](const queue::Job& job, const std::string& reason) {
                return sender.record_failure(job, reason);
            });
        }
    }

    std::size_t slots(std::optional<std::int64_t> asked) const {
        return asked ? static_cast<std::size_t>(std::min(*asked, kMostSlots))
                     : configured.concurrency;
    }

    void set_concurrency() {
        worker.set_concurrency(slots(jobs));
        overtaking.set_bulk_slots(slots(bulk_jobs));
        overtaking.set_slots(slots(jobs),
                             jobs ? SlotLimit::of_all_workers : SlotLimit::of_this_worker);
        const auto most = [](std::optional<std::int64_t> asked, std::size_t otherwise) {
            return asked ? static_cast<std::size_t>(std::min(*asked, kMostConnections)) : otherwise;
        };
        transport.set_connections(most(jobs, configured.connections),
                                  most(bulk_jobs, configured.bulk_connections));
    }

    queue::Processor processor() {
        return [this](const queue::Job& job, queue::JobContext&) { return sender.process(job); };
    }

    sql::Database& database;
    const Outbox& outbox;
    mail::Transport& transport;
    MailQueues queues;
    Relay relay;
    Reconciler reconciler;
    MailFigures figures;
    MailWorker sender;
    queue::Worker worker;
    queue::Worker bulk_worker;
    Overtaking overtaking;
    const MailPipelineOptions configured;
    std::optional<std::int64_t> jobs;       ///< of `email` at once, where that was changed
    std::optional<std::int64_t> bulk_jobs;  ///< likewise of `email-bulk`
    TaskGroup tasks;
};

MailPipeline::MailPipeline(asio::io_context& background, sql::Database& database,
                           redis::Client& client, const Outbox& outbox, mail::Transport& transport,
                           MailPipelineOptions options, const Clock& clock, const Clock& wall,
                           Random& random, Metrics& metrics)
    : impl_(std::make_unique<Impl>(background, database, client, outbox, transport, options, clock,
                                   wall, random, metrics)) {}

MailPipeline::~MailPipeline() = default;

void MailPipeline::start_relay() {
    impl_->tasks.spawn("mail relay", impl_->relay.run());
}

void MailPipeline::start_workers() {
    impl_->tasks.spawn("mail reconciler", impl_->reconciler.run());
    impl_->tasks.spawn("mail overtaking", impl_->overtaking.run());
    impl_->worker.start();
    impl_->bulk_worker.start();
}

void MailPipeline::set_concurrency(std::string_view queue, std::optional<std::int64_t> jobs) {
    if (queue != kMailQueue && queue != kBulkQueue) {
        return;
    }
    (queue == kMailQueue ? impl_->jobs : impl_->bulk_jobs) = jobs;
    impl_->set_concurrency();
}

void MailPipeline::nudge() {
    impl_->relay.wake();
}

Task<> MailPipeline::stop(std::chrono::milliseconds grace) {
    co_await impl_->tasks.stop();
    // What waits for a connection goes back to its queue; what is on one gets `grace`.
    impl_->transport.stop_taking();
    const auto end = std::chrono::steady_clock::now() + grace;
    for (auto* worker : {&impl_->bulk_worker, &impl_->worker}) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        co_await worker->close(std::max(left, std::chrono::milliseconds(0)));
    }
}

queue::Queue& MailPipeline::email_queue() {
    return impl_->queues.email;
}

queue::Queue& MailPipeline::bulk_queue() {
    return impl_->queues.bulk;
}

Task<std::int64_t> MailPipeline::count_unreadable() {
    auto look = [](sql::Session& session) { return find_sealed(session, kSealedLooks); };
    const auto mails = co_await impl_->database.read(std::move(look), sql::Turn::bulk);
    co_return std::count_if(mails.begin(), mails.end(), [this](const SealedMail& mail) {
        return !impl_->outbox.unseal(mail.id, mail.body);
    });
}

std::vector<MailClassReport> MailPipeline::report() const {
    std::vector<MailClassReport> classes;
    for (const auto urgency :
         {mail::Urgency::security, mail::Urgency::notice, mail::Urgency::bulk}) {
        auto figures = impl_->figures.of(urgency);
        classes.push_back({.name = std::string(to_string(urgency)),
                           .p50 = figures.delivery.quantile(0.5),
                           .p95 = figures.delivery.quantile(0.95),
                           .p99 = figures.delivery.quantile(0.99),
                           .figures = figures});
    }
    return classes;
}

Task<RestoredMailsReport> MailPipeline::settle_restored(RestoredMailsOrder order) {
    return settle_restored_mails(impl_->database, impl_->queues, order);
}

Task<Result<void>> MailPipeline::resend(std::string id, Timestamp now) {
    auto look = [&id](sql::Session& session) { return find_state(session, id); };
    const auto row = co_await impl_->database.read(std::move(look));
    if (!row) {
        co_return not_found("no such mail");
    }
    auto ask = [&id, now](sql::Session& session) { return find_obstacle(session, id, now); };
    if (const auto obstacle = co_await impl_->database.read(std::move(ask))) {
        co_return suppressed(*obstacle);
    }
    // The finished job stands in the way of a new one under the same id.
    auto& queue = impl_->queues.of(row->priority);
    const auto state = co_await queue.get_state(id);
    if (state == queue::JobState::completed || state == queue::JobState::failed) {
        co_await queue.remove(id);
    }
    auto again = [&id, &outbox = impl_->outbox](sql::Session& session) {
        const bool accepted = notices::resend(session, id);
        if (accepted) {
            outbox.queued(session);
        }
        return accepted;
    };
    const bool accepted = co_await impl_->database.write(std::move(again));
    if (!accepted) {
        co_return conflict("mail_not_finished",
                           "the mail is on its way, or it came from another program");
    }
    co_return Result<void>();
}

Task<std::int64_t> MailPipeline::prune(Timestamp before) {
    std::int64_t total = 0;
    for (const auto prune_some : {prune_log, prune_mails}) {
        std::function<std::int64_t(sql::Session&, std::int64_t)> forget =
            [prune_some, before](sql::Session& session, std::int64_t rows) {
                return prune_some(session, before, rows);
            };
        total += co_await sql::in_pages(impl_->database, std::move(forget));
    }
    co_return total;
}

Task<std::optional<MailJobStatus>> MailPipeline::status(std::string id) {
    auto look = [&id](sql::Session& session) { return find_state(session, id); };
    const auto row = co_await impl_->database.read(std::move(look));
    MailJobStatus status{.id = id, .state = "pending"};
    if (row) {
        status.attempts = row->attempts;
        status.failed_reason = row->last_error;
        status.state = row->status == "SENT"     ? "completed"
                       : row->status == "FAILED" ? "failed"
                                                 : "pending";
        if (row->status != "QUEUED" && row->status != "DEFERRED") {
            co_return status;
        }
    }
    auto& queue = row ? impl_->queues.of(row->priority) : impl_->queues.email;
    const auto job = co_await queue.get_job(id);
    if (!job) {
        co_return row ? std::optional(status) : std::nullopt;
    }
    const auto state = co_await queue.get_state(id);
    if (state != queue::JobState::unknown) {
        status.state = queue::to_string(state);
    }
    status.progress = job->progress;
    status.attempts = job->attempts_made;
    status.failed_reason = job->failed_reason;
    co_return status;
}

}  // namespace tripos::notices
