// SPDX-License-Identifier: MIT
#include "attempts/exam_control.hpp"

#include <algorithm>
#include <utility>

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "attempts/deadline_terms.hpp"
#include "attempts/extension_store.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

using attempt_store::Ended;

/// What staff do to an exam, as it goes to the trail.
struct Act {
    const Parts& parts;
    const audit::Actor& actor;
    Timestamp at{};

    void record(sql::Session& session, const char* action, const exams::Exam& before,
                const exams::Exam& after, const std::string& reason = "") const {
        parts.record(session, actor,
                     {.action = action,
                      .subject = exams::exam_subject(after.id),
                      .before = facts_of(before),
                      .after = facts_of(after, reason)});
    }
};

/// The exam, locked, if it is published.
Result<exams::Exam> find_running(sql::Session& session, const std::string& id) {
    auto exam = exams::exam_store::find_to_change(session, id);
    if (!exam) {
        return exams::no_exam();
    }
    if (exam->status != exams::ExamStatus::published) {
        return invalid("exam_not_published", "Only a published exam can be closed or extended");
    }
    return std::move(*exam);
}

/// Records the instant; the attempts are yet to end.
Result<> close_in(sql::Session& session, const std::string& exam_id, const Act& act) {
    const auto before = find_running(session, exam_id);
    if (!before) {
        return before.error();
    }
    auto exam = *before;
    exam.status = exams::ExamStatus::closed;
    if (exam.start_at < act.at) {
        exam.end_at = std::min(exam.end_at, act.at);
    }
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    attempt_store::close_exam(session, exam.id, act.at);
    act.record(session, "exam.close", *before, exam);
    return {};
}

extension_store::Extension row_of(const ExtensionOrder& order, std::string exam_id,
                                  std::string user_id, const Act& act) {
    return {.id = new_id(act.at, act.parts.random),
            .exam_id = std::move(exam_id),
            .user_id = std::move(user_id),
            .attempt_id = "",
            .more = order.more,
            .as = DeadlineReason::extension,
            .reason = order.reason,
            .given_by = act.actor.id,
            .given_at = act.at};
}

Result<Ended> extend_everyone(sql::Session& session, const exams::Exam& before,
                              const ExtensionOrder& order, const Act& act) {
    if (before.end_at <= act.at) {
        return invalid("exam_not_active", "The exam has ended: it cannot be extended any more");
    }
    extension_store::insert(session, row_of(order, before.id, "", act));
    auto attempts = attempt_store::extend_exam(session, before.id, act.at, order.more);
    auto exam = before;
    exam.end_at += order.more;
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    act.record(session, "exam.extend", before, exam, order.reason);
    return attempts;
}

/// Why more time is of no use to that candidate, if it is not.
std::optional<Error> useless(sql::Session& session, const exams::Exam& exam,
                             const std::string& user_id, Timestamp now) {
    if (!accounts::hold_candidate(session, user_id)) {
        return not_found("Candidate not found");
    }
    const auto attempt = attempt_store::find_current(session, exam.id, user_id);
    if (attempt && (attempt->status != AttemptStatus::in_progress || attempt->deadline_at <= now)) {
        return conflict("attempt_ended",
                        "The attempt of a chosen candidate has ended: reopen it instead");
    }
    return std::nullopt;
}

Result<Ended> extend_chosen(sql::Session& session, const exams::Exam& exam,
                            const ExtensionOrder& order, const Act& act) {
    for (const auto& user_id : *order.user_ids) {
        if (auto refusal = useless(session, exam, user_id, act.at)) {
            return std::move(*refusal);
        }
    }
    for (const auto& user_id : *order.user_ids) {
        extension_store::insert(session, row_of(order, exam.id, user_id, act));
    }
    auto attempts =
        attempt_store::extend_some(session, exam.id, *order.user_ids, act.at, order.more);
    for (const auto& attempt : attempts) {
        auto entry = entry_of("attempt.extend", attempt, order.reason);
        entry.before = audit::facts({{"deadline", to_iso8601(attempt.deadline_at - order.more)}});
        act.parts.record(session, act.actor, entry);
    }
    return attempts;
}

