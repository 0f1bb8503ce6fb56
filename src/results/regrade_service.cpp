// SPDX-License-Identifier: MIT
#include "results/regrade_service.hpp"

#include <algorithm>

#include "attempts/answer_store.hpp"
#include "attempts/attempt_grading.hpp"
#include "attempts/late_answer.hpp"
#include "core/id.hpp"
#include "exams/confirmation.hpp"
#include "exams/exam_store.hpp"
#include "notices/outbox_rows.hpp"
#include "results/correction_rules.hpp"
#include "results/result_mail.hpp"
#include "results/result_store.hpp"

namespace tripos::results {

namespace {

namespace correction_store = attempts::correction_store;
using attempts::attempt_store::Graded;

constexpr const char* kRegrade = "regrade";
constexpr const char* kRegradeTold = "regrade_told";
constexpr std::int64_t kFirstAttempts = 32;  ///< looked at before the answer of calculate()
constexpr std::int64_t kReadAtOnce = 500;    ///< attempts, by a dry run

Error outdated() {
    return conflict("regrade_outdated",
                    "What this dry run showed is no longer so: make another one, and look at it");
}

Error not_published() {
    return invalid("exam_not_published", "A draft is changed, not corrected");
}

/// Every ended attempt of the exam that counts, to `visit`.
template <class Visit>
void visit_ended(sql::Session& session, const std::string& exam_id, Visit visit) {
    std::string after;
    for (;;) {
        const auto page = attempts::attempt_store::list_ended(session, exam_id, after, kReadAtOnce);
        for (const auto& graded : page) {
            visit(graded);
        }
        if (static_cast<std::int64_t>(page.size()) < kReadAtOnce) {
            return;
        }
        after = page.back().attempt.user_id;
    }
}

std::string grades_of(sql::Session& session, const std::string& exam_id) {
    GradesDigest digest;
    visit_ended(session, exam_id, [&digest](const Graded& graded) { digest.add(graded); });
    return digest.finish(attempts::late_store::count_accepted(session, exam_id));
}

/// Nothing when there is no such exam.
std::optional<RegradeRun> make_run(sql::Session& session, const std::string& exam_id) {
    if (!exams::exam_store::find(session, exam_id)) {
        return std::nullopt;
    }
    auto corrected = attempts::read_published_key(session, exam_id);
    attempts::apply_corrections(corrected, correction_store::list(session, exam_id));
    RegradeTally tally(attempts::read_answer_key(session, exam_id), std::move(corrected));
    visit_ended(session, exam_id, [&](const Graded& graded) {
        tally.add(graded, attempts::answer_store::answers_of(session, graded.attempt.id));
    });
    return std::move(tally).finish(correction_store::extent(session, exam_id),
                                   attempts::late_store::count_accepted(session, exam_id));
}

/// Why the run may not be applied.
std::optional<Error> refuse(sql::Session& session, const exams::Exam& exam, const RegradeRun& run,
                            const RegradeOrder& order, Timestamp now) {
    if (exam.status == exams::ExamStatus::draft) {
        return not_published();
    }
    const auto changes = static_cast<std::int64_t>(run.changes.size());
    if (auto refusal = exams::unless_confirmed(order.confirmation, exam, changes)) {
        return refusal;
    }
    const bool is_released =
        attempts::is_released(exam, attempts::attempt_store::sitting_at(session, exam.id), now);
    if (order.tell == Tell::affected && !is_released) {
        return conflict("result_not_released",
                        "The results are not released yet: nobody has a score that changes");
    }
    // Since the run was made somebody may have handed in, or late answers may count.
    if (correction_store::extent(session, exam.id) != run.corrections ||
        grades_of(session, exam.id) != run.grades) {
        return outdated();
    }
    return std::nullopt;
}

/// The changes as they are now: late answers may have been accepted since the page was read, or an
/// attempt opened again.
std::vector<attempts::Regrade> still_due(sql::Session& session, const std::string& exam_id,
                                         const std::vector<attempts::Regrade>& changes) {
    std::vector<std::string> ids;
    for (const auto& change : changes) {
        ids.push_back(change.attempt.id);
    }
    if (ids.empty()) {
        return {};
    }
    const auto locked = attempts::attempt_store::lock_ended(session, ids);
    return attempts::find_regrades(session, exam_id, locked);
}

}  // namespace

/// What a page of a regrade is written from.
struct RegradeService::Page {
    std::int64_t in_force = 0;  ///< the last correction that it was graded by
    std::int64_t rows = 0;      ///< at most
    std::vector<Graded> attempts;
    std::vector<attempts::Regrade> changes;
    std::vector<accounts::Addressee> told;
    std::optional<exams::Exam> exam;
    bool must_wait = false;
};

RegradeService::RegradeService(const Parts& parts, exams::ExamService& exams,
                               attempts::AttemptFinisher& finisher, const notices::Outbox& outbox,
                               work::Runner& runner, std::string site)
    : parts_(parts),
      exams_(exams),
      finisher_(finisher),
      outbox_(outbox),
      runner_(runner),
      site_(std::move(site)) {
    runner.add(kind(kRegrade, Tell::nobody));
    runner.add(kind(kRegradeTold, Tell::affected));
}

work::Kind RegradeService::kind(std::string name, Tell tell) {
    work::Kind kind{.name = std::move(name),
                    .prepare = [this, tell](work::Item item, std::int64_t rows) {
                        return prepare(std::move(item), rows, tell);
                    }};
    if (tell == Tell::affected) {
        kind.without_mails = kRegrade;
    }
    return kind;
}

Task<Result<ShownCorrection>> RegradeService::correct(std::string exam_id, CorrectionOrder order,
                                                      audit::Actor actor) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session) -> Result<ShownCorrection> {
        const auto exam = exams::exam_store::find_to_change(session, exam_id);
        if (!exam) {
            return exams::no_exam();
        }
        if (exam->status == exams::ExamStatus::draft) {
            return not_published();
        }
        const auto subject = find_subject(session, exam_id, order);
        if (!subject) {
            return subject.error();
        }
        ShownCorrection made{.correction = correction_of(exam_id, order), .type = subject->type};
        made.correction.made_by = actor.id;
        made.correction.made_at = now;
        made.correction.number = correction_store::append(session, made.correction);
        audit::Entry entry{.action = "exam.correct_key", .subject = exams::exam_subject(exam_id)};
        entry.before = subject->before;
        entry.after = facts_of(made);
        parts_.record(session, actor, entry);
        return made;
    };
    co_return co_await parts_.database.write(std::move(work));
}

