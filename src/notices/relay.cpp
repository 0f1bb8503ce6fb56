// SPDX-License-Identifier: MIT
#include "notices/relay.hpp"

#include "notices/delivery_rows.hpp"
#include "notices/mail_figures.hpp"
#include "sql/in_pages.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {

namespace {
constexpr std::int64_t kBatch = 500;
}  // namespace

Relay::Relay(asio::any_io_executor executor, sql::Database& database, MailQueues& queues,
             RelayOptions options, const Clock& clock, Random& random, Metrics& metrics)
    : database_(database),
      queues_(queues),
      options_(options),
      clock_(clock),
      metrics_(metrics),
      pending_(metrics.gauge("tripos_mail_outbox_pending", "Mails accepted but not yet queued")),
      wake_(std::move(executor)),
      backoff_({.first = std::chrono::milliseconds(100), .limit = std::chrono::seconds(5)},
               random) {}

Task<> Relay::run() {
    for (;;) {
        std::string problem;
        try {
            co_await drain();
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (problem.empty()) {
            if (backoff_.tries() > 0) {
                log::info("mail", "the outbox is being relayed again");
            }
            backoff_.reset();
            co_await wake_.wait_for(options_.interval);
        } else {
            if (backoff_.tries() == 0) {
                log::warn("mail", "mails wait in the outbox", {{"what", problem}});
            }
            co_await sleep_for(backoff_.next());
        }
    }
}

Task<> Relay::drain() {
    auto published = static_cast<std::size_t>(kBatch);
    while (published == static_cast<std::size_t>(kBatch)) {
        published = co_await publish_batch();
    }
}

Task<std::size_t> Relay::publish_batch() {
    auto look = [](sql::Session& session) { return find_pending(session, kBatch); };
    auto found = co_await database_.read(std::move(look));
    pending_.set(static_cast<double>(found.waiting));
    if (found.mails.empty()) {
        co_return 0;
    }
    const auto size = found.mails.size();
    const auto waiting = found.waiting;
    std::vector<queue::NewJob> urgent;
    std::vector<queue::NewJob> bulk;
    for (const auto& mail : found.mails) {
        auto& jobs = &queues_.of(mail.priority) == &queues_.bulk ? bulk : urgent;
        jobs.push_back(make_mail_job(mail, options_.retry));
        jobs.back().options.deduplication = deduplication_of(mail, clock_.now());
    }
    Published published;
    co_await publish(queues_.email, std::move(urgent), published);
    co_await publish(queues_.bulk, std::move(bulk), published);
    show_queued(found.mails);
    std::function<std::int64_t(sql::Session&, std::size_t, std::size_t)> mark =
        [&published, now = clock_.now()](sql::Session& session, std::size_t first,
                                         std::size_t end) -> std::int64_t {
        mark_queued(session, std::span(published.queued).subspan(first, end - first), now);
        return 0;
    };
    co_await sql::in_slices(database_, published.queued.size(), sql::Turn::urgent, std::move(mark));
    if (!published.needless.empty()) {  // second mails of a person: few
        auto drop = [&published, now = clock_.now()](sql::Session& session) {
            mark_needless(session, published.needless, now);
        };
        co_await database_.write(std::move(drop));
    }
    pending_.set(static_cast<double>(waiting - static_cast<std::int64_t>(size)));
    co_return size;
}

void Relay::show_queued(const std::vector<PendingMail>& mails) {
    const auto now = clock_.now();
    for (const auto& mail : mails) {
        const std::chrono::duration<double> took = now - mail.created_at;
        metrics_
            .histogram("tripos_mail_queueing_seconds", "From acceptance to the queue",
                       {{"class", std::string(to_string(Priority{mail.priority}.urgency()))}},
                       {0.1, 0.25, 0.5, 1, 5, 60})
            .observe(std::max(took.count(), 0.0));
    }
}

Task<> Relay::publish(queue::Queue& queue, std::vector<queue::NewJob> jobs, Published& published) {
    if (jobs.empty()) {
        co_return;
    }
    const auto added = co_await queue.add_bulk(jobs);
    if (!added) {
        // One of them is not acceptable: it must not hold up the others.
        co_await publish_one_by_one(queue, std::move(jobs), published);
        co_return;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        published.note(jobs[i].options.job_id, added->at(i));
    }
}

Task<> Relay::publish_one_by_one(queue::Queue& queue, std::vector<queue::NewJob> jobs,
                                 Published& published) {
    for (auto& job : jobs) {
        const auto id = job.options.job_id;
        const auto added = co_await queue.add(std::move(job));
        if (added) {
            published.note(id, *added);
            continue;
        }
        log::error("mail", "a mail cannot be queued",
                   {{"id", id}, {"reason", added.error().message}});
        auto fail = [&id, reason = added.error().message, now = clock_.now()](
                        sql::Session& session) { mark_failed(session, id, reason, now); };
        co_await database_.write(std::move(fail));
    }
}

}  // namespace tripos::notices
