// SPDX-License-Identifier: MIT
#include "notices/restored_mails.hpp"

#include <algorithm>

#include "core/id.hpp"
#include "notices/outbox_rows.hpp"
#include "sql/in_pages.hpp"

namespace tripos::notices {

namespace {

constexpr std::int64_t kJobsAtOnce = 500;

using queue::JobState;

/// Jobs of that state that were made for mails of ours: a job's id is its mail's.
Task<std::vector<std::string>> jobs_of_mails(queue::Queue& queue, JobState state) {
    std::vector<std::string> ids;
    for (std::int64_t start = 0;; start += kJobsAtOnce) {
        const auto jobs = co_await queue.get_jobs(state, start, start + kJobsAtOnce - 1, true);
        for (const auto& job : jobs) {
            if (is_uuid(job.id)) {
                ids.push_back(job.id);
            }
        }
        if (jobs.size() < static_cast<std::size_t>(kJobsAtOnce)) {
            co_return ids;
        }
    }
}

Task<> drop_unknown_jobs(sql::Database& database, queue::Queue& queue,
                         RestoredMailsReport& report) {
    for (const auto state :
         {JobState::waiting, JobState::prioritized, JobState::delayed, JobState::active}) {
        const auto ids = co_await jobs_of_mails(queue, state);
        for (const auto& id : ids) {
            auto look = [&id](sql::Session& session) { return find_state(session, id); };
            const auto row = co_await database.read(std::move(look), sql::Turn::bulk);
            if (!row) {
                const auto removed = co_await queue.remove(id);
                report.dropped += removed ? 1 : 0;
                report.locked += !removed && removed.error().code == "job_locked" ? 1 : 0;
            }
        }
    }
}

}  // namespace

Task<RestoredMailsReport> settle_restored_mails(sql::Database& database, MailQueues& queues,
                                                RestoredMailsOrder order) {
    RestoredMailsReport report;
    for (auto* queue : {&queues.email, &queues.bulk}) {
        co_await drop_unknown_jobs(database, *queue, report);
    }
    if (report.locked > 0) {
        co_return report;
    }
    if (order.choice != RestoredMails::send) {
        const int spared = order.choice == RestoredMails::cancel ? Priority::urgent().value + 1
                                                                 : Priority::urgent().value;
        std::function<std::int64_t(sql::Session&, std::int64_t)> cancel =
            [&order, spared](sql::Session& session, std::int64_t rows) {
                return cancel_waiting(session, {.before = order.data_from, .below = spared},
                                      order.now, rows);
            };
        report.cancelled = co_await sql::in_pages(database, std::move(cancel));
    }
    std::function<std::int64_t(sql::Session&, std::int64_t)> again = make_pending;
    co_await sql::in_pages(database, std::move(again));
    co_return report;
}

}  // namespace tripos::notices
