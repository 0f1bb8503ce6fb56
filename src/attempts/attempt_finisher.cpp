// SPDX-License-Identifier: MIT
#include "attempts/attempt_finisher.hpp"

#include <algorithm>
#include <set>

#include "attempts/attempt_grading.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

Counter& event_counter(Metrics& metrics, const char* event) {
    return metrics.counter("tripos_exams_attempts_total", "Attempts by what happened to them",
                           {{"event", event}});
}

}  // namespace

AttemptMetrics::AttemptMetrics(Metrics& metrics)
    : started(event_counter(metrics, "started")),
      submitted(event_counter(metrics, "submitted")),
      auto_submitted(event_counter(metrics, "auto_submitted")),
      saves(metrics.counter("tripos_exams_saves_total", "Answers saved durably")),
      deadline_lag(metrics.gauge("tripos_exams_deadline_lag_seconds",
                                 "From the earliest deadline of the last batch to its end")) {}

Task<AttemptFinisher::Report> AttemptFinisher::finish_due() {
    Report report;
    sql::PageSize size;
    for (;;) {
        auto look = [](sql::Session& session) { return attempt_store::next_deadline(session); };
        report.next_deadline = co_await parts_.database.read(std::move(look));
        const auto due = parts_.clock.now() - grace_;
        if (!report.next_deadline || *report.next_deadline > due) {
            co_return report;
        }
        co_await behind_earlier_writes();
        const auto finished = co_await finish_page(due, size);
        if (finished == 0) {
            co_return report;  // another process was faster; the next round looks again
        }
        report.finished += finished;
    }
}

Task<> AttemptFinisher::behind_earlier_writes() {
    auto nothing = [](sql::Session&) { return true; };
    co_await parts_.database.write(std::move(nothing));
}

Task<std::size_t> AttemptFinisher::finish_page(Timestamp due, sql::PageSize& size) {
    auto work = [this, due, &size](sql::Session& session, Writes& writes) {
        attempt_store::Ended ended;
        size.run([&](std::int64_t rows) {
            ended = attempt_store::finish_due(session, due, rows);
            conclude(session, writes, ended, at_deadline());
            return static_cast<std::int64_t>(ended.size());
        });
        const auto first = std::min_element(
            ended.begin(), ended.end(),
            [](const Attempt& a, const Attempt& b) { return a.deadline_at < b.deadline_at; });
        if (first != ended.end()) {
            writes.after_commit([this, earliest = first->deadline_at] {
                const std::chrono::duration<double> lag = parts_.clock.now() - earliest;
                metrics_.deadline_lag.set(lag.count());
            });
        }
        return ended.size();
    };
    co_return co_await parts_.write(std::move(work), sql::Turn::bulk);
}

Task<> AttemptFinisher::finish_due_of(std::string exam_id, std::string user_id) {
    if (is_held_()) {
        co_return;
    }
    auto work = [&, due = parts_.clock.now() - grace_](sql::Session& session, Writes& writes) {
        exams::exam_store::find_to_rely_on(session, exam_id);  // before the attempt, as a regrade
        const auto ended = attempt_store::finish_due_of(session, exam_id, user_id, due);
        conclude(session, writes, ended, at_deadline());
        return ended.size();
    };
    co_await parts_.write(std::move(work));
}

std::int64_t AttemptFinisher::finish_closed(sql::Session& session, Writes& writes,
                                            const std::string& exam_id, std::int64_t rows) const {
    exams::exam_store::find_to_rely_on(session, exam_id);
    const auto ended = attempt_store::finish_closed(session, exam_id, rows);
    conclude(session, writes, ended, at_deadline());
    return static_cast<std::int64_t>(ended.size());
}

Ending AttemptFinisher::at_deadline() const {
    return {.counter = metrics_.auto_submitted, .action = "attempt.end", .actor = audit::system()};
}

void AttemptFinisher::conclude(sql::Session& session, Writes& writes,
                               const std::vector<Attempt>& ended, const Ending& how) const {
    if (ended.empty()) {
        return;
    }
    grade_attempts(session, ended);
    name(writes, ended);
    for (const auto& attempt : ended) {
        parts_.record(session, how.actor, entry_of(how.action, attempt));
    }
    writes.after_commit([&counter = how.counter, count = static_cast<double>(ended.size())] {
        counter.add(count);
    });
}

void AttemptFinisher::name(cache::WriteScope& writes, const std::vector<Attempt>& attempts) const {
    // A few are named one by one; of many, everything of their exams ends.
    const bool is_many = attempts.size() > kNamed;
    std::set<std::string> exams;
    for (const auto& attempt : attempts) {
        writes.del(keys_.attempts_of(attempt.user_id));
        if (is_many) {
            exams.insert(attempt.exam_id);
        } else {
            writes.del(keys_.sitting(attempt.exam_id));
            writes.del(keys_.attempt(attempt.exam_id, attempt.user_id));
            also_(writes, attempt);
        }
    }
    for (const auto& exam_id : exams) {
        writes.invalidate_tag(exams::exam_tag(exam_id));
    }
}

}  // namespace tripos::attempts