Task<Result<Grading>> RegradeService::grading(std::string exam_id) {
    auto look = [&exam_id](sql::Session& session) -> Result<Grading> {
        const auto exam = exams::exam_store::find(session, exam_id);
        if (!exam) {
            return exams::no_exam();
        }
        return Grading{.corrections = list_corrections(session, exam_id),
                       .questions = result_store::questions_of(session, *exam)};
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<RegradeRun>> RegradeService::run_of(std::string exam_id) {
    auto look = [&exam_id](sql::Session& session) -> Result<RegradeRun> {
        auto run = make_run(session, exam_id);
        return run ? Result<RegradeRun>(std::move(*run)) : exams::no_exam();
    };
    co_return co_await parts_.database.read(std::move(look), sql::Turn::bulk);
}

Task<Result<RegradeService::RunPage>> RegradeService::dry_run(std::string exam_id,
                                                              std::int64_t limit,
                                                              std::int64_t offset) {
    auto run = co_await run_of(std::move(exam_id));
    if (!run) {
        co_return run.error();
    }
    RunPage page{.run = std::move(*run), .candidates = {}};
    auto& changes = page.run.changes;
    page.changes = static_cast<std::int64_t>(changes.size());
    const auto first = std::min(offset, page.changes);
    changes.erase(changes.begin(), changes.begin() + first);
    changes.resize(static_cast<std::size_t>(std::min(limit, page.changes - first)));
    std::vector<std::string> ids;
    for (const auto& change : changes) {
        ids.push_back(change.user_id);
    }
    auto look = [&ids](sql::Session& session) { return accounts::find_candidates(session, ids); };
    page.candidates = co_await parts_.database.read(std::move(look));
    co_return page;
}

Task<Result<work::Item>> RegradeService::apply(std::string exam_id, RegradeOrder order,
                                               audit::Actor actor) {
    const auto run = co_await run_of(exam_id);
    if (!run) {
        co_return run.error();
    }
    if (run->digest != order.run) {
        co_return outdated();
    }
    const auto now = parts_.clock.now();
    const work::Item item{.id = new_id(now, parts_.random),
                          .kind = order.tell == Tell::affected ? kRegradeTold : kRegrade,
                          .subject = exam_id,
                          .total = run->attempts,
                          .created_at = now};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<work::Item> {
        const auto exam = exams::exam_store::find_to_change(session, exam_id);
        if (!exam) {
            return exams::no_exam();
        }
        if (auto refusal = refuse(session, *exam, *run, order, now)) {
            return std::move(*refusal);
        }
        correction_store::put_in_force(session, exam_id, item.id, run->digest, now);
        exams_.name(writes, exam_id);
        parts_.record(
            session, actor,
            {.action = "exam.regrade",
             .subject = exams::exam_subject(exam_id),
             .before = audit::facts({{"corrections", std::to_string(run->corrections.in_force)},
                                     {"totalMarks", questions::marks_text(run->total_before)}}),
             .after = audit::facts({{"corrections", std::to_string(run->corrections.last)},
                                    {"totalMarks", questions::marks_text(run->total_after)},
                                    {"run", run->digest},
                                    {"changes", std::to_string(run->changes.size())}})});
        runner_.put(session, item);
        return item;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<work::Item>> RegradeService::calculate(std::string exam_id, audit::Actor actor) {
    const auto now = parts_.clock.now();
    auto look = [&exam_id](sql::Session& session) {
        return attempts::attempt_store::count_ended(session, exam_id);
    };
    const auto total = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    const work::Item begin{.id = new_id(now, parts_.random),
                           .kind = kRegrade,
                           .subject = std::move(exam_id),
                           .total = total,
                           .created_at = now};
    const auto first = co_await prepare(begin, kFirstAttempts, Tell::nobody);
    auto work = [&](sql::Session& session, Writes& writes) -> Result<work::Item> {
        if (!exams::exam_store::find_to_change(session, begin.subject)) {
            return exams::no_exam();
        }
        parts_.record(session, actor,
                      {.action = "exam.regrade", .subject = exams::exam_subject(begin.subject)});
        auto item = begin;
        work::advance(item, first(session, writes), now);
        runner_.put(session, item);
        return item;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<work::PageWrite> RegradeService::prepare(work::Item item, std::int64_t rows, Tell tell) {
    auto look = [&item, rows, tell](sql::Session& session) {
        Page page{.in_force = correction_store::extent(session, item.subject).in_force,
                  .rows = rows,
                  .attempts = {},
                  .changes = {},
                  .told = {},
                  .exam = exams::exam_store::find(session, item.subject)};
        page.must_wait = tell == Tell::affected && notices::is_full(session);
        if (page.must_wait) {
            return page;
        }
        page.attempts =
            attempts::attempt_store::list_ended(session, item.subject, item.cursor, rows);
        page.changes = attempts::find_regrades(session, item.subject, page.attempts);
        std::vector<std::string> ids;
        for (const auto& [attempt, grade] : page.changes) {
            if (tell == Tell::affected && attempt.score != grade.score) {
                ids.push_back(attempt.user_id);
            }
        }
        if (!ids.empty()) {
            page.told = accounts::find_addressees(session, ids, accounts::Addresses::verified);
        }
        return page;
    };
    auto page = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    if (page.must_wait) {
        co_return nullptr;
    }
    work::PageWrite write = [this, item, page = std::move(page)](sql::Session& session,
                                                                 Writes& writes) {
        return write_page(session, writes, item, page);
    };
    co_return write;
}

work::Page RegradeService::write_page(sql::Session& session, Writes& writes, const work::Item& item,
                                      const Page& page) const {
    // The lock keeps a regrade of another process from putting corrections in force meanwhile.
    exams::exam_store::find_to_rely_on(session, item.subject);
    if (correction_store::extent(session, item.subject).in_force != page.in_force) {
        return {.cursor = item.cursor};  // graded by a key of before: once more
    }
    std::vector<attempts::Attempt> changed;
    for (const auto& [attempt, grade] : still_due(session, item.subject, page.changes)) {
        attempts::attempt_store::set_grade(session, attempt.id, grade);
        record_grade(session, attempt, grade);
        changed.push_back(attempt);
    }
    for (const auto& candidate : page.told) {
        outbox_.put(session, mail_to(candidate, *page.exam, site_, News::corrected));
    }
    finisher_.name(writes, changed);
    const auto done = static_cast<std::int64_t>(page.attempts.size());
    work::Page after{.cursor = done > 0 ? page.attempts.back().attempt.user_id : item.cursor,
                     .done = done,
                     .changed = static_cast<std::int64_t>(changed.size()),
                     .is_last = done < page.rows};
    if (after.is_last) {
        parts_.record(
            session, audit::system(),
            {.action = "exam.regraded",
             .subject = exams::exam_subject(item.subject),
             .after = audit::facts({{"graded", std::to_string(item.done + done)},
                                    {"changed", std::to_string(item.changed + after.changed)}})});
    }
    return after;
}

void RegradeService::record_grade(sql::Session& session, const attempts::Attempt& attempt,
                                  const attempts::Grade& grade) const {
    auto entry = attempts::entry_of("attempt.regrade", attempt);
    if (attempt.score) {
        entry.before = audit::facts({{"score", questions::marks_text(*attempt.score)}});
    }
    entry.after = audit::facts({{"score", questions::marks_text(grade.score)}});
    parts_.record(session, audit::system(), entry);
}

}  // namespace tripos::results
