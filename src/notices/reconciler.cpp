// SPDX-License-Identifier: MIT
#include "notices/reconciler.hpp"

#include "notices/delivery_rows.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {

namespace {
constexpr std::int64_t kRowsAtOnce = 500;
}  // namespace

Reconciler::Reconciler(sql::Database& database, MailQueues& queues, const Outbox& outbox,
                       ReconcilerOptions options, const Clock& clock)
    : database_(database), queues_(queues), outbox_(outbox), options_(options), clock_(clock) {}

Task<> Reconciler::run() {
    for (;;) {
        co_await sleep_for(options_.interval);
        try {
            co_await pass();
        } catch (const SystemError& failure) {
            log::warn("mail", "reconciling is put off", {{"what", failure.what()}});
        }
    }
}

Task<> Reconciler::pass() {
    const auto before = clock_.now() - options_.after;
    QueuedMail last;
    int lost = 0;
    for (;;) {
        auto look = [&last, before](sql::Session& session) {
            return find_queued(session, last, before, kRowsAtOnce);
        };
        const auto rows = co_await database_.read(std::move(look), sql::Turn::bulk);
        for (const auto& row : rows) {
            const bool was_lost = co_await settle(row);
            lost += was_lost ? 1 : 0;
        }
        if (rows.size() < static_cast<std::size_t>(kRowsAtOnce)) {
            break;
        }
        last = rows.back();
    }
    if (lost > 0) {
        log::warn("mail", "the queue had lost mails; they are queued again", {{"count", lost}});
    }
}

Task<bool> Reconciler::settle(QueuedMail mail) {
    const auto& id = mail.id;
    auto& queue = queues_.of(mail.priority);
    const auto state = co_await queue.get_state(id);
    const auto now = clock_.now();
    if (state == queue::JobState::completed) {
        auto record = [&, now](sql::Session& session) { mark_sent(session, id, now); };
        co_await database_.write(std::move(record));
    } else if (state == queue::JobState::failed) {
        const auto job = co_await queue.get_job(id);
        const std::string reason = job && job->failed_reason ? *job->failed_reason : "failed";
        auto record = [&, now](sql::Session& session) { mark_failed(session, id, reason, now); };
        co_await database_.write(std::move(record));
    } else if (state == queue::JobState::unknown) {
        auto record = [&](sql::Session& session) {
            mark_pending(session, id);
            outbox_.queued(session);
        };
        co_await database_.write(std::move(record));
        co_return true;
    }
    co_return false;
}

}  // namespace tripos::notices
