// SPDX-License-Identifier: MIT
#include "notices/mail_pipeline.hpp"

#include "async/task_group.hpp"
#include "core/id.hpp"
#include "notices/mail_worker.hpp"
#include "notices/reconciler.hpp"
#include "notices/relay.hpp"

namespace tripos::notices {

namespace {

queue::QueueOptions queue_options(const MailPipelineOptions& options) {
    return {.name = std::string(kMailQueue), .prefix = options.queue_prefix};
}

queue::WorkerOptions worker_options(const MailPipelineOptions& options) {
    return {
        .queue = std::string(kMailQueue),
        .prefix = options.queue_prefix,
        .name = "tripos",
        .concurrency = options.concurrency,
        .remove_on_complete = queue::Retention{.age = std::chrono::hours(24), .count = 100'000}};
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
         const Outbox& outbox, mail::Transport& transport, const MailPipelineOptions& options,
         const Clock& clock, Random& random, Metrics& metrics)
        : database(db),
          queue(client, queue_options(options), clock),
          relay(background.get_executor(), db, queue,
                {.retry = {.attempts = options.attempts, .backoff = options.backoff},
                 .interval = options.relay_interval},
                clock, random, metrics),
          reconciler(db, queue, relay,
                     {.interval = options.reconcile_interval, .after = options.reconcile_after},
                     clock),
          sender(db, outbox, transport, sender_of(options), clock, metrics),
          worker(background, client, worker_options(options), processor(), clock, random, metrics),
          tasks(background.get_executor()) {
        worker.on_failed([this](const queue::Job& job, const std::string& reason) {
            return sender.record_failure(job, reason);
        });
    }

    queue::Processor processor() {
        return [this](const queue::Job& job, queue::JobContext&) { return sender.process(job); };
    }

    sql::Database& database;
    queue::Queue queue;
    Relay relay;
    Reconciler reconciler;
    MailWorker sender;
    queue::Worker worker;
    TaskGroup tasks;
};

MailPipeline::MailPipeline(asio::io_context& background, sql::Database& database,
                           redis::Client& client, const Outbox& outbox, mail::Transport& transport,
                           MailPipelineOptions options, const Clock& clock, Random& random,
                           Metrics& metrics)
    : impl_(std::make_unique<Impl>(background, database, client, outbox, transport, options, clock,
                                   random, metrics)) {}

MailPipeline::~MailPipeline() = default;

void MailPipeline::start() {
    impl_->tasks.spawn("mail relay", impl_->relay.run());
    impl_->tasks.spawn("mail reconciler", impl_->reconciler.run());
    impl_->worker.start();
}

void MailPipeline::nudge() {
    impl_->relay.wake();
}

Task<> MailPipeline::stop(std::chrono::milliseconds grace) {
    co_await impl_->tasks.stop();
    co_await impl_->worker.close(grace);
}

queue::Queue& MailPipeline::email_queue() {
    return impl_->queue;
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
        if (row->status != "QUEUED") {
            co_return status;
        }
    }
    const auto job = co_await impl_->queue.get_job(id);
    if (!job) {
        co_return row ? std::optional(status) : std::nullopt;
    }
    const auto state = co_await impl_->queue.get_state(id);
    if (state != queue::JobState::unknown) {
        status.state = queue::to_string(state);
    }
    status.progress = job->progress;
    status.attempts = job->attempts_made;
    status.failed_reason = job->failed_reason;
    co_return status;
}

}  // namespace tripos::notices