/// All that it asks for, to be compared.
std::string text_of(const ExtensionOrder& order) {
    return std::to_string(order.more.count()) + '\n' +
           (order.user_ids ? join(*order.user_ids, ",") : "everyone") + '\n' + order.reason;
}

struct Extended {
    Ended attempts;
    std::int64_t count = 0;
};

Result<Extended> extend_in(sql::Session& session, const std::string& exam_id,
                           const ExtensionOrder& order, const accounts::Principal& caller,
                           const Act& act) {
    if (!exams::exam_staff::may_invigilate(session, caller, exam_id)) {
        return exams::no_exam();
    }
    // Locks the exam: orders with one key come one after another.
    const auto exam = find_running(session, exam_id);
    if (!exam) {
        return exam.error();
    }
    extension_store::Order known{
        .exam_id = exam_id, .given_by = act.actor.id, .key = order.key, .request = text_of(order)};
    known.given_at = act.at;
    const auto before =
        order.key.empty() ? std::nullopt : extension_store::find_order(session, known);
    if (before && before->request != known.request) {
        return conflict("idempotency_key_reused", "This Idempotency-Key stood for another order");
    }
    if (before) {
        return Extended{.attempts = {}, .count = before->extended};
    }
    auto attempts = order.user_ids ? extend_chosen(session, *exam, order, act)
                                   : extend_everyone(session, *exam, order, act);
    if (!attempts) {
        return attempts.error();
    }
    known.extended = static_cast<std::int64_t>(attempts->size());
    if (!order.key.empty()) {
        extension_store::put_order(session, known);
    }
    return Extended{.attempts = std::move(*attempts), .count = known.extended};
}

/// The attempt and its new deadline.
Result<Attempt> reopen_in(sql::Session& session, const std::string& attempt_id,
                          const Reopening& reopening, const accounts::Principal& caller,
                          const Act& act) {
    const auto before = attempt_store::find(session, attempt_id);
    if (!before || !exams::exam_staff::may_invigilate(session, caller, before->exam_id)) {
        return no_attempt();
    }
    const auto exam = exams::exam_store::find_to_rely_on(session, before->exam_id);
    const auto account_minutes = accounts::hold_candidate(session, before->user_id);
    if (!account_minutes || !before->submitted_at || before->status == AttemptStatus::voided) {
        return conflict("attempt_not_ended",
                        "Only an attempt that has ended, and counts, can be opened again");
    }
    auto terms = terms_of(session, *exam, *before, *account_minutes);
    const auto wanted = act.at + reopening.more;
    const std::chrono::milliseconds gap = wanted - deadline_of(terms).at;
    const extension_store::Extension row{.id = new_id(act.at, act.parts.random),
                                         .exam_id = before->exam_id,
                                         .user_id = before->user_id,
                                         .attempt_id = before->id,
                                         .more = std::max(gap, std::chrono::milliseconds(0)),
                                         .as = DeadlineReason::reopened,
                                         .reason = reopening.reason,
                                         .given_by = act.actor.id,
                                         .given_at = act.at};
    extension_store::insert(session, row);
    terms.given.push_back({.more = row.more, .as = row.as});
    auto deadline = deadline_of(terms);
    deadline.at = std::max(deadline.at, before->deadline_at);
    auto attempt = *before;
    attempt.status = AttemptStatus::in_progress;
    attempt.deadline_at = deadline.at;
    attempt.deadline_reason = deadline.reason;
    attempt.extra_time = deadline.extra;
    attempt_store::reopen(session, attempt.id, deadline, act.at);
    auto entry = entry_of("attempt.reopen", attempt, reopening.reason);
    entry.before = entry_of("", *before).after;
    act.parts.record(session, act.actor, entry);
    return attempt;
}

