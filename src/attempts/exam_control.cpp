// SPDX-License-Identifier: MIT
#include "attempts/exam_control.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "accounts/actor.hpp"
#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "attempts/deadline_terms.hpp"
#include "attempts/extension_store.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/confirmation.hpp"
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

Error not_running() {
    return invalid("exam_not_published", "Only a published exam can be closed or extended");
}

/// The exam, locked, if it is published.
Result<exams::Exam> find_running(sql::Session& session, const std::string& id) {
    auto exam = exams::exam_store::find_to_change(session, id);
    if (!exam) {
        return exams::no_exam();
    }
    if (exam->status != exams::ExamStatus::published) {
        return not_running();
    }
    return std::move(*exam);
}

/// Records the instant; the attempts are yet to end. Whom it touches.
Result<Touched> close_in(sql::Session& session, const std::string& exam_id,
                         const ClosingOrder& order, const Act& act) {
    const auto before = find_running(session, exam_id);
    if (!before) {
        return before.error();
    }
    auto touched = touched_by_exam(session, exam_id);
    if (order.is_dry_run) {
        return touched;
    }
    if (auto refusal = exams::unless_confirmed(order.confirmation, *before, touched.candidates)) {
        return std::move(*refusal);
    }
    auto exam = *before;
    exam.status = exams::ExamStatus::closed;
    if (exam.start_at < act.at) {
        exam.end_at = std::min(exam.end_at, act.at);
    }
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    attempt_store::close_exam(session, exam.id, act.at);
    act.record(session, "exam.close", *before, exam, order.reason);
    return touched;
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

/// Of the attempts that run, those whose deadline is after `later_than`.
Ended extend_everyone(sql::Session& session, const exams::Exam& before, const ExtensionOrder& order,
                      const Act& act, Timestamp later_than) {
    extension_store::insert(session, row_of(order, before.id, "", act));
    auto attempts = attempt_store::extend_exam(session, before.id, later_than, order.more);
    auto exam = before;
    exam.end_at += order.more;
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    act.record(session, "exam.extend", before, exam, order.reason);
    return attempts;
}

/// Nobody can begin it any more: it has ended for this candidate too, whose window may be another.
bool has_ended_for(sql::Session& session, const exams::Exam& exam, const std::string& user_id,
                   Timestamp now) {
    const auto accommodations = exams::accommodation_store::list_for(session, user_id, exam.id);
    const auto own_window = exams::allowance_of(accommodations, {}).own_window;
    return exams::is_over(exams::within(exam, own_window), now);
}

/// Why more time is of no use to that candidate, if it is not.
std::optional<Error> useless(sql::Session& session, const exams::Exam& exam,
                             const std::string& user_id, Timestamp now) {
    if (!accounts::hold_candidate(session, user_id)) {
        return not_found("Candidate not found");
    }
    const auto attempt = attempt_store::find_current(session, exam.id, user_id);
    const bool is_writing =
        attempt && attempt->status == AttemptStatus::in_progress && attempt->deadline_at > now;
    if (exam.status != exams::ExamStatus::published && !is_writing) {
        return not_running();  // in a closed exam only who was let in again writes
    }
    if (!attempt && has_ended_for(session, exam, user_id, now)) {
        return invalid("exam_not_active",
                       "The exam has ended: a chosen candidate who has not begun it cannot begin "
                       "any more");
    }
    if (attempt && !is_writing) {
        return conflict("attempt_ended",
                        "The attempt of a chosen candidate has ended: reopen it instead");
    }
    return std::nullopt;
}

/// Why the order cannot be carried out, if it cannot.
std::optional<Error> refuse(sql::Session& session, const exams::Exam& exam,
                            const ExtensionOrder& order, const Touched& touched, Timestamp now) {
    const bool is_closed = exam.status == exams::ExamStatus::closed;
    if (exam.status != exams::ExamStatus::published && !(is_closed && order.user_ids)) {
        return not_running();
    }
    if (!order.user_ids && exam.end_at <= now) {
        return invalid("exam_not_active", "The exam has ended: it cannot be extended any more");
    }
    if (!order.user_ids) {
        return order.is_dry_run
                   ? std::nullopt
                   : exams::unless_confirmed(order.confirmation, exam, touched.candidates);
    }
    for (const auto& user_id : *order.user_ids) {
        if (auto refusal = useless(session, exam, user_id, now)) {
            return refusal;
        }
    }
    return std::nullopt;
}

Ended extend_chosen(sql::Session& session, const exams::Exam& exam, const ExtensionOrder& order,
                    const Act& act) {
    for (const auto& user_id : *order.user_ids) {
        extension_store::insert(session, row_of(order, exam.id, user_id, act));
    }
    auto attempts =
        attempt_store::extend_some(session, exam.id, *order.user_ids, act.at, order.more);
    std::set<std::string> yet_to_begin(order.user_ids->begin(), order.user_ids->end());
    for (const auto& attempt : attempts) {
        auto entry = entry_of("attempt.extend", attempt, order.reason);
        entry.before = audit::facts({{"deadline", to_iso8601(attempt.deadline_at - order.more)}});
        act.parts.record(session, act.actor, entry);
        yet_to_begin.erase(attempt.user_id);
    }
    for (const auto& user_id : yet_to_begin) {
        act.parts.record(session, act.actor,
                         {.action = "attempt.extend",
                          .subject = accounts::account_subject(user_id),
                          .within = exams::exam_subject(exam.id),
                          .after = audit::facts({{"minutes", std::to_string(order.more.count())},
                                                 {"reason", order.reason}})});
    }
    return attempts;
}

/// All that it asks for, to be compared.
std::string text_of(const ExtensionOrder& order) {
    return std::to_string(order.more.count()) + '\n' +
           (order.user_ids ? join(*order.user_ids, ",") : "everyone") + '\n' + order.reason;
}

struct DoneExtension {
    Ended attempts;
    Extended report;
};

Result<DoneExtension> extend_in(sql::Session& session, const std::string& exam_id,
                                const ExtensionOrder& order, const accounts::Principal& caller,
                                const Act& act) {
    if (!exams::exam_staff::may_invigilate(session, caller, exam_id)) {
        return exams::no_exam();
    }
    // Locks the exam: orders with one key come one after another.
    const auto exam = exams::exam_store::find_to_change(session, exam_id);
    if (!exam) {
        return exams::no_exam();
    }
    extension_store::Order known{
        .exam_id = exam_id, .given_by = act.actor.id, .key = order.key, .request = text_of(order)};
    known.given_at = act.at;
    const auto before =
        order.key.empty() ? std::nullopt : extension_store::find_order(session, known);
    if (before && before->request != known.request) {
        return conflict("idempotency_key_reused", "This Idempotency-Key stood for another order");
    }
    auto touched = order.user_ids ? attempts::touched(session, *order.user_ids)
                                  : touched_by_exam(session, exam_id);
    if (before) {
        return DoneExtension{
            .attempts = {},
            .report = {.attempts = before->extended, .touched = std::move(touched)}};
    }
    if (auto refusal = refuse(session, *exam, order, touched, act.at)) {
        return std::move(*refusal);
    }
    if (order.is_dry_run) {
        return DoneExtension{.attempts = {},
                             .report = {.attempts = 0, .touched = std::move(touched)}};
    }
    auto attempts = order.user_ids ? extend_chosen(session, *exam, order, act)
                                   : extend_everyone(session, *exam, order, act, act.at);
    known.extended = static_cast<std::int64_t>(attempts.size());
    if (!order.key.empty()) {
        extension_store::put_order(session, known);
    }
    return DoneExtension{.attempts = std::move(attempts),
                         .report = {.attempts = known.extended, .touched = std::move(touched)}};
}

/// Nobody, when the exam is closed, or was made up for by that order.
Ended make_up_in(sql::Session& session, const std::string& exam_id, const ExtensionOrder& order,
                 const Act& act) {
    const auto exam = find_running(session, exam_id);
    extension_store::Order known{
        .exam_id = exam_id, .given_by = act.actor.id, .key = order.key, .request = text_of(order)};
    known.given_at = act.at;
    if (!exam || extension_store::find_order(session, known)) {
        return {};
    }
    auto attempts = extend_everyone(session, *exam, order, act, Timestamp::min());
    known.extended = static_cast<std::int64_t>(attempts.size());
    extension_store::put_order(session, known);
    return attempts;
}

/// The attempt and its new deadline.
Result<Attempt> reopen_in(sql::Session& session, const std::string& attempt_id,
                          const ReopeningOrder& order, const accounts::Principal& caller,
                          const Act& act) {
    const auto found = attempt_store::find(session, attempt_id);
    if (!found || !exams::exam_staff::may_invigilate(session, caller, found->exam_id)) {
        return no_attempt();
    }
    const auto exam = exams::exam_store::find_to_rely_on(session, found->exam_id);
    const auto account_minutes = accounts::hold_candidate(session, found->user_id);
    // Locked last, as by whoever extends; of two who open it at once the later sees that it runs.
    const auto before = attempt_store::find_to_change(session, attempt_id);
    if (!account_minutes || !before->submitted_at || before->status == AttemptStatus::voided) {
        return conflict("attempt_not_ended",
                        "Only an attempt that has ended, and counts, can be opened again");
    }
    auto terms = terms_of(session, *exam, *before, *account_minutes);
    const auto wanted = act.at + order.more;
    const std::chrono::milliseconds gap = wanted - deadline_of(terms).at;
    const extension_store::Extension row{.id = new_id(act.at, act.parts.random),
                                         .exam_id = before->exam_id,
                                         .user_id = before->user_id,
                                         .attempt_id = before->id,
                                         .more = std::max(gap, std::chrono::milliseconds(0)),
                                         .as = DeadlineReason::reopened,
                                         .reason = order.reason,
                                         .given_by = act.actor.id,
                                         .given_at = act.at};
    terms.given.push_back({.more = row.more, .as = row.as});
    auto deadline = deadline_of(terms);
    deadline.at = std::max(deadline.at, before->deadline_at);
    auto attempt = *before;
    attempt.status = AttemptStatus::in_progress;
    attempt.deadline_at = deadline.at;
    attempt.deadline_reason = deadline.reason;
    attempt.extra_time = deadline.extra;
    if (order.is_dry_run) {
        return attempt;
    }
    extension_store::insert(session, row);
    attempt_store::reopen(session, attempt.id, deadline, act.at);
    auto entry = entry_of("attempt.reopen", attempt, order.reason);
    entry.before = entry_of("", *before).after;
    act.parts.record(session, act.actor, entry);
    return attempt;
}

Result<Attempt> make_void_in(sql::Session& session, const std::string& attempt_id,
                             const VoidingOrder& order, const accounts::Principal& caller,
                             const Act& act) {
    auto attempt = attempt_store::find_to_change(session, attempt_id);
    if (!attempt || !exams::exam_staff::may_invigilate(session, caller, attempt->exam_id)) {
        return no_attempt();
    }
    if (attempt->status == AttemptStatus::voided) {
        return conflict("already_void", "This attempt is void already");
    }
    if (order.is_dry_run) {
        return std::move(*attempt);
    }
    attempt_store::make_void(session, attempt->id, act.at, order.reason);
    auto entry = entry_of("attempt.void", *attempt);
    entry.before =
        std::exchange(entry.after, audit::facts({{"status", "VOIDED"}, {"reason", order.reason}}));
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

Task<Result<Closing>> ExamControl::close(std::string exam_id, ClosingOrder order,
                                         audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Closing> {
        auto touched = close_in(session, exam_id, order, act);
        if (!touched) {
            return touched.error();
        }
        Closing closing{.work = {.id = new_id(act.at, parts_.random),
                                 .kind = kClose,
                                 .subject = exam_id,
                                 .total = touched->candidates,
                                 .created_at = act.at},
                        .touched = std::move(*touched)};
        if (order.is_dry_run) {
            return closing;
        }
        exams_.name(writes, exam_id);
        const auto page = finish_page(session, writes, closing.work, kFirstAttempts);
        work::advance(closing.work, page, act.at);
        runner_.put(session, closing.work);
        return closing;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<Extended>> ExamControl::extend(std::string exam_id, ExtensionOrder order,
                                           accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Extended> {
        auto done = extend_in(session, exam_id, order, caller, act);
        if (!done) {
            return done.error();
        }
        if (!order.is_dry_run) {
            exams_.name(writes, exam_id);
            finisher_.name(writes, done->attempts);
        }
        return std::move(done->report);
    };
    co_return co_await parts_.write(std::move(work));
}

Task<std::int64_t> ExamControl::make_up(std::chrono::minutes more, std::string key) {
    const auto actor = audit::command_line();
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    ExtensionOrder order;
    order.more = more;
    order.reason = "made up for after a restore";
    order.key = std::move(key);
    const auto exam_ids = co_await parts_.database.read(attempt_store::running_exams);
    std::int64_t extended = 0;
    for (const auto& exam_id : exam_ids) {
        auto work = [&](sql::Session& session, Writes& writes) {
            const auto attempts = make_up_in(session, exam_id, order, act);
            exams_.name(writes, exam_id);
            finisher_.name(writes, attempts);
            return static_cast<std::int64_t>(attempts.size());
        };
        extended += co_await parts_.write(std::move(work));
    }
    co_return extended;
}

Task<Result<Reopened>> ExamControl::reopen(std::string attempt_id, ReopeningOrder order,
                                           accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Reopened> {
        const auto attempt = reopen_in(session, attempt_id, order, caller, act);
        if (!attempt) {
            return attempt.error();
        }
        if (!order.is_dry_run) {
            finisher_.name(writes, std::vector<Attempt>(1, *attempt));
        }
        return Reopened{.deadline = attempt->deadline(),
                        .touched = touched(session, {attempt->user_id})};
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<Touched>> ExamControl::make_void(std::string attempt_id, VoidingOrder order,
                                             accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Touched> {
        const auto attempt = make_void_in(session, attempt_id, order, caller, act);
        if (!attempt) {
            return attempt.error();
        }
        if (!order.is_dry_run) {
            finisher_.name(writes, std::vector<Attempt>(1, *attempt));
        }
        return touched(session, {attempt->user_id});
    };
    co_return co_await parts_.write(std::move(work));
}

}  // namespace tripos::attempts
