// SPDX-License-Identifier: MIT
#include "operations/backlog_watch.hpp"

#include "attempts/attempt_store.hpp"
#include "notices/outbox_rows.hpp"
#include "queue/condition.hpp"
#include "telemetry/log.hpp"

namespace tripos::operations {

namespace {

constexpr std::chrono::seconds kBacklogInterval{15};

double in_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

/// A queue and its figures.
struct BacklogWatch::Watched {
    Watched(const OperationsParts& parts, const std::string& prefix, const std::string& name)
        : queue(parts.queue_redis, {.name = name, .prefix = prefix}, parts.wall),
          metrics(parts.metrics),
          oldest(metrics.gauge("tripos_queue_oldest_seconds",
                               "How long the next runnable job has waited", {{"queue", name}})),
          idle(metrics.gauge("tripos_queue_idle_seconds",
                             "How long no job has ended; since 1970 where none is known to have",
                             {{"queue", name}})),
          paused(metrics.gauge("tripos_queue_paused", "1: no job begins", {{"queue", name}})),
          workers(metrics.gauge("tripos_queue_workers", "Connected workers; -1: not known",
                                {{"queue", name}})) {}

    void show(const queue::QueueCondition& seen, Timestamp now) {
        for (const auto& [state, count] : seen.counts) {
            metrics
                .gauge("tripos_queue_jobs", "Jobs in each state",
                       {{"queue", seen.name}, {"state", std::string(queue::to_string(state))}})
                .set(static_cast<double>(count));
        }
        oldest.set(in_seconds(seen.oldest_wait));
        idle.set(in_seconds(now - seen.newest_end.value_or(Timestamp())));
        paused.set(seen.is_paused ? 1 : 0);
        workers.set(static_cast<double>(seen.workers.value_or(-1)));
    }

    /// Nobody knows: what was so before must not be told as of now.
    void hide() {
        oldest.set(0);
        idle.set(0);
        workers.set(-1);
    }

    queue::Queue queue;
    Metrics& metrics;
    Gauge& oldest;
    Gauge& idle;
    Gauge& paused;
    Gauge& workers;
};

BacklogWatch::BacklogWatch(const OperationsParts& parts, const std::string& queue_prefix,
                           const std::vector<std::string>& queues)
    : parts_(parts),
      outbox_oldest_(
          parts.metrics.gauge("tripos_mail_outbox_oldest_seconds",
                              "How long the queue has yet to take a mail that somebody waits for")),
      mail_queued_(parts.metrics.gauge(
          "tripos_mail_queued_seconds",
          "How long the oldest mail with a code or a link has been accepted and not ended")),
      sql_up_(parts.metrics.gauge("tripos_sql_up", "1: the database answered")),
      running_(parts.metrics.gauge("tripos_exams_running_attempts", "Attempts that are under way")),
      overdue_(parts.metrics.gauge("tripos_exams_overdue_seconds",
                                   "For how long an attempt is open that is over, its grace "
                                   "included")),
      tasks_(parts.background.get_executor()) {
    for (const auto& name : queues) {
        queues_.push_back(std::make_unique<Watched>(parts, queue_prefix, name));
        queues_.back()->hide();
    }
}

BacklogWatch::~BacklogWatch() = default;

void BacklogWatch::start() {
    tasks_.spawn("backlog", run());
}

Task<> BacklogWatch::stop() {
    co_await tasks_.stop();
}

Task<> BacklogWatch::run() {
    for (;;) {
        // Each by itself: an engine that is away hides nothing of the other.
        try {
            co_await look_into_database();
        } catch (const SystemError& failure) {
            log::debug("operations", "backlog not looked at", {{"what", failure.what()}});
        }
        for (const auto& one : queues_) {
            co_await look_into(*one);
        }
        co_await sleep_for(kBacklogInterval);
    }
}

Task<> BacklogWatch::look_into(Watched& one) {
    try {
        const auto now = parts_.wall.now();
        auto seen = co_await queue::look_at(parts_.queue_redis, one.queue, now);
        grace_.apply(seen, std::chrono::steady_clock::now());
        one.show(seen, now);
    } catch (const SystemError& failure) {
        one.hide();
        log::debug("operations", "a queue is not looked at", {{"what", failure.what()}});
    }
}

struct BacklogWatch::Seen {
    std::optional<Timestamp> oldest_mail;
    std::optional<Timestamp> oldest_urgent;
    std::optional<Timestamp> next_deadline;
    std::int64_t running = 0;
};

Task<BacklogWatch::Seen> BacklogWatch::ask_database() {
    auto ask = [](sql::Session& session) {
        return Seen{.oldest_mail = notices::oldest_pending(session),
                    .oldest_urgent = notices::oldest_urgent(session),
                    .next_deadline = attempts::attempt_store::next_deadline(session),
                    .running = attempts::attempt_store::count_running(session)};
    };
    try {
        auto seen = co_await parts_.database.read(std::move(ask));
        sql_up_.set(1);
        co_return seen;
    } catch (const SystemError&) {
        sql_up_.set(0);
        throw;
    }
}

Task<> BacklogWatch::look_into_database() {
    const auto seen = co_await ask_database();
    const auto now = parts_.clock.now();
    const auto since = [now](const std::optional<Timestamp>& at) {
        return at ? std::max(now - *at, std::chrono::milliseconds(0))
                  : std::chrono::milliseconds(0);
    };
    outbox_oldest_.set(in_seconds(since(seen.oldest_mail)));
    mail_queued_.set(in_seconds(since(seen.oldest_urgent)));
    running_.set(static_cast<double>(seen.running));
    const auto over = since(seen.next_deadline) - parts_.attempts.grace();
    overdue_.set(in_seconds(std::max(over, std::chrono::milliseconds(0))));
}

}  // namespace tripos::operations