Result<Attempt> make_void_in(sql::Session& session, const std::string& attempt_id,
                             const std::string& reason, const accounts::Principal& caller,
                             const Act& act) {
    auto attempt = attempt_store::find(session, attempt_id);
    if (!attempt || !exams::exam_staff::may_invigilate(session, caller, attempt->exam_id)) {
        return no_attempt();
    }
    if (!attempt_store::make_void(session, attempt->id, act.at, reason)) {
        return conflict("already_void", "This attempt is void already");
    }
    auto entry = entry_of("attempt.void", *attempt);
    entry.before =
        std::exchange(entry.after, audit::facts({{"status", "VOIDED"}, {"reason", reason}}));
    act.parts.record(session, act.actor, entry);
    return std::move(*attempt);
}

constexpr const char* kClose = "close";
constexpr std::int64_t kFirstAttempts = 8;  ///< that end with the close itself

}  // namespace

ExamControl::ExamControl(const Parts& parts, exams::ExamService& exams, AttemptFinisher& finisher,
                         work::Runner& runner)
    : parts_(parts), exams_(exams), finisher_(finisher), runner_(runner) {
    runner.add({.name = kClose, .prepare = [this](work::Item item, std::int64_t rows) {
                    return prepare_page(std::move(item), rows);
                }});
}

/// The index leads to those that still run: there is nothing to look for before.
Task<work::PageWrite> ExamControl::prepare_page(work::Item item, std::int64_t rows) {
    work::PageWrite write = [this, item, rows](sql::Session& session, Writes& writes) {
        return finish_page(session, writes, item, rows);
    };
    co_return write;
}

work::Page ExamControl::finish_page(sql::Session& session, Writes& writes, const work::Item& item,
                                    std::int64_t rows) const {
    const auto ended = finisher_.finish_closed(session, writes, item.subject, rows);
    const bool is_last = ended < rows;
    if (is_last) {
        parts_.record(session, audit::system(),
                      {.action = "exam.closed",
                       .subject = exams::exam_subject(item.subject),
                       .after = audit::facts({{"ended", std::to_string(item.done + ended)}})});
    }
    return {.cursor = "", .done = ended, .changed = ended, .is_last = is_last};
}

Task<Result<work::Item>> ExamControl::close(std::string exam_id, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto look = [&exam_id](sql::Session& session) {
        return attempt_store::count_running(session, exam_id);
    };
    const auto total = co_await parts_.database.read(std::move(look));
    const work::Item begin{.id = new_id(act.at, parts_.random),
                           .kind = kClose,
                           .subject = exam_id,
                           .total = total,
                           .created_at = act.at};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<work::Item> {
        const auto closed = close_in(session, exam_id, act);
        if (!closed) {
            return closed.error();
        }
        exams_.name(writes, exam_id);
        auto item = begin;
        work::advance(item, finish_page(session, writes, begin, kFirstAttempts), act.at);
        runner_.put(session, item);
        return item;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<std::int64_t>> ExamControl::extend(std::string exam_id, ExtensionOrder order,
                                               accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<std::int64_t> {
        const auto extended = extend_in(session, exam_id, order, caller, act);
        if (!extended) {
            return extended.error();
        }
        exams_.name(writes, exam_id);
        finisher_.name(writes, extended->attempts);
        return extended->count;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<Deadline>> ExamControl::reopen(std::string attempt_id, Reopening reopening,
                                           accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Deadline> {
        const auto attempt = reopen_in(session, attempt_id, reopening, caller, act);
        if (!attempt) {
            return attempt.error();
        }
        finisher_.name(writes, std::vector<Attempt>(1, *attempt));
        return attempt->deadline();
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<>> ExamControl::make_void(std::string attempt_id, std::string reason,
                                      accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) {
        auto attempt = make_void_in(session, attempt_id, reason, caller, act);
        if (attempt) {
            finisher_.name(writes, std::vector<Attempt>(1, *attempt));
        }
        return attempt;
    };
    const auto attempt = co_await parts_.write(std::move(work));
    if (!attempt) {
        co_return attempt.error();
    }
    co_return Result<>();
}

}  // namespace tripos::attempts
